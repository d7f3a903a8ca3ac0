import Foundation
import NIOSSL
import Settings
import Testing
@testable import Transport

@Suite struct TLSTests {
  private func settings(_ edit: (inout TLSSettings) -> Void) -> HTTPClientSettings {
    var settings = HTTPClientSettings()
    edit(&settings.tls)
    return settings
  }

  @Test("A private authority is trusted when named, by file or inline, and not otherwise")
  func privateAuthority() async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "DNS:localhost,IP:127.0.0.1")
    try await withSecureServer(try authority.serverContext("server")) { server, transport in
      let pem = try String(contentsOfFile: authority.caPath, encoding: .utf8)
      for host in ["localhost", "127.0.0.1"] {
        let url = "https://\(host):\(server.port)/"
        for source in [TLSSettings.PEMSource.file(authority.caPath), .inline(pem)] {
          let trusting = self.settings { $0.certificateAuthority = source }
          let response = try await transport.get(url, settings: trusting)
          #expect(response.body == Array("safe".utf8))
        }
        #expect(await transport.errorOfGet(url)?.code == .tls)
        let response = try await transport.get(url, settings: self.settings { $0.insecureSkipVerify = true })
        #expect(response.status == 200)
      }
    }
  }

  @Test("server_name is the name expected and sent, and the server still sees the real host", arguments: [true, false])
  func serverName(http2: Bool) async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "DNS:metrics.example")
    try await withSecureServer(try authority.serverContext("server")) { server, transport in
      var named = self.settings {
        $0.certificateAuthority = .file(authority.caPath)
        $0.serverName = "metrics.example"
      }
      named.enableHTTP2 = http2
      for host in ["127.0.0.1", "localhost"] {
        let url = "https://\(host):\(server.port)/x"
        let response = try await transport.get(url, settings: named)
        #expect(response.status == 200)
        #expect(server.received.last?.header("Host") == "\(host):\(server.port)")
        let unnamed = self.settings { $0.certificateAuthority = .file(authority.caPath) }
        #expect(await transport.errorOfGet(url, settings: unnamed)?.code == .tls)
        named.tls.serverName = "other.example"
        #expect(await transport.errorOfGet(url, settings: named)?.code == .tls)
        for name in ["metrics.example", "Metrics.Example."] {
          named.tls.serverName = name
          let response = try await transport.get(url, settings: named)
          #expect(response.status == 200)
        }
      }
    }
  }

  @Test("A client certificate is shown, and taken up when its file is replaced")
  func clientCertificate() async throws {
    let directory = try TemporaryDirectory()
    let authority = try Authority(in: directory)
    try authority.sign("server", alternativeNames: "IP:127.0.0.1")
    try authority.sign("client", alternativeNames: "DNS:client")
    let stranger = try Authority(name: "stranger", in: directory)
    try stranger.sign("imposter", alternativeNames: "DNS:client")
    let manager = FileManager.default
    func install(_ leaf: String) throws {
      for kind in ["pem", "key"] {
        let text = try String(contentsOfFile: authority.path("\(leaf).\(kind)"), encoding: .utf8)
        _ = try directory.write(text, to: "current.\(kind)")
      }
    }
    try install("imposter")
    #expect(manager.fileExists(atPath: authority.path("current.pem")))
    let context = try authority.serverContext("server", demandsClientCertificate: true)
    try await withSecureServer(context) { server, transport in
      let url = "https://127.0.0.1:\(server.port)/"
      let settings = self.settings {
        $0.certificateAuthority = .file(authority.caPath)
        $0.certificate = .file(authority.path("current.pem"))
        $0.key = .file(authority.path("current.key"))
      }
      let refusal = await transport.errorOfGet(url, settings: settings)
      #expect(refusal?.code == .tls || refusal?.code == .connection)
      try install("client")
      let response = try await transport.get(url, settings: settings)
      #expect(response.status == 200)
      #expect(transport.clientCount == 2)
    }
  }

  @Test("A CA file that is missing or no PEM is an error that names it")
  func badAuthority() async throws {
    let directory = try TemporaryDirectory()
    let garbage = try directory.write("not a certificate", to: "ca.pem")
    let transport = HTTPTransport()
    for path in [garbage, directory.path + "/none.pem"] {
      let settings = settings { $0.certificateAuthority = .file(path) }
      let error = await transport.errorOfGet("https://127.0.0.1:1/", settings: settings)
      #expect(error?.code == .credentials)
      #expect(error?.place == path)
    }
    transport.shutdown()
  }

  @Test(
    "Versions: what both sides speak is used, and nothing in common is a TLS error that says so",
    arguments: [
      (nil, nil, TLSVersion.tlsv12, TLSVersion.tlsv13, true), (.tls13, nil, .tlsv12, .tlsv12, false),
      (nil, .tls12, .tlsv13, .tlsv13, false), (.tls12, .tls12, .tlsv12, .tlsv13, true),
      (.tls13, .tls13, .tlsv12, .tlsv13, true), (nil, nil, .tlsv1, .tlsv11, false),
      (.tls10, .tls11, .tlsv1, .tlsv11, true), (nil, .tls11, .tlsv1, .tlsv13, false),
    ] as [(TLSSettings.TLSVersion?, TLSSettings.TLSVersion?, TLSVersion, TLSVersion, Bool)])
  func versions(
    minimum: TLSSettings.TLSVersion?, maximum: TLSSettings.TLSVersion?, serverMinimum: TLSVersion,
    serverMaximum: TLSVersion, works: Bool
  ) async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:127.0.0.1")
    let context = try authority.serverContext("server") {
      $0.minimumTLSVersion = serverMinimum
      $0.maximumTLSVersion = serverMaximum
    }
    try await withSecureServer(context) { server, transport in
      let settings = self.settings {
        $0.certificateAuthority = .file(authority.caPath)
        $0.minimumVersion = minimum
        $0.maximumVersion = maximum
      }
      let url = "https://127.0.0.1:\(server.port)/"
      if works {
        let response = try await transport.get(url, settings: settings)
        #expect(response.status == 200)
      } else {
        let error = try #require(await transport.errorOfGet(url, settings: settings))
        #expect(error.code == .tls, "\(error)")
        #expect(error.description.contains("version"), "\(error)")
      }
    }
  }

  @Test("server_name may be an address, which is then looked for in the certificate", arguments: [true, false])
  func addressAsName(http2: Bool) async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:192.0.2.7,IP:2001:db8::7,DNS:localhost")
    try await withSecureServer(try authority.serverContext("server")) { server, transport in
      for host in ["localhost", "127.0.0.1"] {
        for (name, isRight) in [("192.0.2.7", true), ("2001:db8::7", true), ("192.0.2.8", false), ("::1", false)] {
          var settings = self.settings {
            $0.certificateAuthority = .file(authority.caPath)
            $0.serverName = name
          }
          settings.enableHTTP2 = http2
          let url = "https://\(host):\(server.port)/"
          if isRight {
            let response = try await transport.get(url, settings: settings)
            #expect(response.status == 200)
            #expect(server.received.last?.header("Host") == "\(host):\(server.port)")
          } else {
            let error = try #require(await transport.errorOfGet(url, settings: settings))
            #expect(error.code == .tls && error.message.contains(name), "\(error)")
          }
        }
      }
      // Trust in the authority is still asked for.
      let distrusting = self.settings { $0.serverName = "192.0.2.7" }
      let error = await transport.errorOfGet("https://localhost:\(server.port)/", settings: distrusting)
      #expect(error?.code == .tls)
    }
  }

  @Test("A client certificate and its key may stand in the configuration itself")
  func inlineClientCertificate() async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:127.0.0.1")
    try authority.sign("client", alternativeNames: "DNS:client")
    func text(_ file: String) throws -> String {
      try String(contentsOfFile: authority.path(file), encoding: .utf8)
    }
    let (certificate, key) = (try text("client.pem"), try text("client.key"))
    let context = try authority.serverContext("server", demandsClientCertificate: true)
    try await withSecureServer(context) { server, transport in
      let settings = self.settings {
        $0.certificateAuthority = .file(authority.caPath)
        $0.certificate = .inline(certificate)
        $0.key = .inline(key)
      }
      let url = "https://127.0.0.1:\(server.port)/"
      let response = try await transport.get(url, settings: settings)
      #expect(response.status == 200)
      let trusting = self.settings { $0.certificateAuthority = .file(authority.caPath) }
      let without = await transport.errorOfGet(url, settings: trusting)
      #expect(without?.code == .tls || without?.code == .connection)
      var broken = settings
      broken.tls.key = .inline(key.replacing("PRIVATE", with: "BROKEN"))
      let error = try #require(await transport.errorOfGet(url, settings: broken))
      #expect(error.code == .credentials)
      #expect(!error.description.contains("BEGIN BROKEN"))
      broken.tls.key = .inline(try text("server.key"))
      let mismatch = try #require(await transport.errorOfGet(url, settings: broken))
      #expect(mismatch.code == .credentials || mismatch.code == .tls, "\(mismatch)")
    }
  }

  @Test("A plain port is a TLS error or runs into the deadline, and closing does not wait for it")
  func plainPort() async throws {
    // This one reads the greeting as the beginning of a request and waits for the rest of it.
    try await withServer({ _ in .send(answer()) }) { server, transport in
      let error = await transport.errorOfGet("https://127.0.0.1:\(server.port)/", timeout: .milliseconds(200))
      #expect(error?.code == .timedOut)
      let start = ContinuousClock.now
      transport.shutdown()
      #expect(ContinuousClock.now - start < .seconds(10), "closing does not wait for a handshake that hangs")
    }
  }
}
