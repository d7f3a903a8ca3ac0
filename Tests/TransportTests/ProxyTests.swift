import Foundation
import Settings
import Testing
@testable import Transport

@Suite struct ProxyTests {
  private func through(_ url: String, headers: [ConfiguredHeader] = []) throws -> HTTPClientSettings {
    var settings = HTTPClientSettings()
    settings.proxy.choice = .server(try ProxyServer(url), exceptions: "")
    settings.proxy.connectHeaders = headers
    return settings
  }

  @Test("An http request asks the proxy for the whole URL, with the server's name and the proxy's password")
  func absoluteForm() async throws {
    try await withServer({ _ in .send(answer(body: "forwarded")) }) { proxy, transport in
      var settings = try self.through("http://me:s%40crt@127.0.0.1:\(proxy.port)")
      settings.credentials = .authorization(type: "Bearer", credentials: .inline("t"))
      for host in ["a.invalid", "b.invalid:9100"] {
        let response = try await transport.get("http://\(host)/metrics?x=1", settings: settings)
        #expect(response.body == Array("forwarded".utf8))
        let request = try #require(proxy.received.last)
        #expect(request.head.hasPrefix("GET http://\(host)/metrics?x=1 HTTP/1.1\r\n"))
        #expect(request.header("Host") == host)
        #expect(request.header("Proxy-Authorization") == "Basic " + Data("me:s@crt".utf8).base64EncodedString())
        #expect(request.header("Authorization") == "Bearer t")
      }
      #expect(proxy.connectionCount == 1, "one connection to the proxy serves all hosts")
      #expect(transport.clientCount == 1)
    }
  }

  @Test("A POST goes through the proxy with its body")
  func post() async throws {
    try await withServer({ _ in .send(answer(204)) }) { proxy, transport in
      let response = try await transport.fetch(
        HTTPRequest(url: "http://a.invalid/api", bytes: [1, 2, 3]),
        settings: try self.through("http://127.0.0.1:\(proxy.port)"), timeout: generousTimeout, bodyBytesMax: 100,
        bodyOverflow: .truncate)
      #expect(response.status == 204)
      #expect(proxy.received.first?.body == [1, 2, 3])
      #expect(proxy.received.first?.header("Proxy-Authorization") == nil)
    }
  }

