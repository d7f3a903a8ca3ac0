import AgentConfiguration

/// The listener accepts old versions of TLS
///
/// TLS 1.0 and 1.1 are deprecated since 2021 (RFC 8996). The default is 1.2.
///
/// Wrong:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
///       min_version: TLS10
///
/// Right:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
///       min_version: TLS12
struct ListenerOldTLS: ReviewRule {
  let facts = RuleFacts("GW420", .warning, why: "A client can be made to use a version whose encryption is broken.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.kind == .web, let tls = file.root?.section("tls_server_config"), let field = tls["min_version"],
      let version = field.value.scalar?.text, ["TLS10", "TLS11"].contains(version)
    else { return [] }
    return [
      Advice(
        field.valuePlace, "clients may use TLS 1.\(version.suffix(1))", evidence: "min_version: \(version)",
        fix: "write TLS12, or leave it out", edits: [.setValue(field, text: "TLS12")])
    ]
  }
}
