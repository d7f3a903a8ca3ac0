import AgentConfiguration

/// Grafana Cloud without user and token
///
/// Grafana Cloud knows a sender by basic authentication: the user is the number of the metrics instance, the password
/// an access policy token that may write metrics. Other ways to send a token are left alone.
///
/// Wrong:
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push
///
/// Right:
///
///     remote_write:
///       - url: https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push
///         basic_auth:
///           username: "123456"
///           password_file: /etc/godwit/token
struct GrafanaCloudUser: ReviewRule {
  let facts = RuleFacts("GW216", .warning, why: "Grafana Cloud refuses it, and what it refuses so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .grafanaCloud).compactMap { endpoint, url, backend in
      let key = endpoint.credentialKey
      guard key == nil && !endpoint.hasSecretHeader && !url.hasUserInfo || key == "sigv4" || key == "azuread" else {
        return nil
      }
      return Advice(
        endpoint.section.place(of: "url"), "\(endpoint.title) is Grafana Cloud without basic_auth",
        evidence: "\(backend.evidence); " + (key.map { "it has \($0)" } ?? "it has no credentials"),
        fix: "add basic_auth with the number of the instance as username and the token in password_file")
    }
  }
}

extension ReviewedFile {
  /// The endpoints whose URL says that they are of this kind.
  func endpoints(at kind: Backend.Kind) -> [(endpoint: Endpoint, url: EndpointURL, backend: Backend)] {
    endpoints.compactMap { endpoint in
      guard let url = endpoint.url.flatMap({ EndpointURL($0.value) }), let backend = Backend(of: url),
        backend.kind == kind
      else { return nil }
      return (endpoint, url, backend)
    }
  }
}
