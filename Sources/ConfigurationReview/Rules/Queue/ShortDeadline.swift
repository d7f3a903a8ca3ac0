import AgentConfiguration

/// Batches are sent before they fill up
///
/// With a `batch_send_deadline` below a second, a shard sends many small requests where one would do.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           batch_send_deadline: 100ms
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           batch_send_deadline: 5s
struct ShortDeadline: ReviewRule {
  let facts = RuleFacts("GW249", .info, why: "Sender and backend spend their time on requests instead of samples.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let deadline = endpoint.queue.duration("batch_send_deadline"), deadline.value < .seconds(1),
        let field = endpoint.queue["batch_send_deadline"]
      else { return nil }
      let perShard = deadline.value > .zero ? (1 / (deadline.value / .seconds(1))).spelled : "any number of"
      return Advice(
        deadline.place, "\(endpoint.title) sends a batch after \(field.value.scalar?.text ?? "") at the latest",
        evidence: "up to \(perShard) requests a second for each shard", fix: "leave it out for 5s, or write 1s",
        edits: [.setValue(field, text: "1s")])
    }
  }
}
