import AgentConfiguration

/// A signature whose region is left to the machine
///
/// Without `region` it is looked for in `AWS_REGION` and the shared configuration of whoever runs the sender. Where it
/// is found in neither, the sender does not start; where it is another one, everything is refused.
///
/// Wrong:
///
///     remote_write:
///       - url: https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
///         sigv4: {}
///
/// Right:
///
///     remote_write:
///       - url: https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write
///         sigv4:
///           region: eu-central-1
struct SignatureWithoutRegion: ReviewRule {
  let facts = RuleFacts("GW219", .info, why: "Which region is signed for depends on the machine's environment.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints(at: .amazon).compactMap { endpoint, url, _ in
      guard let field = endpoint.section["sigv4"], !field.value.isNull, let signature = Section(field.value),
        signature.text("region") == nil, let region = url.region
      else { return nil }
      let edit = signature.fields.first.map { TextEdit.insertBefore(["region: \(region)"], $0) }
      return Advice(
        field.key.place, "\(endpoint.title) does not say which region it is signed for",
        evidence: "sigv4 has no region, and the host is in \(region)", fix: "add region: \(region)",
        edits: edit.map { [$0] } ?? [])
    }
  }
}
