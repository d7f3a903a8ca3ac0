import AgentConfiguration

/// Many shards at all times
///
/// Shards are added as they are needed. With a high `min_shards`, batches do not fill up at a low rate, so that there
/// are more requests with less in them, and as many connections.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           min_shards: 40
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           min_shards: 4
struct ManyMinShards: ReviewRule {
  static let shardsMax = 20
  let facts = RuleFacts("GW253", .info, why: "Many connections, and requests with little in them.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let shards = endpoint.queue.integer("min_shards"), shards.value >= Self.shardsMax,
        let field = endpoint.queue["min_shards"]
      else { return nil }
      let figures = QueueFigures(endpoint, for: context.program)
      let latency = max(0.001, context.latencySeconds ?? 0.1)
      // Where the rate needs them, they are there for a reason.
      if let rate = context.samplesPerSecond, rate * latency / Double(figures.batch) > Double(shards.value) / 2 {
        return nil
      }
      return Advice(
        shards.place, "\(endpoint.title) has \(shards.value.spelled) shards at all times", evidence: "the default is 1",
        fix: "leave it out, or write what the usual rate takes", edits: [.setValue(field, text: "1")])
    }
  }
}
