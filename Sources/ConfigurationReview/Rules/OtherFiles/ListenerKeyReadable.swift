import AgentConfiguration

/// Everybody on the machine may read the listener's private key
///
/// With the key anybody can answer as this server.
///
/// Wrong:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: world-readable.key
///
/// Right:
///
///     tls_server_config:
///       cert_file: server.pem
///       key_file: server.key
struct ListenerKeyReadable: ReviewRule {
  let facts = RuleFacts(
    "GW423", .warning, why: "Any user or process of the machine can take the key and pose as the server.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.kind == .web, let path = file.root?.section("tls_server_config")?.text("key_file"),
      let fact = context.disk.fact(ofPath: file.fullPath(of: path.value)), fact.permissions & 0o007 != 0
    else { return [] }
    return [
      Advice(
        path.place, "the key of the listener is open to all users",
        evidence: "permissions \(String(fact.permissions, radix: 8))", fix: "chmod 600, owned by the server's user")
    ]
  }
}
