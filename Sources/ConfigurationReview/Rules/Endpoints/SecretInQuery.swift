import AgentConfiguration

/// A secret in the URL's query
///
/// A URL is no place for a secret: proxies and servers write it into their logs, senders into metrics.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write?apikey=0123456789abcdef
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         authorization:
///           credentials_file: /etc/godwit/token
struct SecretInQuery: ReviewRule {
  let facts = RuleFacts(
    "GW205", .warning, why: "Proxies and servers log URLs, and senders show them in metrics and messages.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.flatMap { endpoint -> [Advice] in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), !ValueShape.isFilledInLater(url.value) else {
        return []
      }
      return parts.queryNames.filter(EndpointSecret.isSpokenOf).map { name in
        Advice(
          url.place, "\(endpoint.title) has a secret in its URL: the parameter \(name)",
          evidence: "the query of the URL has \(name)",
          fix: "send it as a header: authorization.credentials_file, or http_headers.<name>.files", confidence: 0.9)
      }
    }
  }
}
