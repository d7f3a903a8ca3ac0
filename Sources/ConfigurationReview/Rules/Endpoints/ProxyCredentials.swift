import AgentConfiguration

/// User and password in the URL of a proxy
///
/// They are shown with the configuration, in messages and in the environment of whoever copies it.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         proxy_url: http://godwit:hunter2hunter2@proxy.example.net:3128
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         proxy_url: http://proxy.example.net:3128
struct ProxyCredentials: ReviewRule {
  let facts = RuleFacts("GW226", .warning, why: "Whoever can read the configuration can use the proxy in your name.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.section.text("proxy_url"), let parts = EndpointURL(url.value), parts.hasUserInfo,
        !ValueShape.isFilledInLater(url.value)
      else { return nil }
      return Advice(
        url.place, "\(endpoint.title) has the credentials of its proxy in the configuration",
        evidence: "user info before \(parts.host)",
        fix: "let the proxy know this machine by its address, or set proxy_from_environment and keep the URL in the "
          + "environment of the service")
    }
  }
}
