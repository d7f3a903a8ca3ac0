import AgentConfiguration

/// Azure Monitor without a token
///
/// A data collection endpoint takes tokens of Entra ID for `https://monitor.azure.com`. `azuread` fetches them, and so
/// does `oauth2` for an application with a secret; a sidecar may write one into `authorization.credentials_file`.
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
  let facts = RuleFacts("GW220", .warning, why: "Azure answers 401 or 403, and what it refuses so is lost.")

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
        fix: "add azuread, or oauth2 with the scope https://monitor.azure.com//.default")
    }
  }
}
