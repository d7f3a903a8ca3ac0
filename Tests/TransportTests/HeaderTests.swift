import AsyncHTTPClient
import Settings
import Testing
@testable import Transport

@Suite("http_headers, round_robin_dns and what a redirect takes along") struct HeaderTests {
  private func settings(_ headers: [(String, Secret)]) -> HTTPClientSettings {
    var settings = HTTPClientSettings()
    settings.credentials = .authorization(type: "Bearer", credentials: .inline("t"))
    settings.headers = headers.map { ConfiguredHeader(name: $0.0, value: $0.1) }
    return settings
  }

  @Test("Each value is a line of its own, in order; files are read again for each request")
  func lines() async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("first\n", to: "key")
    let settings = settings([
      ("X-A", .inline("1")), ("X-A", .inline("2")), ("X-Key", .file(path)), ("X-A", .inline("")),
    ])
    try await withServer({ _ in .send(answer()) }) { server, transport in
      _ = try await transport.get(server.url, settings: settings, headers: [("X-A", "0")])
      let head = try #require(server.received.last?.head)
      let lines = head.split(separator: "\r\n").filter { $0.hasPrefix("X-") }.map(String.init)
      #expect(lines == ["X-A: 0", "X-A: 1", "X-A: 2", "X-Key: first", "X-A: "])
      _ = try directory.write("second", to: "key")
      _ = try await transport.get(server.url, settings: settings)
      #expect(server.received.last?.header("X-Key") == "second")
      #expect(server.connectionCount == 1, "headers do not divide connections")
      _ = try directory.write("a\r\nX-Admin: 1", to: "key")
      let error = try #require(await transport.errorOfGet(server.url, settings: settings))
      #expect(error.code == .credentials && error.place == path)
      #expect(server.received.count == 2)
    }
  }

  @Test("A header file that is missing is an error that names it")
  func missing() async throws {
    let transport = HTTPTransport()
    let error = await transport.errorOfGet("http://127.0.0.1:1/", settings: settings([("X", .file("/nonexistent/x"))]))
    #expect(error?.code == .credentials && error?.place == "/nonexistent/x")
    transport.shutdown()
  }

  @Test(
    "A redirect to another server takes along what describes the request, and nothing that says who asks",
    arguments: [301, 302, 303, 307, 308], ["GET", "POST"])
  func otherServer(status: Int, method: String) async throws {
    try await withServer({ _ in .send(answer(body: "elsewhere")) }) { target, _ in
      let location = "Location: \(target.url)/new"
      try await withServer({ _ in .send(answer(status, [location])) }) { source, transport in
        let response = try await transport.fetch(
          HTTPRequest(
            method: method, url: source.url,
            headers: [
              ("X-Scope-OrgID", "1"), ("Content-Encoding", "snappy"), ("User-Agent", "Godwit"), ("Accept", "a"),
              ("X-Prometheus-Remote-Write-Version", "2.0.0"),
            ], body: method == "POST" ? [1, 2, 3] : nil),
          settings: self.settings([("X-Key", .inline("k")), ("Accept", .inline("k"))]), timeout: generousTimeout,
          bodyBytesMax: 100, bodyOverflow: .fail)
        #expect(response.body == Array("elsewhere".utf8))
        let first = try #require(source.received.first)
        #expect(first.header("X-Key") == "k" && first.header("X-Scope-OrgID") == "1")
        let second = try #require(target.received.first)
        let keepsBody = method == "POST" && status >= 307
        #expect(second.head.hasPrefix(keepsBody ? "POST /new" : "GET /new"))
        #expect(second.body == (keepsBody ? [1, 2, 3] : []))
        #expect((second.header("Content-Encoding") != nil) == (keepsBody || method == "GET"))
        #expect(second.header("X-Prometheus-Remote-Write-Version") == "2.0.0")
        #expect(second.header("User-Agent") == "Godwit")
        let secrets = ["X-Key", "X-Scope-OrgID", "Authorization"]
        #expect(secrets.allSatisfy { second.header($0) == nil }, "\(second.head)")
        #expect(!second.head.contains("Accept: k"))
      }
    }
  }

  @Test("Within a server everything goes along", arguments: [301, 302, 303, 307, 308], ["GET", "POST"])
  func sameServer(status: Int, method: String) async throws {
    try await withServer({ $0.head.contains("/old") ? .send(answer(status, ["Location: new"])) : .send(answer()) }) {
      server, transport in
      _ = try await transport.fetch(
        HTTPRequest(
          method: method, url: server.url + "/old", headers: [("X-Scope-OrgID", "1")],
          body: method == "POST" ? [1] : nil), settings: self.settings([("X-Key", .inline("k"))]),
        timeout: generousTimeout, bodyBytesMax: 100, bodyOverflow: .fail)
      let last = try #require(server.received.last)
      #expect(last.head.hasPrefix(method == "POST" && status >= 307 ? "POST /new" : "GET /new"))
      #expect(last.header("X-Key") == "k" && last.header("X-Scope-OrgID") == "1")
      #expect(last.header("Authorization") == "Bearer t")
    }
  }

  @Test("From https to http nothing secret goes along, not even to the same host")
  func downgrade() async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:127.0.0.1")
    try await withServer({ _ in .send(answer()) }) { plain, transport in
      let location = "Location: \(plain.url)/new"
      let secure = try await ScriptedServer(tls: try authority.serverContext("server")) { _ in
        .send(answer(307, [location]))
      }
      var settings = self.settings([("X-Key", .inline("k"))])
      settings.tls.certificateAuthority = .file(authority.caPath)
      _ = try await transport.get("https://127.0.0.1:\(secure.port)/", settings: settings)
      #expect(secure.received.first?.header("X-Key") == "k")
      #expect(plain.received.first?.header("X-Key") == nil)
      #expect(plain.received.first?.header("Authorization") == nil)
      try await secure.stop()
    }
  }

  @Test("Redirects off: a POST gets the 3xx itself", arguments: [301, 303, 307, 308])
  func notFollowed(status: Int) async throws {
    try await withServer({ _ in .send(answer(status, ["Location: /new"])) }) { server, transport in
      var settings = HTTPClientSettings()
      settings.followRedirects = false
      let response = try await transport.fetch(
        HTTPRequest(url: server.url, bytes: [1]), settings: settings, timeout: generousTimeout, bodyBytesMax: 100,
        bodyOverflow: .fail)
      #expect(response.status == status)
      #expect(server.received.count == 1)
    }
  }

  @Test("round_robin_dns draws among addresses, gets past a dead one, and keeps the host's name")
  func roundRobin() async throws {
    var settings = HTTPClientSettings()
    settings.resolvesRoundRobin = true
    let drawing = settings
    // The server listens on 127.0.0.1 alone, and localhost may have ::1 too.
    try await withServer({ _ in .send(answer()) }) { server, transport in
      for _ in 0..<3 { _ = try await transport.get("http://localhost:\(server.port)/", settings: drawing) }
      #expect(server.received.last?.header("Host") == "localhost:\(server.port)")
      _ = try await transport.get("http://localhost:\(server.port)/")
      #expect(transport.clientCount == 1, "the library serves the one kind, we the other")
      let error = await transport.errorOfGet("http://name.invalid/", settings: drawing)
      #expect(error?.code == .dns)
    }
    let key = ClientKey(
      isSecure: false, tls: TLSSettings(), material: TLSMaterial(), enableHTTP2: false, identity: .host, route: .direct,
      resolvesRoundRobin: true, decodedBytesMax: 1)
    #expect(try key.configuration().dnsResolver == .randomized)
  }
}
