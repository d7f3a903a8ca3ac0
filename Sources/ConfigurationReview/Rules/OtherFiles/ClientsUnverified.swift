import AgentConfiguration

/// Certificates of clients are asked for and not needed
///
/// Only `RequireAndVerifyClientCert` lets nobody in without a certificate of the authority. The other types take any
/// certificate, or none.
///
/// Wrong:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
///       client_ca_file: clients.pem
///       client_auth_type: VerifyClientCertIfGiven
///
/// Right:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
///       client_ca_file: clients.pem
///       client_auth_type: RequireAndVerifyClientCert
struct ClientsUnverified: ReviewRule {
  let facts = RuleFacts(
    "GW422", .warning, why: "A client without a certificate of yours gets in, and may write anything.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.kind == .web, let tls = file.root?.section("tls_server_config"), let field = tls["client_auth_type"],
      let type = field.value.scalar?.text,
      ["RequestClientCert", "RequireClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven"].contains(type)
    else { return [] }
    let admits =
      type == "RequireAnyClientCert" || type == "RequireClientCert"
      ? "any certificate is good, even one of the client's own making" : "a client need not show a certificate"
    let hasUsers = file.root?.has("basic_auth_users") ?? false
    return [
      Advice(
        field.valuePlace, "\(type) lets clients in that nobody vouches for", evidence: admits,
        fix: "use RequireAndVerifyClientCert with client_ca_file",
        edits: tls.has("client_ca_file") ? [.setValue(field, text: "RequireAndVerifyClientCert")] : [],
        confidence: hasUsers ? 0.6 : 0.9)
    ]
  }
}
