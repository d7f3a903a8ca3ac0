import AgentConfiguration

/// Signed for another region than the URL's
///
/// The region is part of the signature; the service of one region refuses what is signed for another.
///
/// Wrong:
///
///     remote_write:
///       - url: https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
///         sigv4:
///           region: us-east-1
///
/// Right:
///
///     remote_write:
///       - url: https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
///         sigv4:
///           region: eu-central-1
struct SignatureRegion: ReviewRule {
  let facts = RuleFacts("GW218", .warning, why: "The signature is of another region, and the service refuses it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .amazon).compactMap { endpoint, url, _ in
      guard let signature = endpoint.section.section("sigv4"), let region = signature.text("region"),
        let expected = url.region, region.value != expected, !ValueShape.isFilledInLater(region.value),
        let field = signature["region"]
      else { return nil }
      return Advice(
        region.place, "\(endpoint.title) is signed for \(region.value), and its URL is in \(expected)",
        evidence: "the host is \(url.host)", fix: "write region: \(expected)",
        edits: [.setValue(field, text: expected)])
    }
  }
}
