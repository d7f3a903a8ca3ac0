import AgentConfiguration

/// Several endpoints, and not all have names
///
/// The name is in every metric and message of an endpoint, and the backlog on disk is known by it. Without one it is a
/// number that follows from the URL (in Prometheus from the whole entry, so that any change makes another one).
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///       - name: backup
///         url: https://backup.example.net/api/v1/write
///
/// Right:
///
///     remote_write:
///       - name: main
///         url: https://metrics.example.net/api/v1/write
///       - name: backup
///         url: https://backup.example.net/api/v1/write
struct UnnamedEndpoint: ReviewRule {
  let facts = RuleFacts(
    "GW223", .info, why: "Its metrics and its backlog are known by a number that changes with what it is made from.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.endpoints.count > 1 else { return [] }
    return file.endpoints.compactMap { endpoint in
      guard endpoint.section.text("name") == nil, let url = endpoint.section["url"] else { return nil }
      return Advice(
        url.key.place, "\(endpoint.title) has no name", evidence: "there are \(file.endpoints.count) endpoints",
        fix: "add a name that says where it leads; do it when its backlog is empty")
    }
  }
}
