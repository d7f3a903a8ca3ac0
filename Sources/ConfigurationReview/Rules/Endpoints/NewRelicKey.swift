import AgentConfiguration

/// New Relic without a licence key
///
/// The metric API knows an account by its licence key: as a bearer token, in the header `Api-Key`, or in the parameter
/// `X-License-Key` of the URL, where it ends up in logs.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metric-api.newrelic.com/prometheus/v1/write?prometheus_server=edge-1
///
/// Right:
///
///     remote_write:
///       - url: https://metric-api.newrelic.com/prometheus/v1/write?prometheus_server=edge-1
///         authorization:
///           credentials_file: /etc/godwit/license
struct NewRelicKey: ReviewRule {
  let facts = RuleFacts("GW239", .warning, why: "New Relic answers 403, and what it refuses so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .newRelic).compactMap { endpoint, url, backend in
      // A header X-License-Key is not documented, but whoever has it has a key.
      let hasKey = endpoint.headerNames.contains { ["x-license-key", "api-key"].contains($0) }
      let hasParameter = url.queryNames.contains { EndpointSecret.isSpokenOf($0) }
      guard endpoint.credentialKey == nil, !hasKey, !hasParameter else { return nil }
      return Advice(
        endpoint.section.place(of: "url"), "\(endpoint.title) is New Relic without a licence key",
        evidence: "\(backend.evidence); it has no credentials",
        fix: "name a file with the key in authorization.credentials_file")
    }
  }
}
