import AgentConfiguration

/// Too little time for an answer
///
/// A request that is given up is sent again in full, while the backend may still be storing it: the load doubles when
/// the backend is slow, which is when it can bear it least.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         remote_timeout: 2s
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         remote_timeout: 30s
struct ShortTimeout: ReviewRule {
  let facts = RuleFacts("GW227", .warning, why: "Requests that would have been answered are given up and sent again.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let timeout = endpoint.section.duration("remote_timeout"), let field = endpoint.section["remote_timeout"]
      else { return nil }
      let latency = context.latencySeconds ?? 0
      let least = max(5, latency * 10)
      // One of zero is refused already.
      guard timeout.value > .zero, timeout.value < .seconds(least) else { return nil }
      return Advice(
        timeout.place, "\(endpoint.title) waits \(field.value.scalar?.text ?? "") for an answer",
        evidence: latency > 0.5
          ? "an answer takes \(latency) s as a rule, and ten times that in bad times" : "the default is 30s",
        fix: "leave remote_timeout out, or write 30s", edits: [.setValue(field, text: "30s")], isSafe: true)
    }
  }
}
