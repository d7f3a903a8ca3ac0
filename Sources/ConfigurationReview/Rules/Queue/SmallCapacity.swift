import AgentConfiguration

/// A queue that holds few batches
///
/// While a request is under way a shard fills the next batches. With room for fewer than three, one slow answer stops
/// the reader, and with it all shards. Prometheus's guide says 3 to 10 batches.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 4000
///           max_samples_per_send: 2000
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           capacity: 10000
///           max_samples_per_send: 2000
struct SmallCapacity: ReviewRule {
  let facts = RuleFacts("GW240", .warning, why: "One slow answer stops the reader of the log, and with it all shards.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      let queue = endpoint.queue
      let figures = QueueFigures(endpoint, for: context.program)
      guard queue.has("capacity") || queue.has("max_samples_per_send"),
        Double(figures.capacity) < 3 * Double(figures.batch), figures.batch < 1_000_000
      else { return nil }
      let proposed = figures.batch * 5
      let field = queue["capacity"]
      let anchor = queue["max_samples_per_send"]
      let edit =
        field.map { TextEdit.setValue($0, text: "\(proposed)") }
        ?? anchor.map { .insertBefore(["capacity: \(proposed)"], $0) }
      return Advice(
        (field ?? anchor)?.valuePlace ?? queue.place, "the queue of \(endpoint.title) holds fewer than three batches",
        evidence:
          "capacity \(figures.capacity.spelled), \(file.spelled("max_samples_per_send")) \(figures.batch.spelled)",
        fix: "write capacity: \(proposed), five batches", edits: edit.map { [$0] } ?? [], isSafe: true)
    }
  }
}
