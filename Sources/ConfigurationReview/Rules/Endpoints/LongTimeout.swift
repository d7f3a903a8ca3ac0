import AgentConfiguration

/// Minutes for an answer
///
/// A request that hangs holds its shard all that time. What would have told the sender to try again, or that the
/// endpoint is gone, comes minutes late.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         remote_timeout: 10m
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         remote_timeout: 30s
struct LongTimeout: ReviewRule {
  let facts = RuleFacts("GW228", .warning, why: "A request that hangs holds up its shard for as long as that.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let timeout = endpoint.section.duration("remote_timeout"), timeout.value > .seconds(120),
        let field = endpoint.section["remote_timeout"]
      else { return nil }
      return Advice(
        timeout.place, "\(endpoint.title) waits \(field.value.scalar?.text ?? "") for an answer",
        evidence: "the default is 30s", fix: "write at most 1m", edits: [.setValue(field, text: "1m")])
    }
  }
}
