import AgentConfiguration

/// An endpoint in trouble gets no rest
///
/// Each shard asks again after `max_backoff` at the latest. Fifty shards at 100 ms are 500 requests a second to an
/// endpoint that is down or overloaded, which does not help it up. (100 ms was the default until Prometheus 2.32.)
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_backoff: 100ms
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_backoff: 5s
struct ShortBackoff: ReviewRule {
  let facts = RuleFacts("GW247", .warning, why: "An endpoint that is down or overloaded is kept there.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let backoff = endpoint.queue.duration("max_backoff"), backoff.value < .seconds(1), backoff.value > .zero,
        let field = endpoint.queue["max_backoff"]
      else { return nil }
      let shards = QueueFigures(endpoint, for: context.program).maxShards
      return Advice(
        backoff.place, "\(endpoint.title) waits \(field.value.scalar?.text ?? "") at most between attempts",
        evidence:
          "\(shards.spelled) shards make \((Double(shards) / (backoff.value / .seconds(1))).spelled) requests a "
          + "second to an endpoint that fails", fix: "leave it out, or write 5s",
        edits: [.setValue(field, text: "5s")])
    }
  }
}
