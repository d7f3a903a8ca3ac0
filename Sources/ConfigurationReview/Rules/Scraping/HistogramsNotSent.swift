import AgentConfiguration

/// Native histograms are scraped and sent nowhere
///
/// A message of version 1.0 carries native histograms only where `send_native_histograms` says so; version 2.0 carries
/// them in any case.
///
/// Wrong:
///
///     global:
///       scrape_native_histograms: true
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       scrape_native_histograms: true
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         send_native_histograms: true
struct HistogramsNotSent: ReviewRule {
  let facts = RuleFacts(
    "GW365", .warning, why: "A program that has native histograms alone loses them on the way, without an error.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let takes = file.endpoints.contains { endpoint in
      endpoint.section.bool("send_native_histograms")?.value == true
        || endpoint.section.text("protobuf_message")?.value.contains("v2") == true
    }
    guard !file.endpoints.isEmpty, !takes else { return [] }
    return ([file.global].compactMap(\.self) + file.jobs).compactMap { section in
      guard let scrapes = section.bool("scrape_native_histograms"), scrapes.value else { return nil }
      return Advice(
        scrapes.place, "no endpoint gets the native histograms that are scraped here",
        evidence: "none of \(file.endpoints.count) has send_native_histograms or message version 2.0",
        fix: "add send_native_histograms: true to the endpoints that take them")
    }
  }
}
