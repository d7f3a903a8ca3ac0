import AgentConfiguration

/// Amazon Managed Prometheus without a signature
///
/// The service takes requests that are signed with Signature Version 4 and no others. `sigv4` does that; a proxy that
/// signs is on another host.
///
/// Wrong:
///
///     remote_write:
///       - url: https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
///
/// Right:
///
///     remote_write:
///       - url: https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
///         sigv4:
///           region: eu-central-1
struct UnsignedAmazon: ReviewRule {
  let facts = RuleFacts("GW217", .warning, why: "The service refuses it, and what it refuses so is lost.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .amazon).compactMap { endpoint, url, backend in
      guard endpoint.section["sigv4"]?.value.isNull != false, let field = endpoint.section["url"] else { return nil }
      let key = endpoint.credentialKey
      let region = url.region ?? "<region>"
      let lines = ["sigv4:", "  region: \(region)"]
      return Advice(
        field.key.place, "\(endpoint.title) is Amazon's service without sigv4",
        evidence: "\(backend.evidence); " + (key.map { "it has \($0)" } ?? "it has no credentials"),
        fix: key.map { "write sigv4 with region \(region) instead of \($0)" } ?? "add sigv4 with region \(region)",
        edits: key == nil && url.region != nil ? [.insert(lines, after: field)] : [])
    }
  }
}

extension EndpointURL {
  /// The region in the name of an Amazon host: `aps-workspaces.eu-central-1.amazonaws.com`.
  var region: String? {
    let words = host.split(separator: ".")
    guard words.count > 2, words[0].hasPrefix("aps-workspaces"), words[1].contains("-") else { return nil }
    return String(words[1])
  }
}
