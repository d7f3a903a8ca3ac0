import AgentConfiguration

/// New Relic without the name of the source
///
/// The parameter `prometheus_server` becomes an attribute of everything that is sent, and without it sources cannot be
/// told apart there.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metric-api.newrelic.com/prometheus/v1/write
///         authorization:
///           credentials_file: /etc/godwit/license
///
/// Right:
///
///     remote_write:
///       - url: https://metric-api.newrelic.com/prometheus/v1/write?prometheus_server=edge-1
///         authorization:
///           credentials_file: /etc/godwit/license
struct NewRelicServer: ReviewRule {
  let facts = RuleFacts("GW238", .info, why: "Sources cannot be told apart in New Relic.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .newRelic).compactMap { endpoint, url, backend in
      guard !url.queryNames.contains("prometheus_server"), url.path.hasSuffix("/prometheus/v1/write") else {
        return nil
      }
      return Advice(
        endpoint.section.place(of: "url"), "\(endpoint.title) does not say which source it is",
        evidence: "\(backend.evidence), and the query has no prometheus_server",
        fix: "add ?prometheus_server=<name> to the URL")
    }
  }
}
