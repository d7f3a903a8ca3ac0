import AgentConfiguration

/// What listens there takes something else than remote write
///
/// Paths that look alike: Loki takes logs at `/loki/api/v1/push`, OTLP is another protocol, a Pushgateway takes text,
/// and `/api/v1/query` and `/api/v1/read` are for reading.
///
/// Wrong:
///
///     remote_write:
///       - url: https://logs.example.net/loki/api/v1/push
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/push
///         headers:
///           X-Scope-OrgID: team-a
struct NotRemoteWrite: ReviewRule {
  let facts = RuleFacts("GW214", .warning, why: "Every request is refused, and what is refused for good is lost.")

  private enum Match { case end, inside, whole }

  private static let others: [(mark: String, match: Match, what: String)] = [
    ("/loki/api/v1/push", .end, "Loki takes log lines there"),
    ("/v1/metrics", .end, "OTLP is taken there, another protocol"),
    ("/otlp", .end, "OTLP is taken there, another protocol"),
    ("/metrics/job/", .inside, "a Pushgateway takes text there"),
    ("/api/v1/read", .end, "remote read is answered there"),
    ("/api/v1/query", .end, "queries are answered there"),
    ("/api/v1/query_range", .end, "queries are answered there"),
    ("/api/v1/import/prometheus", .end, "VictoriaMetrics takes text there"),
    ("/api/v2/alerts", .end, "Alertmanager takes alerts there"),
    ("/federate", .end, "a server is scraped there"),
    ("/metrics", .whole, "targets are scraped there"),
    ("/api/v2/write", .end, "InfluxDB takes lines there"),
    ("/api/v2/series", .end, "Datadog takes its own format there"),
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value) else { return nil }
      let path = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
      let other = Self.others.first {
        switch $0.match {
        case .end: path.hasSuffix($0.mark)
        case .inside: path.range(ofText: $0.mark) != nil
        case .whole: path == $0.mark
        }
      }
      guard let other else { return nil }
      return Advice(
        url.place, "\(endpoint.title) is not an endpoint for remote write: \(other.what)",
        evidence: "the path is \(parts.path)", fix: "write the path that takes remote write, as /api/v1/write",
        confidence: 0.9)
    }
  }
}
