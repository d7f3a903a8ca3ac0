import Glibc
import Synchronization
import Testing

@testable import EventLoops

/// The other end of connections, which waits for each call.
final class PlainServer: Sendable {
  private let listener: CInt
  let port: UInt16

  init(_ family: CInt = AF_INET) throws {
    let address = try #require(SocketAddress(numeric: family == AF_INET ? "127.0.0.1" : "::1", port: 0))
    let descriptor = socket(family, CInt(SOCK_STREAM.rawValue), 0)
    listener = descriptor
    try #require(address.withPointer { bind(descriptor, $0, $1) == 0 && listen(descriptor, 16) == 0 })
    port = portOfSocket(descriptor)
  }

  deinit { close(listener) }

  /// Serves one connection on a thread of its own, which `body` may block.
  func serve(_ body: @escaping @Sendable (CInt) -> Void) -> Task<Void, Never> {
    let listener = listener
    let thread = LoopThread(name: "server")
    return Task(executorPreference: thread) {
      let descriptor = accept(listener, nil, nil)
      body(descriptor)
      close(descriptor)
      thread.shutdown()
    }
  }
}

/// Remembers what a connection tells. Used on its loop alone.
private final class Listener: LoopConnectionUser, @unchecked Sendable {
  // Unchecked: made and used on the loop of the test, and looked at once the end has been told.
  var connection: LoopConnection?
  var toSend: [[UInt8]] = []
  var receivedBytes: [UInt8] = []
  var sendsDone = 0
  var stands = false
  var closesAfter = Int.max
  let end: AsyncStream<String>.Continuation

  init(_ end: AsyncStream<String>.Continuation) { self.end = end }

  func connectionStands() {
    stands = true
    if let first = toSend.first { connection?.send(first, Array(toSend.dropFirst().joined())) }
  }

  func received(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices { receivedBytes.append(bytes[index]) }
    guard receivedBytes.count >= closesAfter else { return true }
    connection?.close()
    end.yield("closed")
    return false
  }

  func sentAll() { sendsDone += 1 }

  func connectionEnded(by error: (any Error)?) { end.yield(error.map { "\($0)" } ?? "end") }
}

@Suite("Connections of a loop", .timeLimit(.minutes(5))) struct LoopConnectionTests {
  private func run(
    host: String = "127.0.0.1", port: UInt16, _ setUp: @escaping @Sendable (Listener) -> Void = { _ in }
  ) async -> (end: String, listener: Listener) {
    let thread = LoopThread(name: "tests")
    defer { thread.shutdown() }
    let (ends, end) = AsyncStream.makeStream(of: String.self)
    let listener = Listener(end)
    thread.perform {
      setUp(listener)
      let connection = LoopConnection(on: thread, for: listener)
      listener.connection = connection
      connection.connect(to: host, port: port, timeout: .seconds(60))
    }
    for await word in ends { return (word, listener) }
    return ("", listener)
  }

  @Test("What was sent arrives whole, however long, and so does the answer", arguments: [1, 1_000, 4 << 20])
  func echo(byteCount: Int) async throws {
    let server = try PlainServer()
    let sent = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let serving = server.serve { descriptor in
      // Slow to begin with, so that a long message has to wait for room.
      var left = 3 + byteCount
      var all: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while left > 0 {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return }
        all += buffer[..<count]
        left -= count
      }
      var start = 0
      while start < all.count {
        let count = all.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + start }, all.count - start) }
        guard count > 0 else { return }
        start += count
      }
    }
    let outcome = await run(port: server.port) { $0.toSend = [[1, 2, 3], sent] }
    #expect(outcome.end == "end" && outcome.listener.sendsDone == 1)
    #expect(outcome.listener.receivedBytes == [1, 2, 3] + sent)
    await serving.value
  }

  @Test("A connection that its user closes tells nothing more", arguments: [1, 100_000])
  func closed(after byteCount: Int) async throws {
    let server = try PlainServer()
    let serving = server.serve { descriptor in
      let bytes = [UInt8](repeating: 7, count: 1 << 20)
      while send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) > 0 {}
    }
    let outcome = await run(port: server.port) { $0.closesAfter = byteCount }
    #expect(outcome.end == "closed" && outcome.listener.receivedBytes.count >= byteCount)
    await serving.value
  }

  @Test("A reset is an error, and what came before it is told before it", arguments: [true, false])
  func reset(hasSent: Bool) async throws {
    let server = try PlainServer()
    let serving = server.serve { descriptor in
      var lingering = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
      var byte: UInt8 = 0
      read(descriptor, &byte, 1)
      if hasSent {
        write(descriptor, &byte, 1)
        // Until it has been received; a reset takes back what has not.
        read(descriptor, &byte, 1)
      }
    }
    let outcome = await run(port: server.port) { listener in listener.toSend = hasSent ? [[1], [2]] : [[1]] }
    #expect(outcome.end == "\(SystemError(code: ECONNRESET))")
    if !hasSent { #expect(outcome.listener.receivedBytes.isEmpty) }
    await serving.value
  }

  @Test("Why a connection cannot be made", arguments: ["127.0.0.1", "::1", "localhost", "no-such-host.invalid"])
  func refused(host: String) async throws {
    let port = try PlainServer().port
    let outcome = await run(host: host, port: port)
    let isKnown = host != "no-such-host.invalid"
    #expect(!outcome.listener.stands)
    #expect(isKnown ? outcome.end.hasPrefix("system") : outcome.end == "\(DialError.unknownName)")
    if host == "127.0.0.1" { #expect(outcome.end == "\(DialError.system(ECONNREFUSED))") }
  }

  @Test("A name leads to whichever of its addresses answers")
  func names() async throws {
    let server = try PlainServer()
    let serving = server.serve { _ in }
    let outcome = await run(host: "localhost", port: server.port)
    #expect(outcome.listener.stands && outcome.end == "end")
    await serving.value
  }

  @Test("A connection that was taken over is read as long as it is wanted, and given up with what was not read")
  func givenUp() async throws {
    var ends: [CInt] = [0, 0]
    let isMade = socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0
    try #require(isMade)
    let (own, other) = (ends[0], ends[1])
    defer { close(other) }
    let thread = LoopThread(name: "tests")
    defer { thread.shutdown() }
    let listener = Listener(AsyncStream.makeStream(of: String.self).continuation)
    let rest = await Task(executorPreference: thread) { () -> String in
      let connection = LoopConnection(on: thread, for: listener)
      connection.adopt(own)
      connection.send([1], [2])
      write(other, [3, 4] as [UInt8], 2)
      while listener.receivedBytes.count < 2 { try? await LoopThread.sleep(for: .milliseconds(1)) }
      connection.setReading(false)
      write(other, [5] as [UInt8], 1)
      // Some turns of the loop, in which nothing may come.
      for _ in 0..<5 { try? await LoopThread.sleep(for: .milliseconds(1)) }
      if listener.receivedBytes != [3, 4] { return "read too much" }
      guard let descriptor = connection.release(), connection.release() == nil else { return "not given up once" }
      var bytes: [UInt8] = [0, 0]
      let count = read(descriptor, &bytes, 2)
      close(descriptor)
      return "\(count) \(bytes)"
    }.value
    #expect(rest == "1 [5, 0]")
    #expect(listener.stands && listener.sendsDone == 1)
    var sent: [UInt8] = [0, 0]
    #expect(read(other, &sent, 2) == 2 && sent == [1, 2])
  }
}
