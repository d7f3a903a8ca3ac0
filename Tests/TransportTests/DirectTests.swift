import EventLoops
import Glibc
import GodwitTesting
import Settings
import Synchronization
import Testing
@testable import Transport

/// A port that connections can be made to and that nobody serves.
struct DeafPort: ~Copyable {
  private let listener: CInt
  private var fillers: [CInt] = []
  let port: Int

  /// - Parameter isFull: leaves no room for a connection, so that making one never ends.
  init(isFull: Bool) throws {
    listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, isFull ? 0 : 16) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isBound)
    port = Int(UInt16(bigEndian: address.sin_port))
    for _ in 0..<(isFull ? 4 : 0) {
      let filler = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
      _ = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, length) }
      }
      fillers.append(filler)
    }
  }

  deinit { for descriptor in fillers + [listener] { close(descriptor) } }
}

@Suite("The direct way") struct DirectTests {
  @Test("A task on an event loop keeps its connections there; others find theirs again", arguments: [true, false])
  func reuse(isOnLoop: Bool) async throws {
    try await withServer({ _ in .send(answer(body: "x")) }) { server, transport in
      for _ in 0..<20 {
        let get = { @Sendable in try await transport.get(server.url) }
        let response =
          isOnLoop ? try await withTaskExecutorPreference(LoopThread.ofTests) { try await get() } : try await get()
        #expect(response.body == Array("x".utf8))
      }
      #expect(server.connectionCount == 1)
      #expect(transport.clientCount == 0, "the library has no part in it")
    }
  }

  @Test("Requests at the same time have connections of their own")
  func concurrency() async throws {
    try await withServer({ _ in .send(answer(body: "x")) }) { server, transport in
      for _ in 0..<3 {
        try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<20 { group.addTask { try await transport.get(server.url).status } }
          for try await status in group { #expect(status == 200) }
        }
      }
      #expect(server.received.count == 60 && server.connectionCount <= 20)
    }
  }

  @Test("An answer in pieces of one byte is whole", arguments: WrittenAnswers.all)
  func trickle(text: String) async throws {
    try await withServer({ _ in .trickle(Array(text.utf8)) }) { server, transport in
      let response = try await transport.get(server.url)
      #expect([200, 204, 304, 404].contains(response.status))
    }
  }

  @Test("A connection that the server closed is not used again, whoever notices first")
  func closedWhileKept() async throws {
    try await withServer({ _ in .sendAndClose(answer(body: "x")) }) { server, transport in
      for _ in 0..<20 { _ = try await transport.get(server.url) }
      // What notices last is sent once more.
      #expect(server.received.count == 20 && server.connectionCount == 20)
    }
  }

  @Test("An answer before the request's end counts, and its connection is not used again")
  func earlyAnswer() async throws {
    let early = answer(200, [], body: "enough")
    let server = try await ScriptedServer(readsBodies: false) { _ in .send(early) }
    let transport = HTTPTransport()
    for round in 1...3 {
      let response = try await transport.fetch(
        HTTPRequest(url: server.url, bytes: [UInt8](repeating: 7, count: 32 << 20)), settings: HTTPClientSettings(),
        timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .truncate)
      #expect(response.body == Array("enough".utf8))
      #expect(server.connectionCount == round)
    }
    transport.shutdown()
    try await server.stop()
  }

