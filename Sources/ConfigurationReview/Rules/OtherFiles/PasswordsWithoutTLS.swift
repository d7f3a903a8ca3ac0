import AgentConfiguration

/// Passwords are asked for over plain http
///
/// `basic_auth_users` without `tls_server_config`: each request carries the password as good as readable.
///
/// Wrong:
///
///     basic_auth_users:
///       agent: $2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234
///
/// Right:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
///     basic_auth_users:
///       agent: $2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234
struct PasswordsWithoutTLS: ReviewRule {
  let facts = RuleFacts("GW421", .warning, why: "Whoever is on the way has the password after one request.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.kind == .web, let root = file.root, let users = root["basic_auth_users"], !root.has("tls_server_config"),
      let names = root.section("basic_auth_users")?.fields, !names.isEmpty
    else { return [] }
    return [
      Advice(
        users.key.place, "users log in over plain http", evidence: "\(names.count) users, no tls_server_config",
        fix: "add tls_server_config with cert_file and key_file, or listen on the loopback alone", confidence: 0.9)
    ]
  }
}
