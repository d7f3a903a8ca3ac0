import AgentConfiguration

/// The endpoint's certificate is not looked at
///
/// With `insecure_skip_verify` anybody on the way can answer in the endpoint's place, read all samples and take the
/// credentials. A private authority needs `ca_file`, another name in the certificate needs `server_name`.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           insecure_skip_verify: true
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           ca_file: /etc/godwit/ca.pem
struct UnverifiedCertificate: ReviewRule {
  let facts = RuleFacts(
    "GW202", .warning, why: "Anybody on the way can answer in the endpoint's place and take samples and credentials.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.flatMap { endpoint in
      endpoint.tlsSections.compactMap { tls in
        guard let skip = tls.section.bool("insecure_skip_verify"), skip.value,
          let field = tls.section["insecure_skip_verify"]
        else { return nil }
        let hasAuthority = tls.section.has("ca_file") || tls.section.has("ca")
        return Advice(
          skip.place, "\(endpoint.title) takes any certificate", evidence: "\(tls.title).insecure_skip_verify is true",
          fix: hasAuthority
            ? "remove insecure_skip_verify: the authority is named already"
            : "remove it; for a private authority name its certificate in ca_file, for another name set server_name",
          edits: [.setValue(field, text: "false")])
      }
    }
  }
}
