import AgentConfiguration

/// Tokens are fetched over plain http
///
/// The request for a token carries the client's secret, and the answer carries the token.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         oauth2:
///           client_id: godwit
///           client_secret_file: /etc/godwit/secret
///           token_url: http://login.example.net/token
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         oauth2:
///           client_id: godwit
///           client_secret_file: /etc/godwit/secret
///           token_url: https://login.example.net/token
struct PlainTokenURL: ReviewRule {
  let facts = RuleFacts("GW233", .warning, why: "The client's secret and the token can be read on the way.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.section.section("oauth2")?.text("token_url"), let parts = EndpointURL(url.value),
        parts.scheme == "http", !parts.isLoopback
      else { return nil }
      return Advice(
        url.place, "\(endpoint.title) fetches its token over plain http", evidence: "http to \(parts.host)",
        fix: "use https")
    }
  }
}
