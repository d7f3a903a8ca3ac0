import AgentConfiguration

/// The same samples to the same place twice
///
/// Two endpoints with one URL, the same headers and credentials and the same rules send every sample twice: twice the
/// traffic, and a backend that refuses one copy as a duplicate.
///
/// Wrong:
///
///     remote_write:
///       - name: first
///         url: https://metrics.example.net/api/v1/write
///       - name: second
///         url: https://metrics.example.net/api/v1/write
///         remote_timeout: 20s
///
/// Right:
///
///     remote_write:
///       - name: first
///         url: https://metrics.example.net/api/v1/write
///       - name: second
///         url: https://backup.example.net/api/v1/write
struct DuplicateEndpoint: ReviewRule {
  let facts = RuleFacts(
    "GW222", .warning, why: "Every sample is sent twice, and one copy may be refused as a duplicate.")

  /// What may differ without the samples or their receiver being others.
  private static let immaterial: Set<String> = ["name", "queue_config", "remote_timeout", "metadata_config"]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    var seen: [(content: String, endpoint: ReviewedFile.Endpoint)] = []
    return file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url else { return nil }
      let content = Self.content(
        endpoint.section.fields.filter { !Self.immaterial.contains($0.key.scalar?.text ?? "") })
      guard let first = seen.first(where: { $0.content == content })?.endpoint else {
        seen.append((content, endpoint))
        return nil
      }
      // The reference refuses two that are the same throughout, so that was said already.
      if Self.content(first.section.fields) == Self.content(endpoint.section.fields) { return nil }
      return Advice(
        url.place, "\(endpoint.title) sends what \(first.title) sends, to the same place",
        evidence: "url, rules, headers and credentials are those of line \(first.section.place.line)",
        fix: "remove one of the two, or give it write_relabel_configs of its own")
    }
  }

  /// The fields as text, whatever their order.
  private static func content(_ fields: [YAMLField]) -> String {
    fields.map { "\($0.key.scalar?.text ?? "?")=\(content($0.value))" }.sorted().joined(separator: "\u{1}")
  }

  private static func content(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let scalar): scalar.text
    case .sequence(let elements): "[" + elements.map { content($0) }.joined(separator: "\u{2}") + "]"
    case .mapping(let fields): "{" + content(fields) + "}"
    }
  }
}
