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
        named.tls.serverName = "metrics.example"
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

  @Test("A version the server does not speak is a TLS error; so is a plain port")
  func mismatch() async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:127.0.0.1")
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(authority.path("server.pem")).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: authority.path("server.key"), format: .pem)))
    configuration.minimumTLSVersion = .tlsv13
    try await withSecureServer(try NIOSSLContext(configuration: configuration)) { server, transport in
      let old = self.settings {
        $0.certificateAuthority = .file(authority.caPath)
        $0.maximumVersion = .tls12
      }
      #expect(await transport.errorOfGet("https://127.0.0.1:\(server.port)/", settings: old)?.code == .tls)
    }
    // This one reads the greeting as the beginning of a request and waits for the rest of it.
    try await withServer({ _ in .send(answer()) }) { server, transport in
      let start = ContinuousClock.now
      let error = await transport.errorOfGet("https://127.0.0.1:\(server.port)/", timeout: .milliseconds(200))
      #expect(error?.code == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))
      transport.shutdown()
      #expect(ContinuousClock.now - start < .seconds(10), "closing does not wait for a handshake that hangs")
    }
  }
}
