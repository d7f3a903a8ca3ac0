import AgentConfiguration

/// Hundreds of requests at a time
///
/// More shards than a few hundred bring no throughput: they contend for the same queue, and the backend has to answer
/// them all at once, most of all when it comes back from an outage. Larger batches bring more.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 2500
///           max_samples_per_send: 500
///           max_shards: 1000
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 10000
///           max_samples_per_send: 2000
///           max_shards: 200
struct ManyMaxShards: ReviewRule {
  static let shardsMax = 500
  let facts = RuleFacts("GW254", .warning, why: "A backend that comes back is met by all of them at once.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let shards = endpoint.queue.integer("max_shards"), shards.value > Self.shardsMax else { return nil }
      let figures = QueueFigures(endpoint, for: context.program)
      return Advice(
        shards.place, "\(endpoint.title) may have \(shards.value.spelled) requests under way",
        evidence: "\(figures.ceiling(latency: 0.1).spelled) samples a second at 100 ms; the default is 50",
        fix: "raise \(file.spelled("max_samples_per_send")) to 2000 or 5000, and lower \(file.spelled("max_shards"))")
    }
  }
}
