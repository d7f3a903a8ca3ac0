import AgentConfiguration

/// A slash after the write path
///
/// To most servers `/api/v1/write/` is another path than `/api/v1/write`, and they refuse it: VictoriaMetrics answers
/// 400. Prometheus sends a redirect to the path without the slash; the request stays a POST, but each is made twice, and
/// a sender that follows no redirects loses it.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write/
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct TrailingSlash: ReviewRule {
  let facts = RuleFacts("GW213", .warning, why: "The path is not known there, or every request is redirected.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.path.count > 1, parts.path.hasSuffix("/")
      else { return nil }
      let path = String(parts.path.dropLast())
      guard WritePath.isKnown(path) else { return nil }
      let text = WritePath.replacing(in: url.value, by: path)
      let edits = text.flatMap { text in endpoint.section["url"].map { [TextEdit.setValue($0, text: text)] } }
      return Advice(
        url.place, "\(endpoint.title) has a slash after its path", evidence: "the path is \(parts.path)",
        fix: "write \(path)", edits: edits ?? [], confidence: 0.9)
    }
  }
}
