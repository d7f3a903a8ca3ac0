import AgentConfiguration

/// The first attempt after a failure comes late
///
/// Most failures are over at once: a connection that was closed, a replica that was replaced. With a `min_backoff` of
/// seconds each of them stops a shard for seconds.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           min_backoff: 10s
///           max_backoff: 30s
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           min_backoff: 100ms
///           max_backoff: 30s
struct SlowFirstRetry: ReviewRule {
  let facts = RuleFacts("GW255", .info, why: "A failure of a moment stops a shard for seconds.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let backoff = endpoint.queue.duration("min_backoff"), backoff.value >= .seconds(5),
        let field = endpoint.queue["min_backoff"]
      else { return nil }
      return Advice(
        backoff.place, "\(endpoint.title) waits \(field.value.scalar?.text ?? "") after the first failure",
        evidence: "the default is 30ms, doubled with each failure", fix: "leave it out, or write at most 1s",
        edits: [.setValue(field, text: "30ms")])
    }
  }
}
