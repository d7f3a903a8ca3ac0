import AgentConfiguration

/// The queue cannot send what comes in
///
/// A shard has one request under way, so `max_shards × max_samples_per_send / latency` samples a second are the most
/// that can be sent. Where that is below the rate, the backlog grows until something expires. The rate is what `--rate`
/// says; without `--latency` 100 ms are taken.
///
/// Wrong (--rate 200000 --latency 200ms):
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_shards: 10
///
/// Right (--rate 200000 --latency 200ms):
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_shards: 50
struct ShardsBelowRate: ReviewRule {
  let facts = RuleFacts("GW242", .warning, why: "The backlog grows as long as the rate lasts, until samples expire.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard let rate = context.samplesPerSecond, rate > 0 else { return [] }
    let latency = max(0.001, context.latencySeconds ?? 0.1)
    return file.endpoints.compactMap { endpoint in
      let figures = QueueFigures(endpoint, for: context.program)
      let ceiling = figures.ceiling(latency: latency)
      guard ceiling < rate, let anchor = endpoint.queue["max_shards"] ?? endpoint.section["url"] else { return nil }
      // Half as much again, so that a backlog can shrink.
      let needed = (rate * 1.5 * latency / Double(figures.batch)).rounded(.up)
      let field = endpoint.queue["max_shards"]
      let edits = needed <= 500 ? field.map { [TextEdit.setValue($0, text: "\(Int(needed))")] } : nil
      return Advice(
        anchor.valuePlace,
        "\(endpoint.title) can send \(ceiling.spelled) samples a second at most, and \(rate.spelled) come in",
        evidence: "\(figures.maxShards.spelled) shards × \(figures.batch.spelled) samples / \(latency) s"
          + (context.latencySeconds == nil ? " (assumed)" : ""),
        fix: "raise \(file.spelled("max_samples_per_send")) first, then \(file.spelled("max_shards")); with batches of "
          + "\(figures.batch.spelled) it takes \(needed.spelled)", edits: edits ?? [], isSafe: true)
    }
  }
}