  @Test("That a proxy wants a password is an error of the way, never the server's answer", arguments: [true, false])
  func passwordWanted(isTunnel: Bool) async throws {
    let demand = answer(407, ["Proxy-Authenticate: Basic"])
    try await withServer({ _ in .send(demand) }) { proxy, transport in
      let settings = try self.through("http://u:hunter2@127.0.0.1:\(proxy.port)")
      let error = try #require(
        await transport.errorOfGet("\(isTunnel ? "https" : "http")://a.invalid/", settings: settings))
      #expect(error.code == .proxy)
      #expect(error.place.hasSuffix("a.invalid:\(isTunnel ? 443 : 80)"))
      #expect(error.message.contains("http://127.0.0.1:\(proxy.port)"))
      #expect(!error.description.contains("hunter2"))
    }
  }

  @Test("A dead proxy is named in the error")
  func deadProxy() async throws {
    let transport = HTTPTransport()
    let error = try #require(
      await transport.errorOfGet("http://a.invalid/", settings: try through("http://127.0.0.1:1")))
    #expect(error.code == .refused)
    #expect(error.message.contains("by the proxy http://127.0.0.1:1"))
    transport.shutdown()
  }

  @Test("no_proxy and the environment decide for each request, and for each redirect")
  func redirectAcross() async throws {
    try await withServer({ _ in .send(answer(body: "direct")) }) { target, _ in
      let location = "Location: \(target.url)/next"
      try await withServer({ _ in .send(answer(302, [location])) }) { proxy, _ in
        let transport = HTTPTransport(
          Surroundings(now: { 0 }) { ["HTTP_PROXY": "u:p@127.0.0.1:\(proxy.port)"][$0] })
        var settings = HTTPClientSettings()
        settings.proxy.choice = .environment
        let response = try await transport.get("http://a.invalid/", settings: settings)
        #expect(response.body == Array("direct".utf8))
        #expect(proxy.received.first?.header("Proxy-Authorization") != nil)
        #expect(target.received.first?.head.hasPrefix("GET /next ") == true)
        #expect(target.received.first?.header("Proxy-Authorization") == nil)
        transport.shutdown()
      }
    }
  }

  @Test("An https request goes through a tunnel; the server never sees what was meant for the proxy")
  func tunnel() async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "DNS:metrics.example")
    try await withProxy(.connect) { proxy in
      try await withSecureServer(try authority.serverContext("server")) { server, transport in
        var settings = try self.through(
          "http://u:p@127.0.0.1:\(proxy.port)",
          headers: [
            ConfiguredHeader(name: "X-Pass", value: .inline("1")),
            ConfiguredHeader(name: "X-Pass", value: .inline("2")),
          ])
        settings.tls.certificateAuthority = .file(authority.caPath)
        let url = "https://metrics.example:\(server.port)/x"
        for _ in 0..<2 {
          let response = try await transport.get(url, settings: settings)
          #expect(response.body == Array("safe".utf8))
        }
        let head = try #require(proxy.requests.first)
        #expect(proxy.requests.count == 1, "the tunnel is kept")
        #expect(head.hasPrefix("CONNECT metrics.example:\(server.port) HTTP/1.1\r\n"))
        #expect(head.contains("X-Pass: 1\r\n") && head.contains("X-Pass: 2\r\n"))
        #expect(head.lowercased().contains("proxy-authorization: basic dtpw\r\n"))
        let request = try #require(server.received.last)
        #expect(request.head.hasPrefix("GET /x "))
        #expect(request.header("X-Pass") == nil && request.header("Proxy-Authorization") == nil)
      }
    }
  }

  @Test("Proxy-Authorization in proxy_connect_header is sent; the URL of the proxy goes before it")
  func headerAuthorization() async throws {
    try await withProxy(.refusing("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")) { proxy in
      let transport = HTTPTransport()
      let header = ConfiguredHeader(name: "Proxy-Authorization", value: .inline("Bearer hunter2"))
      for (userInfo, expected) in [("", "Bearer hunter2"), ("u:p@", "Basic dTpw")] {
        let settings = try self.through("http://\(userInfo)127.0.0.1:\(proxy.port)", headers: [header])
        let error = try #require(await transport.errorOfGet("https://a.invalid/", settings: settings))
        #expect(error.code == .proxy)
        #expect(!error.description.contains("hunter2"))
        #expect(proxy.requests.last?.contains(": \(expected)\r\n") == true)
      }
      transport.shutdown()
    }
  }

  @Test(
    "Behind a tunnel, an address must stand in the certificate: not the proxy's, the server's",
    arguments: [true, false])
  func addressBehindTunnel(isSOCKS: Bool) async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:192.0.2.7")
    try authority.sign("proxy", alternativeNames: "IP:127.0.0.1")
    for (leaf, isRight) in [("server", true), ("proxy", false)] {
      try await withProxy(isSOCKS ? .socks : .connect) { proxy in
        try await withSecureServer(try authority.serverContext(leaf)) { server, transport in
          var settings = try self.through("\(isSOCKS ? "socks5" : "http")://127.0.0.1:\(proxy.port)")
          settings.tls.certificateAuthority = .file(authority.caPath)
          let url = "https://192.0.2.7:\(server.port)/"
          if isRight {
            let response = try await transport.get(url, settings: settings)
            #expect(response.status == 200)
          } else {
            let error = try #require(await transport.errorOfGet(url, settings: settings))
            #expect(error.code == .tls)
            #expect(error.message.contains("192.0.2.7"))
            #expect(server.received.isEmpty, "nothing is told to the wrong server")
            settings.tls.insecureSkipVerify = true
            let response = try await transport.get(url, settings: settings)
            #expect(response.status == 200)
          }
        }
      }
    }
  }

  @Test("A SOCKS proxy is told the name and carries plain http")
  func socks() async throws {
    try await withProxy(.socks) { proxy in
      try await withServer({ _ in .send(answer(body: "by socks")) }) { server, transport in
        let settings = try self.through("socks5://127.0.0.1:\(proxy.port)")
        let response = try await transport.get("http://a.invalid:\(server.port)/x", settings: settings)
        #expect(response.body == Array("by socks".utf8))
        #expect(proxy.requests == ["a.invalid:\(server.port)"])
        #expect(server.received.first?.header("Host") == "a.invalid:\(server.port)")
        let long = "http://" + String(repeating: "a", count: 300) + "/"
        #expect(await transport.errorOfGet(long, settings: settings)?.code == .invalidURL)
      }
    }
  }

  @Test("A SOCKS proxy that refuses is an error of the proxy")
  func refusingSOCKS() async throws {
    try await withProxy(.socksRefusing(5)) { proxy in
      let transport = HTTPTransport()
      let settings = try self.through("socks5://127.0.0.1:\(proxy.port)")
      #expect(await transport.errorOfGet("http://a.invalid/", settings: settings)?.code == .proxy)
      transport.shutdown()
    }
  }

  @Test("Nothing that settings or keys print holds a secret")
  func descriptions() throws {
    var settings = try through(
      "http://u:hunter2@p", headers: [ConfiguredHeader(name: "X", value: .inline("hunter2"))])
    settings.headers = [ConfiguredHeader(name: "X-Key", value: .inline("hunter2"))]
    settings.tls.key = .inline("hunter2")
    let material = TLSMaterial(authority: nil, certificate: nil, key: Array("hunter2".utf8))
    let route = try ProxyRoute(
      to: RequestAddress("https://a"), settings: settings.proxy, environment: ProxyEnvironment { _ in nil })
    let key = ClientKey(
      isSecure: true, tls: settings.tls, material: material, enableHTTP2: true, identity: .host, route: route,
      resolvesRoundRobin: false, decodedBytesMax: 1)
    for text in ["\(settings)", String(reflecting: settings), "\(key)", String(reflecting: key)] {
      #expect(!text.contains("hunter2") && !text.contains("104, 117, 110"))
    }
  }
}
