import AgentConfiguration

/// Old samples are thrown away after a short outage
///
/// `sample_age_limit` drops what is older than that when its turn comes. With less than an hour, an evening's
/// maintenance of the backend leaves a gap, though the samples are there.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           sample_age_limit: 5m
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         queue_config:
///           sample_age_limit: 2h
struct ShortAgeLimit: ReviewRule {
  let facts = RuleFacts(
    "GW252", .warning, why: "After an outage longer than that there is a gap, though nothing was lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let limit = endpoint.queue.duration("sample_age_limit"), limit.value > .zero, limit.value < .seconds(3_600),
        let field = endpoint.queue["sample_age_limit"]
      else { return nil }
      return Advice(
        limit.place, "\(endpoint.title) throws away what is older than \(field.value.scalar?.text ?? "")",
        evidence: "no limit is the default",
        fix: "leave it out, or write the age above which the backend refuses samples",
        edits: [.setValue(field, text: "0s")], isSafe: true)
    }
  }
}
