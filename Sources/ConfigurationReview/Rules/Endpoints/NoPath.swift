import AgentConfiguration

/// A URL that ends with the host
///
/// Nothing adds the path: the request goes to `/`, where a web page answers 404, 405 or, worse, 200.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct NoPath: ReviewRule {
  let facts = RuleFacts(
    "GW212", .warning, why: "Requests go to /, where no backend takes remote write; a 200 from there loses all of it.")

  /// Services that do take it there, by the ends of their hosts.
  private static let exceptions = ["logz.io"]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.path.isEmpty || parts.path == "/",
        ValueShape.variable(in: url.value) == nil, !Self.exceptions.contains(where: { parts.host.hasSuffix($0) })
      else { return nil }
      let backend = Backend(of: parts)
      let known = backend.flatMap { backend in
        backend.kind.writePaths.first.map { "\($0), which is the path of \(backend.kind.title)" }
      }
      return Advice(
        url.place, "\(endpoint.title) has no path in its URL",
        evidence: (["nothing follows \(parts.host)"] + (backend.map { [$0.evidence] } ?? [])).joined(separator: "; "),
        fix: "add \(known ?? "/api/v1/write, or what your backend's documentation says")", confidence: 0.9)
    }
  }
}