  @Test("HEAD has an answer without a body, and the connection is used again")
  func headRequest() async throws {
    try await withServer({ _ in .send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n") }) { server, transport in
      for _ in 0..<3 {
        let response = try await transport.fetch(
          HTTPRequest(method: "HEAD", url: server.url), settings: HTTPClientSettings(), timeout: generousTimeout,
          bodyBytesMax: 100, bodyOverflow: .fail)
        #expect(response.status == 200 && response.body.isEmpty)
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test("A POST without a body says so")
  func emptyPost() async throws {
    try await withServer({ _ in .send(answer(204)) }) { server, transport in
      let headers = [("Content-Length", "5"), ("Transfer-Encoding", "chunked"), ("host", "other")]
      _ = try await transport.fetch(
        HTTPRequest(method: "POST", url: server.url, headers: headers.map { (name: $0.0, value: $0.1) }),
        settings: HTTPClientSettings(), timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .fail)
      let request = try #require(server.received.first)
      #expect(request.header("Content-Length") == "0" && request.header("Transfer-Encoding") == nil)
      let hosts = request.head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("host:") }
      #expect(hosts == ["host: other"])
    }
  }

  @Test(
    "A header that could be several is never sent",
    arguments: [("X", "a\r\nY: b"), ("X", "\0"), ("X Y", "a"), ("", "a"), ("X:", "a"), ("X\n", "a")])
  func headerInjection(name: String, value: String) async throws {
    try await withServer({ _ in .send(answer()) }) { server, transport in
      await #expect(throws: TransportError(.invalidHeader, at: "", "")) {
        try await transport.get(server.url, headers: [(name, value)])
      }
      #expect(server.received.isEmpty)
    }
  }

  @Test("Small pages after a large one, compressed and not, do not disturb each other")
  func mixture() async throws {
    let text = [UInt8](repeating: 97, count: 700_000)
    let packed = try gzipped(text)
    let zipped = rawAnswer(["Content-Length: \(packed.count)", "Content-Encoding: gzip"], body: packed)
    let plain = rawAnswer(["Content-Length: \(text.count)"], body: text)
    try await withServer({
      if $0.head.contains("/zipped") { return .sendBytes(zipped) }
      return $0.head.contains("/plain") ? .sendBytes(plain) : .send(answer())
    }) { server, transport in
      for path in ["/zipped", "/plain", "/", "/zipped", "/", "/plain", "/zipped"] {
        let body = try await transport.get(server.url + path).body
        #expect(body == (path == "/" ? [] : text))
      }
      #expect(server.connectionCount == 1)
    }
  }
}

extension LoopThread {
  /// Runs tasks on one loop, as the agent does.
  static let ofTests = LoopThread(name: "tests")
}

@Suite("Ends of direct requests") struct DirectEndTests {
  @Test("The deadline covers making the connection")
  func connecting() async throws {
    let deaf = try DeafPort(isFull: true)
    let transport = HTTPTransport()
    let error = await transport.errorOfGet("http://127.0.0.1:\(deaf.port)", timeout: .milliseconds(300))
    #expect(error?.code == .timedOut)
    transport.shutdown()
  }

  @Test("The deadline covers sending, and waiting for an answer", arguments: [0, 64 << 20])
  func sending(byteCount: Int) async throws {
    let deaf = try DeafPort(isFull: false)
    let transport = HTTPTransport()
    let url = "http://127.0.0.1:\(deaf.port)"
    await #expect(throws: TransportError(.timedOut, at: "", "")) {
      try await transport.fetch(
        HTTPRequest(url: url, bytes: [UInt8](repeating: 1, count: byteCount)), settings: HTTPClientSettings(),
        timeout: .milliseconds(300), bodyBytesMax: 100, bodyOverflow: .truncate)
    }
    transport.shutdown()
  }

  @Test("Each request has its own deadline, whichever came first")
  func deadlines() async throws {
    try await withServer({ _ in .silence }) { server, transport in
      await withTaskGroup(of: (Int, ContinuousClock.Duration).self) { group in
        for milliseconds in [2_000, 100, 1_000] {
          group.addTask {
            let start = ContinuousClock.now
            _ = await transport.errorOfGet(server.url, timeout: .milliseconds(milliseconds))
            return (milliseconds, ContinuousClock.now - start)
          }
        }
        for await (milliseconds, duration) in group { #expect(duration >= .milliseconds(milliseconds)) }
      }
    }
  }

  @Test("A cancelled task ends its request wherever it stands", arguments: ["head", "body", "none"], [true, false])
  func cancellation(phase: String, isOnLoop: Bool) async throws {
    let text = phase == "head" ? "HTTP/1.1 200 OK\r\nX" : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody"
    try await withServer({ _ in phase == "none" ? .silence : .send(text) }) { server, transport in
      let url = server.url
      let task = Task(executorPreference: isOnLoop ? LoopThread.ofTests : nil) { await transport.errorOfGet(url) }
      while server.received.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      #expect(await task.value?.code == .cancelled)
    }
  }

  @Test("A task that was cancelled before sends nothing")
  func cancelledBefore() async throws {
    try await withServer({ _ in .silence }) { server, transport in
      let url = server.url
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return await transport.errorOfGet(url)
      }
      task.cancel()
      #expect(await task.value?.code == .cancelled)
      #expect(server.connectionCount == 0)
    }
  }

  @Test("A shutdown ends what is under way, and the connections that are kept")
  func shutdown() async throws {
    try await withServer({ $0.head.contains("/silent") ? .silence : .send(answer()) }) { server, transport in
      _ = try await transport.get(server.url)
      let url = server.url + "/silent"
      let task = Task { await transport.errorOfGet(url) }
      while server.received.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
      transport.shutdown()
      #expect(await task.value?.code == .shutDown)
      #expect(await transport.errorOfGet(url)?.code == .shutDown)
    }
  }

  @Test("A server that closes within the body is an error, and the next request is served anew")
  func closesWithinBody() async throws {
    let half = rawAnswer(["Content-Length: 200000"], body: [UInt8](repeating: 1, count: 100_000))
    try await withServer({ $0.connection == 0 ? .sendBytesAndClose(half) : .send(answer(body: "x")) }) {
      server, transport in
      let error = try #require(await transport.errorOfGet(server.url))
      #expect(error.code == .cutShort && error.message.contains("announced 200000 bytes, got 100000"))
      #expect(try await transport.get(server.url).body == Array("x".utf8))
    }
  }
}
