import AgentConfiguration

/// Native histograms that are scraped and not sent
///
/// `send_native_histograms` is off by default. What is scraped as a native histogram then reaches no endpoint, also
/// where its classic series were left out in its favour.
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
struct UnsentHistograms: ReviewRule {
  let facts = RuleFacts("GW232", .warning, why: "The histograms are scraped and stored, and never leave this machine.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let switches = ["scrape_native_histograms", "convert_classic_histograms_to_nhcb"]
    guard let switched = switches.lazy.compactMap({ file.place(ofSwitch: $0) }).first else { return [] }
    return file.endpoints.compactMap { endpoint in
      guard endpoint.section.bool("send_native_histograms")?.value != true, let url = endpoint.section["url"] else {
        return nil
      }
      let key = file.spelled("send_native_histograms")
      let field = endpoint.section["send_native_histograms"]
      return Advice(
        field?.key.place ?? url.key.place,
        "\(endpoint.title) does not get the histograms that line \(switched.line) asks for",
        evidence: field == nil ? "send_native_histograms is off by default" : "send_native_histograms is false",
        fix: "add \(key): true",
        edits: [field.map { .setValue($0, text: "true") } ?? .insert(["\(key): true"], after: url)],
        confidence: endpoint.isVersion2 ? 0.7 : 0.9)
    }
  }
}
