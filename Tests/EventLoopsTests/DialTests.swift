import Glibc
import Testing

@testable import EventLoops

/// A port whose queue is full: the system answers nobody who knocks.
private struct SilentPort: ~Copyable {
  let address: SocketAddress
  private let listener: CInt
  private let queued: [CInt]

  init() throws {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    let anywhere = try #require(SocketAddress(numeric: "127.0.0.1", port: 0))
    try #require(anywhere.withPointer { bind(listener, $0, $1) == 0 && listen(listener, 0) == 0 })
    let address = try #require(SocketAddress(numeric: "127.0.0.1", port: portOfSocket(listener)))
    // A queue of none still takes one; the others are there in case that it takes more.
    queued = (0..<8).map { _ in
      let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      _ = address.withPointer { Glibc.connect(descriptor, $0, $1) }
      return descriptor
    }
    self.listener = listener
    self.address = address
  }

  deinit { for descriptor in queued + [listener] { close(descriptor) } }
}

@Suite("Making a connection", .timeLimit(.minutes(5))) struct DialTests {
  /// What became of dialling `addresses` and how long it took; the port at the other end where it stands.
  private func dial(
    _ addresses: [SocketAddress], timeout: Duration = .seconds(60)
  ) async -> (outcome: Result<UInt16, DialError>, time: Duration) {
    let thread = LoopThread(name: "tests")
    defer { thread.shutdown() }
    let (outcomes, told) = AsyncStream.makeStream(of: Result<UInt16, DialError>.self)
    let start = ContinuousClock.now
    thread.perform {
      let dial = Dial(on: thread, timeout: timeout) { outcome in
        switch consume outcome {
        case .socket(let socket): told.yield(.success(portOfPeer(socket.descriptor)))
        case .failure(let error): told.yield(.failure(error))
        }
      }
      dial.connect(to: addresses)
    }
    for await outcome in outcomes { return (outcome, .now - start) }
    return (.failure(.unknownName), .zero)
  }

  @Test("Beside an address that says nothing, the next one is tried after a quarter of a second")
  func silence() async throws {
    let silent = try SilentPort()
    let server = try PlainServer()
    let live = try #require(SocketAddress(numeric: "127.0.0.1", port: server.port))
    let (outcome, time) = await dial([silent.address, live])
    #expect(outcome == .success(server.port))
    #expect(time >= Dial.pause)
  }

  @Test("After an address that refuses, the next one is tried")
  func refusal() async throws {
    let server = try PlainServer()
    let refusing = try #require(SocketAddress(numeric: "127.0.0.1", port: 1))
    let live = try #require(SocketAddress(numeric: "127.0.0.1", port: server.port))
    #expect(await dial([refusing, live]).outcome == .success(server.port))
  }

  @Test("When no address says anything it ends in time", arguments: [1, 2])
  func timeout(count: Int) async throws {
    let first = try SilentPort()
    let second = try SilentPort()
    let addresses = [first.address, second.address].prefix(count)
    let (outcome, time) = await dial(Array(addresses), timeout: .milliseconds(400))
    #expect(outcome == .failure(.timedOut))
    #expect(time >= .milliseconds(400))
  }
}
