import AgentConfiguration

/// TLS older than 1.2
///
/// RFC 8996 retired 1.0 and 1.1 in 2021. The default is 1.2, so this only makes things worse.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           min_version: TLS10
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           min_version: TLS12
struct OldTLS: ReviewRule {
  let facts = RuleFacts("GW225", .warning, why: "TLS 1.0 and 1.1 are broken, and retired by RFC 8996.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.flatMap { endpoint in
      endpoint.tlsSections.compactMap { tls in
        guard let version = tls.section.text("min_version"), ["TLS10", "TLS11"].contains(version.value),
          let field = tls.section["min_version"]
        else { return nil }
        return Advice(
          version.place, "\(endpoint.title) allows TLS older than 1.2",
          evidence: "\(tls.title).min_version is \(version.value)",
          fix: "write TLS12, or leave min_version out", edits: [.setValue(field, text: "TLS12")])
      }
    }
  }
}
