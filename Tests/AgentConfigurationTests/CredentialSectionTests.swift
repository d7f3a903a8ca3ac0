import AgentConfiguration
import Diagnostics
import Settings
import Testing

private let statement = "client_id: a, token_url: 'http://t', grant_type: '\(OAuth2Settings.assertionGrantType)'"
private let uuid = "00000000-0000-0000-0000-00000000000a"

private func azure(_ text: String) -> String { "remote_write: [{url: http://h, azuread: {\(text)}}]" }

private let refusedCredentials: [RefusedCase] = [
  RefusedCase(
    "GW107",
    "remote_write: [{url: http://h, oauth2: {client_id: a, token_url: 'http://t', client_secret: a, client_secret_file: ▸b}}]",
    "client_secret_ref must be configured using grant-type=client_credentials"),
  RefusedCase(
    "GW107",
    "remote_write: [{url: http://h, oauth2: {\(statement), client_certificate_key: a, client_certificate_key_ref: ▸b}}]",
    "must be configured using grant-type=urn:"),
  RefusedCase(
    "GW105",
    "remote_write: [{url: http://h, oauth2: {\(statement), client_certificate_key: a, signature_algorithm: ▸ES256}}]",
    "valid signature algorithms are RS256, RS384 and RS512"),
  RefusedCase("GW102", "remote_write: [{url: http://h, sigv4: {▸secret_key_file: f}}]", "not found"),
  RefusedCase(
    "GW107", "remote_write: [{url: http://h, sigv4: {external_id: ▸e}}]", "external_id can only be used with role_arn"),
  RefusedCase("GW105", azure("sdk: {tenant_id: t}, cloud: ▸Moon"), "must provide a cloud"),
  RefusedCase(
    "GW107", azure("sdk: {tenant_id: t}, ▸oauth: {client_id: \(uuid), client_secret: s, tenant_id: t}"), "multiple"),
  RefusedCase(
    "GW106", azure("▸oauth: {client_id: \(uuid), tenant_id: t}"), "an Azure OAuth client_secret in the Azure"),
  RefusedCase(
    "GW106", azure("▸certificate: {client_id: \(uuid), tenant_id: t}"), "an Azure Certificate certificate_path"),
  RefusedCase(
    "GW105", azure("workload_identity: {client_id: \(uuid), tenant_id: ▸example.org}"),
    "the provided Azure Workload Identity tenant_id is invalid"),
  RefusedCase("GW106", azure("workload_identity: {client_id: \(uuid), ▸tenant_id: ''}"), "Workload Identity tenant_id"),
  RefusedCase("GW105", azure("sdk: {tenant_id: t}, scope: ▸'https://x?y'"), "invalid characters"),
  RefusedCase("GW102", azure("sdk: {tenant_id: t, ▸client_id: x}"), "not found"),
]

@Suite("Who we are, as a file says it")
struct CredentialSectionTests {
  private func credentials(_ section: String) throws -> HTTPClientSettings.Credentials {
    let result = read("remote_write: [{url: http://h, \(section)}]")
    #expect(result.findings.isEmpty, "\(result.findings.text)")
    return try #require(result.settings?.endpoints.first?.http.credentials)
  }

  @Test("All of oauth2 with a secret is read")
  func clientCredentials() throws {
    let text = """
      oauth2: {client_id: me, client_secret_file: s, token_url: 'https://t/token', scopes: [a, b], grant_type: any,
        endpoint_params: {audience: x, grant_type: password}, tls_config: {ca_file: ca.pem}, iss: unused,
        client_certificate_key: unused}
      """
    var expected = OAuth2Settings(
      clientID: "me", tokenURL: "https://t/token", grant: .clientCredentials(secret: .file("/etc/p/s")))
    expected.scopes = ["a", "b"]
    expected.endpointParameters = ["audience": "x", "grant_type": "password"]
    expected.http.tls.certificateAuthority = .file("/etc/p/ca.pem")
    #expect(try credentials(text) == .oauth2(expected))
    #expect(!expected.http.followRedirects && !expected.http.enableHTTP2)
  }

