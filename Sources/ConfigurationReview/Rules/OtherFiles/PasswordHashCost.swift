import AgentConfiguration

/// A password's hash costs too little or too much
///
/// bcrypt's cost doubles the work with each step. At 10 to 12 a guess takes a tenth of a second; below that a stolen
/// hash is soon tried through, above it each login keeps a processor busy.
///
/// Wrong:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
///     basic_auth_users:
///       agent: $2y$05$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234
///
/// Right:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
///     basic_auth_users:
///       agent: $2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234
struct PasswordHashCost: ReviewRule {
  let facts = RuleFacts(
    "GW424", .warning, why: "A cheap hash is guessed when it leaks; a dear one lets few requests stop the server.")

  private let costs = 10...14

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.kind == .web, let users = file.root?.section("basic_auth_users") else { return [] }
    return users.fields.compactMap { field in
      let parts = field.value.scalar?.text.split(separator: "$") ?? []
      guard parts.count == 3, let cost = Int(parts[1]), !costs.contains(cost) else { return nil }
      return Advice(
        field.valuePlace, "the hash of \(field.key.scalar?.text ?? "") has a cost of \(cost)",
        evidence: "2 to the power of \(cost) rounds", fix: "make one with htpasswd -nBC 10 \"\"")
    }
  }
}
