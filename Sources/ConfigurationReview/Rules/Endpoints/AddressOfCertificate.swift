import AgentConfiguration

/// https to an address instead of a name
///
/// A certificate is for names; few have addresses in them. `server_name` says which name to ask for and to look for.
///
/// Wrong:
///
///     remote_write:
///       - url: https://192.0.2.10/api/v1/write
///
/// Right:
///
///     remote_write:
///       - url: https://192.0.2.10/api/v1/write
///         tls_config:
///           server_name: metrics.example.net
struct AddressOfCertificate: ReviewRule {
  let facts = RuleFacts("GW224", .info, why: "Unless the certificate has the address in it, no connection is made.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.scheme == "https", isAddress(parts.host)
      else { return nil }
      let tls = endpoint.section.section("tls_config")
      guard tls?.text("server_name") == nil, tls?.bool("insecure_skip_verify")?.value != true else { return nil }
      return Advice(
        url.place, "\(endpoint.title) is reached by https at an address", evidence: "the host is \(parts.host)",
        fix: "write the name, or add the name in the certificate as tls_config.server_name", confidence: 0.7)
    }
  }

  private func isAddress(_ host: String) -> Bool {
    if host.contains(":") { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
  }
}
