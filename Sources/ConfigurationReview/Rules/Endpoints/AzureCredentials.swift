import AgentConfiguration

/// Azure Monitor without a token
///
/// A data collection endpoint takes tokens of Entra ID for `https://monitor.azure.com`, of an identity that has the role
/// Monitoring Metrics Publisher; without it, and for about half an hour after it was given, the answer is 403. `azuread`
/// of Prometheus fetches tokens, of a managed identity from 2.45 on, of an application from 2.48 on. `oauth2` does so
/// for an application with a secret, and a sidecar may write one into `authorization.credentials_file`; Godwit has these
/// two.
///
/// Wrong:
///
///     remote_write:
///       - url: https://dce-1.westeurope-1.metrics.ingest.monitor.azure.com/dataCollectionRules/dcr-1/streams/Microsoft-PrometheusMetrics/api/v1/write?api-version=2023-04-24
///
/// Right:
///
///     remote_write:
///       - url: https://dce-1.westeurope-1.metrics.ingest.monitor.azure.com/dataCollectionRules/dcr-1/streams/Microsoft-PrometheusMetrics/api/v1/write?api-version=2023-04-24
///         oauth2:
///           client_id: 11111111-2222-3333-4444-555555555555
///           client_secret_file: /etc/godwit/secret
///           token_url: https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token
///           scopes: ["https://monitor.azure.com//.default"]
struct AzureCredentials: ReviewRule {
  let facts = RuleFacts("GW220", .warning, why: "Azure answers 403, and what it refuses so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .azure).compactMap { endpoint, url, backend in
      let key = endpoint.credentialKey
      guard key == nil && !endpoint.hasSecretHeader || key == "basic_auth" || key == "sigv4" || key == "google_iam"
      else {
        return nil
      }
      return Advice(
        endpoint.section.place(of: "url"), "\(endpoint.title) is Azure Monitor without a token",
        evidence: "\(backend.evidence); " + (key.map { "it has \($0)" } ?? "it has no credentials"),
        fix: "add " + Self.ways(of: context.program))
    }
  }

  /// Godwit has no `azuread`.
  private static func ways(of program: ReviewedProgram?) -> String {
    let oauth2 = "oauth2 with the scope https://monitor.azure.com//.default"
    guard program?.name != .godwit else { return oauth2 }
    return "azuread (Prometheus 2.45 for a managed identity, 2.48 for an application), or " + oauth2
  }
}
