import AgentConfiguration

/// Minutes between attempts
///
/// An endpoint that is back is noticed up to `max_backoff` later, by every shard for itself, and its backlog grows
/// meanwhile.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_backoff: 10m
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_backoff: 30s
struct LongBackoff: ReviewRule {
  let facts = RuleFacts("GW246", .warning, why: "An endpoint that is back stays without samples for as long as that.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let backoff = endpoint.queue.duration("max_backoff"), backoff.value > .seconds(300),
        let field = endpoint.queue["max_backoff"]
      else { return nil }
      return Advice(
        backoff.place, "\(endpoint.title) may wait \(field.value.scalar?.text ?? "") between attempts",
        evidence: "the default is 5s", fix: "write 30s: enough to spare an endpoint that is down",
        edits: [.setValue(field, text: "30s")])
    }
  }
}
