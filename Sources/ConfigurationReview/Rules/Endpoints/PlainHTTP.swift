import AgentConfiguration

/// Plain http to an endpoint on another machine
///
/// Whoever is on the way can read samples and credentials, and change them.
///
/// Wrong:
///
///     remote_write:
///       - url: http://metrics.example.net/api/v1/write
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct PlainHTTP: ReviewRule {
  let facts = RuleFacts(
    "GW201", .warning, why: "Samples and credentials can be read and changed by whoever is on the way.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.scheme == "http", !parts.isLoopback else {
        return nil
      }
      return Advice(
        url.place, "\(endpoint.title) is written to over plain http", evidence: "http to \(parts.host)",
        fix: "use https, or let a proxy on this machine do it")
    }
  }
}
