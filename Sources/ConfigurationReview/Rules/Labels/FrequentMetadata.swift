import AgentConfiguration

/// Descriptions sent every few seconds
///
/// Types and descriptions hardly ever change. Each time all of them are sent, in requests beside those with samples.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         metadata_config:
///           send_interval: 5s
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         metadata_config:
///           send_interval: 1m
struct FrequentMetadata: ReviewRule {
  let facts = RuleFacts("GW285", .info, why: "All descriptions are sent that often, and hardly ever change.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard !endpoint.isVersion2, let metadata = endpoint.section.section("metadata_config"),
        metadata.bool("send")?.value != false, let interval = metadata.duration("send_interval"),
        interval.value < .seconds(30), interval.value > .zero, let field = metadata["send_interval"]
      else { return nil }
      return Advice(
        interval.place, "\(endpoint.title) gets all descriptions every \(field.value.scalar?.text ?? "")",
        evidence: "the default is 1m", fix: "leave it out, or write 1m", edits: [.setValue(field, text: "1m")],
        isSafe: true)
    }
  }
}
