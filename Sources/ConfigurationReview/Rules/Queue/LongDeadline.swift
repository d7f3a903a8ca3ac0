import AgentConfiguration

/// Samples wait long for a full batch
///
/// A batch that does not fill up is sent after `batch_send_deadline`. With minutes of it, what is quiet arrives minutes
/// late: alerts that are evaluated at the backend see a gap.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           batch_send_deadline: 5m
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           batch_send_deadline: 5s
struct LongDeadline: ReviewRule {
  let facts = RuleFacts("GW248", .warning, why: "Samples arrive that much later, and alerts on them are that late.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let deadline = endpoint.queue.duration("batch_send_deadline"), deadline.value > .seconds(60),
        let field = endpoint.queue["batch_send_deadline"]
      else { return nil }
      return Advice(
        deadline.place, "\(endpoint.title) keeps samples for up to \(field.value.scalar?.text ?? "")",
        evidence: "the default is 5s", fix: "write 5s, or up to 1m where requests are expensive",
        edits: [.setValue(field, text: "5s")], isSafe: true)
    }
  }
}