  @Test("All of oauth2 with a signed assertion is read")
  func assertion() throws {
    let text = """
      oauth2: {client_id: me, token_url: 'http://t', grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        client_certificate_key_file: k, client_certificate_key_id: k1, signature_algorithm: RS512, iss: i, audience: a,
        claims: {s: x, n: 5, f: 1.5, b: true, z: null, q: '7', l: [1, {y: 2}]}}
      """
    var assertion = AssertionSettings(key: .file("/etc/p/k"))
    assertion.keyID = "k1"
    assertion.algorithm = .rs512
    assertion.issuer = "i"
    assertion.audience = "a"
    assertion.claims = [
      "s": .text("x"), "n": .integer(5), "f": .number(1.5), "b": .bool(true), "z": .null, "q": .text("7"),
      "l": .list([.integer(1), .object(["y": .integer(2)])]),
    ]
    #expect(
      try credentials(text)
        == .oauth2(OAuth2Settings(clientID: "me", tokenURL: "http://t", grant: .assertion(assertion))))
  }

  @Test("All of sigv4 is read; empty fields are absent")
  func sigV4() throws {
    var expected = SigV4Settings()
    #expect(try credentials("sigv4: {}") == .sigV4(expected))
    #expect(try credentials("sigv4: {region: '', access_key: '', profile: }") == .sigV4(expected))
    expected.region = "us-east-1"
    expected.keys = .init(accessKey: "a", secretKey: .inline("s"))
    expected.profile = "p"
    expected.roleARN = "arn"
    expected.externalID = "e"
    expected.usesFIPSEndpoint = true
    expected.service = "other"
    let text = """
      sigv4: {region: us-east-1, access_key: a, secret_key: s, profile: p, role_arn: arn, external_id: e,
        use_fips_sts_endpoint: true, service_name: other}
      """
    #expect(try credentials(text) == .sigV4(expected))
    #expect(!"\(expected)".contains("\"s\""))
  }

  @Test("Files are found beside the configuration, the user's name too")
  func files() throws {
    #expect(
      try credentials("basic_auth: {username_file: u, password_file: /p}")
        == .basic(username: .file("/etc/p/u"), password: .file("/p")))
    #expect(try credentials("basic_auth: {}") == .basic(username: nil, password: nil))
    #expect(try credentials("authorization: {}") == .authorization(type: "Bearer", credentials: nil))
  }

  @Test("Mistakes in credentials are reported where they stand", arguments: refusedCredentials)
  func refusal(_ refused: RefusedCase) {
    let marked = MarkedText(refused.marked)
    let result = read(marked.text)
    #expect(places(result.errors) == marked.places, "\(result.errors.text)")
    #expect(result.errors.first?.id == refused.id)
    #expect(result.errors.first?.message.contains(refused.message) == true, "\(result.errors.text)")
  }

  @Test(
    "What the reference takes of azuread and google_iam is taken, and named as not built",
    arguments: [
      "azuread: {managed_identity: {client_id: ''}, cloud: ''}", "azuread: {managed_identity: {}}",
      "azuread: {managed_identity: {client_id: '{\(uuid)}'}}",
      "azuread: {managed_identity: {client_id: urn:uuid:\(uuid)}}",
      "azuread: {managed_identity: {client_id: \(uuid.filter { $0 != "-" })}}",
      "azuread: {workload_identity: {client_id: \(uuid), tenant_id: \(uuid), token_file_path: /t}, cloud: AzureChina}",
      "azuread: {oauth: {client_id: \(uuid), client_secret: s, tenant_id: example.org}, scope: 'https://a.b/.default c_-'}",
      "azuread: {certificate: {client_id: \(uuid), tenant_id: t, certificate_path: c, certificate_key_path: k, "
        + "certificate_password: p, send_certificate_chain: true}}",
      "azuread: {sdk: {tenant_id: ''}}", "google_iam: {}", "google_iam: {credentials_file: f}",
    ])
  func notBuilt(section: String) {
    let result = read("remote_write: [{url: http://h, \(section)}]")
    #expect(result.errors.isEmpty, "\(result.errors.text)")
    #expect(result.notBuilt.map(\.id) == ["GW120"])
    #expect(result.notBuilt.first?.fix.contains("oauth2") == true)
  }

  @Test(
    "What the reference takes and no request could be made with is named at its place",
    arguments: [
      "basic_auth: {username_ref: ▸x}", "authorization: {credentials_ref: ▸x}",
      "oauth2: {client_id: a, token_url: 'http://t', client_secret_ref: ▸x}", "tls_config: {ca_ref: ▸x}",
      "oauth2: {client_id: a, token_url: ▸/token}", "▸oauth2: {\(statement)}",
      "oauth2: {client_id: a, token_url: 'http://t', scopes: [a], endpoint_params: {▸scope: b}}",
      "oauth2: {\(statement), client_certificate_key: k, endpoint_params: {▸assertion: b}}",
      "sigv4: {region: ▸'a b'}",
    ])
  func cannotWork(section: String) {
    let marked = MarkedText("remote_write: [{url: http://h, \(section)}]")
    let result = read(marked.text)
    #expect(result.errors.isEmpty, "\(result.errors.text)")
    #expect(places(result.notBuilt) == marked.places, "\(result.notBuilt.text)")
    #expect(result.notBuilt.map(\.id) == ["GW121"])
  }
}
