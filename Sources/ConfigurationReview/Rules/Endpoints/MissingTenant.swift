import AgentConfiguration

/// No tenant for a backend that has several
///
/// Mimir and Cortex refuse samples of no tenant (Cortex with 401, `no org id`) unless they were told that there is one
/// only, or something on the way sets the header. Thanos Receive takes the samples for its default tenant, so they are
/// not missed until somebody looks for them. The path alone says little: VictoriaMetrics takes `/api/v1/push` too, and
/// has no such header.
///
/// Wrong:
///
///     remote_write:
///       - url: https://mimir.example.net/api/v1/push
///
/// Right:
///
///     remote_write:
///       - url: https://mimir.example.net/api/v1/push
///         headers:
///           X-Scope-OrgID: team-a
struct MissingTenant: ReviewRule {
  let facts = RuleFacts("GW215", .info, why: "A backend with several tenants refuses samples that belong to none.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.path.hasSuffix("/api/v1/push"),
        !parts.path.hasPrefix("/loki"), !parts.path.hasPrefix("/insert"), !isAuthenticated(endpoint)
      else { return nil }
      let backend = Backend(of: parts)
      guard backend == nil || backend?.kind.tenantHeader != nil else { return nil }
      let header = backend?.kind.tenantHeader ?? "X-Scope-OrgID"
      guard !endpoint.headerNames.contains(header.lowercased()) else { return nil }
      return Advice(
        url.place, "\(endpoint.title) names no tenant",
        evidence: (backend?.evidence ?? "the path is \(parts.path), as of Mimir, Cortex and VictoriaMetrics")
          + ", and there is no header \(header)",
        fix: "add \(header) to headers, unless the backend has one tenant or a gateway sets it",
        confidence: backend.map { min(0.6, $0.confidence) } ?? 0.4)
    }
  }

  /// A gateway that knows the user knows the tenant.
  private func isAuthenticated(_ endpoint: ReviewedFile.Endpoint) -> Bool {
    endpoint.credentialKey != nil || endpoint.section.section("tls_config")?.has("cert_file") == true
  }
}

extension ReviewedFile.Endpoint {
  /// In lower case, of both sections that have any.
  var headerNames: Set<String> {
    Set(
      ["headers", "http_headers"].flatMap { section.section($0)?.fields ?? [] }
        .compactMap { $0.key.scalar?.text.lowercased() })
  }

  /// How it says who is sending; nil where it does not.
  var credentialKey: String? {
    let keys = [
      "basic_auth", "authorization", "oauth2", "sigv4", "azuread", "google_iam", "bearer_token", "bearer_token_file",
    ]
    return keys.first { section[$0]?.value.isNull == false }
  }

  /// Whether a header of its own may be what it is known by.
  var hasSecretHeader: Bool { headerNames.contains { EndpointSecret.isSpokenOf($0) } }
}
