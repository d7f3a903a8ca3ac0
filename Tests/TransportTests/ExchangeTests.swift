import Settings
import Testing
@testable import Transport

@Suite struct ExchangeTests {
  @Test("A page comes back with its status, headers in any case, and body")
  func page() async throws {
    let page = answer(200, ["Content-Type: text/plain"], body: "up 1\n")
    try await withServer({ _ in .send(page) }) { server, transport in
      let response = try await transport.get(server.url + "/metrics?a=1", headers: [("X-Extra", "yes")])
      #expect(response.status == 200)
      #expect(response.header("content-TYPE") == "text/plain")
      #expect(response.body == Array("up 1\n".utf8))
      let request = try #require(server.received.first)
      #expect(request.head.hasPrefix("GET /metrics?a=1 HTTP/1.1\r\n"))
      #expect(request.header("X-Extra") == "yes")
      #expect(request.header("Accept-Encoding") == "identity")
      #expect(request.header("Authorization") == nil)
    }
  }

  @Test("A body is sent as it is, with its length")
  func post() async throws {
    try await withServer({ _ in .send(answer(204)) }) { server, transport in
      let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let response = try await transport.fetch(
        HTTPRequest(url: server.url + "/api/v1/write", bytes: bytes), settings: HTTPClientSettings(),
        timeout: generousTimeout, bodyBytesMax: 1024, bodyOverflow: .truncate)
      #expect(response.status == 204)
      #expect(server.received.first?.body == bytes)
      #expect(server.received.first?.header("Content-Length") == "100000")
    }
  }

  @Test("Connections are used again, and jobs that differ only in credentials share them")
  func reuse() async throws {
    try await withServer({ _ in .send(answer(body: "x")) }) { server, transport in
      for number in 0..<5 {
        var settings = HTTPClientSettings()
        settings.credentials = .authorization(type: "Bearer", credentials: .inline("token\(number)"))
        _ = try await transport.get(server.url, settings: settings)
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test("A kept connection that the server closed meanwhile costs a scrape nothing")
  func staleConnection() async throws {
    try await withServer({ $0.connection == 0 && $0.head.contains("/second") ? .close : .send(answer(body: "ok")) }) {
      server, transport in
      _ = try await transport.get(server.url + "/first")
      let final = try await transport.get(server.url + "/second")
      #expect(final.body == Array("ok".utf8))
      #expect(server.connectionCount == 2)
    }
  }

  @Test("A request with a body is never sent twice of its own accord")
  func noSecondPost() async throws {
    try await withServer({ _ in .close }) { server, transport in
      await #expect(throws: TransportError(.connection, at: "", "")) {
        try await transport.fetch(
          HTTPRequest(url: server.url, bytes: [1, 2, 3]), settings: HTTPClientSettings(), timeout: generousTimeout,
          bodyBytesMax: 1024, bodyOverflow: .truncate)
      }
      #expect(server.received.count == 1)
    }
  }

  @Test("A server that never answers is given up at the deadline")
  func silence() async throws {
    try await withServer({ _ in .silence }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url + "/secret-path", timeout: .milliseconds(150)))
      #expect(error.code == .timedOut)
      #expect(error.description.contains("127.0.0.1:\(server.port)"))
      #expect(!error.description.contains("secret-path"))
    }
  }

  // Long enough for a busy machine to connect and to answer with the part that comes.
  @Test("The deadline covers the body too")
  func silenceWithinBody() async throws {
    try await withServer({ _ in .sendBytes(rawAnswer(["Content-Length: 10"], body: [1, 2, 3])) }) { server, transport in
      let error = try #require(await transport.errorOfGet(server.url, timeout: .seconds(2)))
      #expect(error.code == .timedOut)
      #expect(error.message.contains("3 bytes"))
    }
  }

  @Test("A cancelled task ends its request")
  func cancellation() async throws {
    try await withServer({ _ in .silence }) { server, transport in
      let url = server.url
      let task = Task { await transport.errorOfGet(url, timeout: .seconds(60)) }
      task.cancel()
      #expect(await task.value?.code == .cancelled)
    }
  }

  @Test("A port where nobody listens is refused, at once")
  func refused() async throws {
    let server = try await ScriptedServer { _ in .close }
    try await server.stop()
    let transport = HTTPTransport()
    for host in ["127.0.0.1", "localhost"] {
      let error = try #require(await transport.errorOfGet("http://\(host):\(server.port)"))
      #expect(error.code == .refused)
      #expect(error.place == "http://\(host):\(server.port)")
    }
    transport.shutdown()
  }

  @Test("A host without an address is a matter of DNS")
  func unknownHost() async throws {
    let transport = HTTPTransport()
    #expect(await transport.errorOfGet("http://no-such-host.invalid:9090")?.code == .dns)
    transport.shutdown()
  }

  @Test("What is not HTTP is called so")
  func notHTTP() async throws {
    try await withServer({ _ in .sendAndClose("SSH-2.0-OpenSSH_9.2\r\n") }) { server, transport in
      #expect(await transport.errorOfGet(server.url)?.code == .notHTTP)
    }
  }

  @Test("After shutdown every request fails")
  func shutDown() async throws {
    try await withServer({ _ in .send(answer()) }) { server, transport in
      _ = try await transport.get(server.url)
      transport.shutdown()
      #expect(await transport.errorOfGet(server.url)?.code == .shutDown)
    }
  }

  @Test(
    "A URL that cannot be asked is refused without quoting it",
    arguments: [
      "", "localhost:9090", "ftp://u:hunter2@h/", "unix:///var/run/x", "http://", "http://u:hunter2@h:99999/",
    ])
  func invalidURL(url: String) async throws {
    let transport = HTTPTransport()
    let error = try #require(await transport.errorOfGet(url))
    #expect(error.code == .invalidURL)
    #expect(!error.description.contains("hunter2"))
    transport.shutdown()
  }
}
