import AgentConfiguration

/// A low ceiling for what can be sent
///
/// `max_shards × max_samples_per_send / latency` is the most that an endpoint can take, also when it has a backlog to
/// catch up with. `max_shards: 5` with batches of 500 are 25,000 samples a second at 100 ms; the defaults are a
/// million. Say `--rate` to have it compared with what comes in.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_shards: 2
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_shards: 20
struct LowCeiling: ReviewRule {
  static let samplesPerSecond = 50_000.0
  static let latency = 0.1
  let facts = RuleFacts("GW243", .info, why: "After an outage the backlog shrinks slowly, or not at all.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    // With a rate there is something to compare with.
    guard context.samplesPerSecond == nil else { return [] }
    return file.endpoints.compactMap { endpoint in
      guard let field = endpoint.queue["max_shards"], endpoint.queue.integer("max_shards") != nil else { return nil }
      let figures = QueueFigures(endpoint, for: context.program)
      let latency = context.latencySeconds.map { max(0.001, $0) } ?? Self.latency
      let ceiling = figures.ceiling(latency: latency)
      guard ceiling < Self.samplesPerSecond else { return nil }
      return Advice(
        field.valuePlace, "\(endpoint.title) can send \(ceiling.spelled) samples a second at most",
        evidence: "\(figures.maxShards.spelled) shards × \(figures.batch.spelled) samples / \(latency) s",
        fix:
          "leave \(file.spelled("max_shards")) out for 50, unless the endpoint must not have more requests at a time",
        edits: [.setValue(field, text: "50")])
    }
  }
}
