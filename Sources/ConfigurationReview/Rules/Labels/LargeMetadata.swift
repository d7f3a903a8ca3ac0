import AgentConfiguration

/// Too many descriptions in a request
///
/// A description is far longer than a sample. Requests with tens of thousands of them are answered 413 by backends that
/// take the same number of samples (Prometheus's issue 13480).
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         metadata_config:
///           max_samples_per_send: 50000
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         metadata_config:
///           max_samples_per_send: 2000
struct LargeMetadata: ReviewRule {
  let facts = RuleFacts("GW286", .info, why: "The backend may answer 413, and there are no descriptions then.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard !endpoint.isVersion2, let metadata = endpoint.section.section("metadata_config"),
        let count = metadata.integer("max_samples_per_send"), count.value > 20_000,
        let field = metadata["max_samples_per_send"]
      else { return nil }
      return Advice(
        count.place, "\(endpoint.title) gets up to \(count.value.spelled) descriptions in a request",
        evidence: "the default is 2,000", fix: "leave it out, or write 2000",
        edits: [.setValue(field, text: "2000")], isSafe: true)
    }
  }
}
