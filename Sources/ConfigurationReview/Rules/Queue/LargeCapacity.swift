import AgentConfiguration

/// A queue that holds more than ten batches
///
/// What waits in memory takes memory, and is thrown away when shards change while the endpoint hangs. More than ten
/// batches bring no throughput. Prometheus's guide says 3 to 10.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 100000
///           max_samples_per_send: 2000
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 20000
///           max_samples_per_send: 2000
struct LargeCapacity: ReviewRule {
  let facts = RuleFacts(
    "GW241", .info, why: "It costs memory, and shards take longer to change; it brings no throughput.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      let queue = endpoint.queue
      let figures = QueueFigures(endpoint, for: context.program)
      // A small batch beside a capacity that nobody wrote is for the rule about small batches.
      guard let field = queue["capacity"], Double(figures.capacity) > 10 * Double(figures.batch) else { return nil }
      let proposed = figures.batch * 5
      return Advice(
        field.valuePlace, "the queue of \(endpoint.title) holds more than ten batches",
        evidence:
          "capacity \(figures.capacity.spelled), \(file.spelled("max_samples_per_send")) \(figures.batch.spelled)",
        fix: "write capacity: \(proposed), five batches", edits: [.setValue(field, text: "\(proposed)")])
    }
  }
}
