import AgentConfiguration
import Testing

@Suite("Every field of the reference that holds a secret")
struct SecretFieldTests {
  /// What stands in an HTTP client's section; each line holds the secret once.
  static let httpClient = [
    "basic_auth: {username: u, password: hunter2}", "authorization: {type: Bearer, credentials: hunter2}",
    "bearer_token: hunter2", "oauth2: {client_id: c, client_secret: hunter2}",
    "oauth2: {client_id: c, client_certificate_key: hunter2}", "oauth2: {tls_config: {key: hunter2}}",
    "oauth2: {endpoint_params: {client_assertion_token: hunter2}}",
    "oauth2: {proxy_connect_header: {Proxy-Authorization: [hunter2]}}", "tls_config: {cert: c, key: hunter2}",
    "proxy_url: 'http://user:hunter2@proxy:3128'", "proxy_connect_header: {X-Any: [hunter2]}",
    "http_headers: {X-Any: {secrets: [hunter2]}}",
  ]

  static let endpoint =
    httpClient + [
      "url: 'https://user:hunter2@h/api'", "url: 'https://h/api?api_key=hunter2'", "headers: {X-Auth-Token: hunter2}",
      "sigv4: {access_key: a, secret_key: hunter2}", "azuread: {oauth: {client_secret: hunter2}}",
      "azuread: {certificate: {certificate_password: hunter2}}",
    ]

  static let mechanisms: [(String, [String])] = [
    ("aws", ["secret_key: hunter2"]), ("azure", ["client_secret: hunter2"]),
    ("consul", ["token: hunter2", "password: hunter2"]), ("ec2", ["secret_key: hunter2"]),
    ("ecs", ["secret_key: hunter2"]), ("elasticache", ["secret_key: hunter2"]),
    ("http", ["url: 'http://user:hunter2@h/'", "url: 'http://h/?token=hunter2'"]),
    ("lightsail", ["secret_key: hunter2"]), ("marathon", ["auth_token: hunter2"]), ("msk", ["secret_key: hunter2"]),
    ("openstack", ["password: hunter2", "application_credential_secret: hunter2"]),
    ("outscale", ["secret_key: hunter2"]), ("ovhcloud", ["application_secret: hunter2", "consumer_key: hunter2"]),
    ("rds", ["secret_key: hunter2"]), ("scaleway", ["secret_key: hunter2"]),
    ("stackit", ["service_account_key: hunter2"]), ("triton", ["tls_config: {key: hunter2}"]),
    ("uyuni", ["password: hunter2", "server: 'https://user:hunter2@h'"]),
  ]

  static let all: [String] =
    endpoint.map { "remote_write: [{name: kept, \($0)}]" }
    + (httpClient + ["params: {access_token: [hunter2]}"]).map { "scrape_configs: [{job_name: kept, \($0)}]" }
    + mechanisms.flatMap { name, fields in
      (fields + httpClient).map { "scrape_configs: [{job_name: kept, \(name)_sd_configs: [{\($0)}]}]" }
    }
    + httpClient.map { "alerting: {alertmanagers: [{job: kept, \($0)}]}" }
    + httpClient.map { "remote_read: [{name: kept, \($0)}]" }
    + ["tracing: {kept: 1, tls_config: {key: hunter2}}", "tracing: {kept: 1, headers: {X-Api-Key: hunter2}}"]

  @Test("It is not shown, and what stands beside it is", arguments: all)
  func hidden(text: String) throws {
    let shown = try #require(SecretRedactor.rendering(text))
    #expect(!shown.contains("hunter2"), "\(shown)")
    #expect(shown.contains("<secret>"))
    #expect(shown.contains("kept"))
  }

  @Test(
    "Paths to secrets and names of stores are shown",
    arguments: [
      "basic_auth: {password_file: /run/p}", "authorization: {credentials_file: /run/p}", "bearer_token_file: /run/p",
      "oauth2: {client_secret_file: /run/p}", "tls_config: {key_file: /run/p}",
      "http_headers: {X-Any: {files: [/run/p]}}",
    ])
  func paths(field: String) throws {
    let shown = try #require(SecretRedactor.rendering("remote_write: [{\(field)}]"))
    #expect(shown.contains("/run/p") && !shown.contains("<secret>"), "\(shown)")
  }
}
