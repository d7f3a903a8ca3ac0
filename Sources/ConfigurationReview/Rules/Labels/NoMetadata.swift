import AgentConfiguration

/// Types and descriptions are not sent
///
/// Mimir, Grafana Cloud and Amazon show them, and Grafana's editor goes by the type when it offers `rate`. Where a
/// backend has no use for them this is right.
///
/// Wrong:
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push
///         basic_auth:
///           username: "123456"
///           password_file: /etc/godwit/token
///         metadata_config:
///           send: false
///
/// Right:
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push
///         basic_auth:
///           username: "123456"
///           password_file: /etc/godwit/token
///         metadata_config:
///           send: true
struct NoMetadata: ReviewRule {
  let facts = RuleFacts(
    "GW287", .info, why: "The backend shows no types and descriptions, and editors cannot go by them.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard !endpoint.isVersion2, let metadata = endpoint.section.section("metadata_config"),
        let send = metadata.bool("send"), !send.value, let field = metadata["send"],
        let backend = endpoint.backend,
        [.amazon, .grafanaCloud, .mimir, .cortex].contains(backend.kind)
      else { return nil }
      return Advice(
        send.place, "\(backend.kind.title) would show what is not sent: types and descriptions",
        evidence: backend.evidence, fix: "leave \(file.spelled("metadata_config")) out",
        edits: [.setValue(field, text: "true")], isSafe: true, confidence: 0.8)
    }
  }
}
