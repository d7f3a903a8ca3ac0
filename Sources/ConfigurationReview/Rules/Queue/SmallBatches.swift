import AgentConfiguration

/// Small batches
///
/// A request costs the same work beside its samples whether it has 100 or 2,000. Prometheus raised its default from 100
/// to 500, and in 2.44 to 2,000, for that reason. (Google takes 200 series in a request, so there 200 is right.)
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_samples_per_send: 100
///           capacity: 500
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           max_samples_per_send: 2000
///           capacity: 10000
struct SmallBatches: ReviewRule {
  let facts = RuleFacts("GW244", .warning, why: "Sender and backend spend their time on requests instead of samples.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      let queue = endpoint.queue
      let most = endpoint.backend?.kind.requestSeriesMax
      guard let batch = queue.integer("max_samples_per_send"), let field = queue["max_samples_per_send"],
        batch.value > 0, batch.value < min(500, most ?? .max)
      else { return nil }
      let proposed = most ?? 2_000
      let capacity = queue["capacity"].map { TextEdit.setValue($0, text: "\(proposed * 5)") }
      return Advice(
        batch.place, "\(endpoint.title) sends batches of \(batch.value) samples",
        evidence: most.map { "\($0) are taken there" } ?? "the default is 2,000",
        fix: "write \(proposed), and \(proposed * 5) for capacity",
        edits: [.setValue(field, text: "\(proposed)")] + (capacity.map { [$0] } ?? []))
    }
  }
}
