import AgentConfiguration

/// The old fields for bearer tokens
///
/// `bearer_token` and `bearer_token_file` are deprecated since Prometheus 2.26. `authorization` says the same, and can
/// have other types.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         bearer_token_file: token
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         scheme: https
///         authorization:
///           credentials_file: token
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct BearerTokenField: ReviewRule {
  let facts = RuleFacts(
    "GW402", .info, why: "The field may go with any major version, and newer programs do not have it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.jobs.compactMap { job in
      guard let field = job["bearer_token_file"], let text = field.value.scalar?.text, !text.isEmpty else { return nil }
      let lines = ["authorization:", "  credentials_file: \(text.inSingleQuotes)"]
      let canMove = !job.has("authorization")
      return Advice(
        field.key.place, "\(job.jobTitle) uses bearer_token_file", evidence: "deprecated since 2.26",
        fix: "write authorization with credentials_file",
        edits: canMove ? [.insertBefore(lines, field), .remove(field)] : [], isSafe: canMove)
    }
  }
}
