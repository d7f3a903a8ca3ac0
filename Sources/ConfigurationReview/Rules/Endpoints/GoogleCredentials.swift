import AgentConfiguration

/// Google Cloud without a token
///
/// `monitoring.googleapis.com` takes requests with a token of a service account that may write metrics:
/// `roles/monitoring.metricWriter`. Prometheus fetches them with `google_iam` from 2.55 on; Godwit with `oauth2`, or it
/// reads one that a sidecar writes. Prometheus's manual says that Google Cloud does not support remote write: try the
/// address with a few series first.
///
/// Wrong:
///
///     remote_write:
///       - url: https://monitoring.googleapis.com/v1/projects/example/location/global/prometheus/api/v1/write
///
/// Right:
///
///     remote_write:
///       - url: https://monitoring.googleapis.com/v1/projects/example/location/global/prometheus/api/v1/write
///         authorization:
///           credentials_file: /run/google/token
struct GoogleCredentials: ReviewRule {
  let facts = RuleFacts("GW221", .warning, why: "Google refuses it, and what it refuses so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .google).compactMap { endpoint, url, backend in
      let key = endpoint.credentialKey
      guard key == nil && !endpoint.hasSecretHeader || key == "basic_auth" || key == "sigv4" || key == "azuread" else {
        return nil
      }
      return Advice(
        endpoint.section.place(of: "url"), "\(endpoint.title) is Google Cloud without a token",
        evidence: "\(backend.evidence); " + (key.map { "it has \($0)" } ?? "it has no credentials"),
        fix: "add " + Self.ways(of: context.program))
    }
  }

  /// Godwit has no `google_iam`.
  private static func ways(of program: ReviewedProgram?) -> String {
    let others =
      "oauth2 with the key of a service account, or a token that a sidecar writes into authorization.credentials_file"
    return program?.name == .godwit ? others : "google_iam (Prometheus has it from 2.55 on), or " + others
  }
}
