import AgentConfiguration
import Settings

/// The token's old place
///
/// `bearer_token` and `bearer_token_file` are deprecated since Prometheus 2.26 in favour of `authorization`, which also
/// says of which kind the credentials are.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         bearer_token_file: /etc/godwit/token
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         authorization:
///           credentials_file: /etc/godwit/token
struct DeprecatedBearerToken: ReviewRule {
  let facts = RuleFacts("GW234", .info, why: "The field is deprecated; a later version may not know it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    // Prometheus 2.25 and before knows no other place.
    if let program = context.program, program.name == .prometheus, let version = program.version, version < .init(2, 26)
    {
      return []
    }
    guard file.kind != .operator else { return [] }
    return file.endpoints.compactMap { endpoint in
      guard let path = endpoint.section.text("bearer_token_file"), let field = endpoint.section["bearer_token_file"],
        !endpoint.section.has("authorization")
      else { return nil }
      let lines = ["authorization:", "  credentials_file: \(path.value)"]
      return Advice(
        field.key.place, "\(endpoint.title) uses bearer_token_file, which is deprecated",
        evidence: "deprecated since Prometheus 2.26", fix: "name the file in authorization.credentials_file",
        edits: [.replace(field, by: lines)], isSafe: true)
    }
  }
}
