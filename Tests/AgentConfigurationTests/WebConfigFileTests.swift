import AgentConfiguration
import Diagnostics
import Settings
import Testing

@Suite("The file of --web.config.file")
struct WebConfigFileTests {
  static let hash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG"

  private func read(_ text: String) -> WebConfigFile.Result {
    WebConfigFile.read(text: text, path: "web.yml", directory: "/etc/godwit")
  }

  @Test("Everything that can be said reaches the settings")
  func everything() throws {
    let result = read(
      """
      tls_server_config:
        cert_file: server.pem
        key: inline-key
        client_auth_type: RequireAndVerifyClientCert
        client_ca_file: /ca.pem
        client_allowed_sans: [a.test, 10.0.0.1]
        min_version: TLS11
        max_version: TLS12
        cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
        prefer_server_cipher_suites: false
        curve_preferences: [X25519, CurveP256]
      http_server_config:
        http2: false
        headers:
          X-Frame-Options: deny
          X-Content-Type-Options: nosniff
          Strict-Transport-Security: max-age=31536000
          X-XSS-Protection: ''
      basic_auth_users:
        ann: \(Self.hash)
      rate_limit: {interval: 1s, burst: 10}
      """)
    let settings = try #require(result.settings, "\(result.errors.text)")
    let tls = try #require(settings.tls)
    #expect(tls.certificate == .file("/etc/godwit/server.pem") && tls.key == .inline("inline-key"))
    #expect(tls.clientAuthentication == .requireAndVerify && tls.clientAuthority == .file("/ca.pem"))
    #expect(tls.clientAllowedNames == ["a.test", "10.0.0.1"])
    #expect(tls.minimumVersion == .tls11 && tls.maximumVersion == .tls12)
    #expect(tls.cipherSuites == ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] && tls.curves == ["X25519", "CurveP256"])
    #expect(!settings.offersHTTP2 && settings.headers.count == 3 && settings.headers["X-Frame-Options"] == "deny")
    #expect(settings.users == ["ann": Self.hash])
    #expect(settings.rateLimit == WebRateLimit(interval: .seconds(1), burst: 10))
  }

  @Test(
    "Nothing said is plain HTTP for all",
    arguments: [
      "", "tls_server_config:", "tls_server_config: {}", "tls_server_config: {min_version: TLS13}", "basic_auth_users:",
      "rate_limit: {interval: 0s}", "http_server_config: {headers: {}}",
    ])
  func nothing(text: String) { #expect(read(text).settings == WebSettings()) }

  static let refused = [
    RefusedCase("GW101", "tls_server_config:\n▸\tcert: a", "cannot start any token"),
    RefusedCase("GW102", "▸tls_config: {}", "not found", fix: ""),
    RefusedCase(
      "GW102", "tls_server_config: {▸cert_fil: a}", "not found in tls_server_config", fix: "did you mean `cert_file`?"),
    RefusedCase("GW104", "▸[]", "cannot unmarshal a list"),
    RefusedCase("GW104", "http_server_config: {http2: ▸2}", "cannot unmarshal !!int `2` into http2"),
    RefusedCase("GW106", "▸tls_server_config: {cert_file: a}", "missing one of key or key_file"),
    RefusedCase("GW106", "▸tls_server_config: {key_file: a}", "missing one of cert or cert_file"),
    RefusedCase(
      "GW105", "tls_server_config: {cert_file: a, key_file: b, client_auth_type: ▸RequireClient}",
      "invalid ClientAuth: RequireClient"),
    RefusedCase(
      "GW107", "tls_server_config: {cert_file: a, key_file: b, client_ca_file: ▸c}",
      "client CA's have been configured without a Client Auth Policy"),
    RefusedCase(
      "GW107",
      "tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequestClientCert, ▸client_allowed_sans: [a]}",
      "client_allowed_sans requires client_auth_type"),
    RefusedCase(
      "GW105", "tls_server_config: {cert_file: a, key_file: b, min_version: ▸TLS14}", "unknown TLS version: TLS14"),
    RefusedCase(
      "GW105", "tls_server_config: {cert_file: a, key_file: b, cipher_suites: [▸TLS_RSA_WITH_RC4_128_SHA]}",
      "unknown cipher: TLS_RSA_WITH_RC4_128_SHA"),
    RefusedCase(
      "GW105", "tls_server_config: {cert_file: a, key_file: b, curve_preferences: [▸P256]}", "unknown curve: P256"),
    RefusedCase(
      "GW120", "tls_server_config: {cert_file: a, key_file: b, ▸cipher_suites: [TLS_AES_128_GCM_SHA256]}",
      "cipher_suites with those of TLS 1.3 alone"),
    RefusedCase(
      "GW121", "tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: ▸TLS12}",
      "max_version must be greater"),
    RefusedCase(
      "GW105", "http_server_config: {headers: {▸Server: a}}", "HTTP header \"Server\" can not be configured"),
    RefusedCase(
      "GW105", "http_server_config: {headers: {X-Frame-Options: ▸allow}}", "invalid value for X-Frame-Options"),
    RefusedCase("GW105", "basic_auth_users: {ann: ▸plain-secret}", "it does not begin with"),
    RefusedCase("GW105", "basic_auth_users: {ann: ▸$2y$99$\(String(repeating: "a", count: 53))}", "its cost is not"),
    RefusedCase("GW105", "basic_auth_users: {ann: ▸$2y$10$short}", "53 characters"),
    RefusedCase("GW105", "rate_limit: {interval: 1s, burst: ▸0}", "lets no request through"),
  ]

  @Test("One mistake, one finding, at its place, and no secret in it", arguments: refused)
  func refusal(_ refused: RefusedCase) {
    let marked = MarkedText(refused.marked)
    let result = read(marked.text)
    #expect(places(result.errors) == marked.places, "\(result.errors.text)")
    #expect(result.errors.first?.id == refused.id, "\(result.errors.text)")
    #expect(result.errors.first?.message.contains(refused.message) == true, "\(result.errors.text)")
    if !refused.fix.isEmpty { #expect(result.errors.first?.fix == refused.fix) }
    #expect(result.settings == nil)
    #expect(!result.errors.text.contains("plain-secret"))
  }
}
