import NIOSSL
import Settings
import Testing
@testable import Transport

@Suite struct ServerIdentityTests {
  @Test(
    "Whom a certificate has to name",
    arguments: [
      ("https://a", nil, .host), ("https://a", "", .host), ("https://a", "A", .host), ("https://a", "a.", .host),
      ("https://a", "B.c.", .named("b.c", host: "a")), ("https://10.0.0.1", "10.0.0.1", .host),
      ("https://a", "10.0.0.1", .named("10.0.0.1", host: "a")), ("https://[::1]", nil, .host),
      ("https://10.0.0.1", "a_b.c", .named("a_b.c", host: "10.0.0.1")), ("http://a", "b", .host),
    ] as [(String, String?, ServerIdentity)])
  func identity(url: String, name: String?, expected: ServerIdentity) throws {
    var tls = TLSSettings()
    tls.serverName = name
    #expect(try ServerIdentity(of: RequestAddress(url), tls: tls) == expected)
  }

  @Test("A server_name that cannot be one is refused", arguments: ["a b", "a:b", "ä.example", "a/b", "a@b", "*.a"])
  func noName(name: String) throws {
    var tls = TLSSettings()
    tls.serverName = name
    #expect(throws: TransportError(.tls, at: "", "")) {
      try ServerIdentity(of: RequestAddress("https://h"), tls: tls)
    }
  }

  @Test(
    "A name in a certificate stands for itself, a star for one whole label",
    arguments: [
      ("a.example", "a.example", true), ("A.Example", "a.eXample", true), ("a.example", "a.example.", true),
      ("a.example", "b.example", false), ("*.example", "a.example", true), ("*.example", "a.b.example", false),
      ("*.example", "example", false), ("a*.example", "ab.example", false), ("a.*.example", "a.b.example", false),
      ("*", "a", false), ("*", "", false), ("", "", false), ("a..example", "a..example", false),
      ("*.example", ".example", false), ("a_b.example", "a_b.example", true), ("a.example.", "a.example", false),
      ("a.example\0.b", "a.example", false), ("xn--*.example", "xn--a.example", false), ("*.*", "a.example", false),
    ])
  func matching(pattern: String, host: String, isMatch: Bool) {
    #expect(CertificateNames.matches(Array(pattern.utf8), host) == isMatch)
  }

  @Test("A certificate for the address of the connection does not stand for another name", arguments: [true, false])
  func addressAlone(http2: Bool) async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("server", alternativeNames: "IP:127.0.0.1,DNS:*.example")
    let context = try authority.serverContext("server")
    try await withSecureServer(context) { server, transport in
      var settings = HTTPClientSettings()
      settings.enableHTTP2 = http2
      settings.tls.certificateAuthority = .file(authority.caPath)
      let error = try #require(
        await transport.errorOfGet("https://localhost:\(server.port)/", settings: settings))
      #expect(error.code == .tls)
      #expect(error.message.contains("does not name localhost"))
      #expect(server.received.isEmpty)
      let response = try await transport.get("https://127.0.0.1:\(server.port)/", settings: settings)
      #expect(response.status == 200)
      settings.tls.serverName = "any.example"
      let named = try await transport.get("https://localhost:\(server.port)/", settings: settings)
      #expect(named.status == 200)
    }
  }

  @Test("A certificate whose common name alone is right is not accepted")
  func commonName() async throws {
    let authority = try Authority(in: TemporaryDirectory())
    try authority.sign("localhost", alternativeNames: "email:a@b.example")
    try await withSecureServer(try authority.serverContext("localhost")) { server, transport in
      var settings = HTTPClientSettings()
      settings.tls.certificateAuthority = .file(authority.caPath)
      #expect(await transport.errorOfGet("https://localhost:\(server.port)/", settings: settings)?.code == .tls)
    }
  }
}
