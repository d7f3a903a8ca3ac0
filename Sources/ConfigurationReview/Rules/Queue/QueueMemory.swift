import AgentConfiguration

/// Full queues take more than 1 GiB
///
/// `max_shards × (capacity + max_samples_per_send)` samples can be in memory for an endpoint, and it comes to that when
/// the endpoint is slow. A sample in a queue takes about 170 bytes (2 MB for a shard of Prometheus's defaults).
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 100000
///           max_samples_per_send: 20000
///           max_shards: 100
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 25000
///           max_samples_per_send: 5000
///           max_shards: 100
struct QueueMemory: ReviewRule {
  static let bytesPerSample = 170.0
  static let bytesMax = Double(1 << 30)
  let facts = RuleFacts(
    "GW251", .warning, why: "When the endpoint is slow the process grows by that, and may be killed.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      let figures = QueueFigures(endpoint, for: context.program)
      let bytes = figures.samplesMax * Self.bytesPerSample
      guard bytes > Self.bytesMax, let section = endpoint.section["queue_config"] else { return nil }
      return Advice(
        section.key.place,
        "the queue of \(endpoint.title) can take \((bytes / Double(1 << 20)).spelled) MiB",
        evidence:
          "\(figures.maxShards.spelled) shards × (\(figures.capacity.spelled) + \(figures.batch.spelled)) samples × "
          + "\(Self.bytesPerSample.spelled) bytes",
        fix: "lower capacity to five batches, then \(file.spelled("max_shards"))")
    }
  }
}
