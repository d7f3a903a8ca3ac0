import AgentConfiguration

/// A replica of nothing
///
/// Mimir, Cortex, Grafana Cloud and Amazon take one of two replicas when they know which belong together: they want
/// `cluster` and `__replica__`. With `__replica__` alone both replicas are taken, or refused as duplicates.
///
/// Wrong:
///
///     global:
///       external_labels:
///         __replica__: a
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///
/// Right:
///
///     global:
///       external_labels:
///         cluster: eu-1
///         __replica__: a
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
struct ReplicaWithoutCluster: ReviewRule {
  let facts = RuleFacts(
    "GW272", .warning, why: "The backend does not know which replicas belong together, and takes all.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let labels = file.externalLabels
    guard !file.endpoints.isEmpty, let replica = labels.first(where: { $0.name == "__replica__" }),
      !labels.contains(where: { $0.name == "cluster" })
    else { return [] }
    return [
      Advice(
        replica.field.key.place, "external_labels have __replica__ and no cluster",
        evidence: "there are " + labels.map(\.name).joined(separator: ", "),
        fix: "add cluster, with one value for both replicas", confidence: 0.9)
    ]
  }
}
