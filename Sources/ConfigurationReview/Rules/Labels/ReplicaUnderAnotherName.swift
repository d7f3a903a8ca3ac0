import AgentConfiguration

/// A replica label that the backend does not look for
///
/// Mimir, Cortex, Grafana Cloud and Amazon look for `__replica__`, and take it off what they store. `replica` is what
/// Thanos looks for, `prometheus_replica` what New Relic does; elsewhere either stays, and every series is stored once
/// for each replica.
///
/// Wrong:
///
///     global:
///       external_labels:
///         cluster: eu-1
///         replica: a
///     remote_write:
///       - url: https://mimir.example.net/api/v1/push
///         headers:
///           X-Scope-OrgID: team-a
///
/// Right:
///
///     global:
///       external_labels:
///         cluster: eu-1
///         __replica__: a
///     remote_write:
///       - url: https://mimir.example.net/api/v1/push
///         headers:
///           X-Scope-OrgID: team-a
struct ReplicaUnderAnotherName: ReviewRule {
  let facts = RuleFacts("GW273", .info, why: "Every series is stored once for each replica.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let labels = file.externalLabels
    guard labels.contains(where: { $0.name == "cluster" }), !labels.contains(where: { $0.name == "__replica__" }),
      let replica = labels.first(where: { ["replica", "prometheus_replica", "_replica_"].contains($0.name) })
    else { return [] }
    let backends = file.endpoints.compactMap(\.backend)
    let deduplicating = backends.first { [.mimir, .cortex, .grafanaCloud, .amazon].contains($0.kind) }
    // Another endpoint may want it under this name.
    guard let deduplicating, backends.count == file.endpoints.count,
      !backends.contains(where: { $0.kind == .thanos || $0.kind == .newRelic })
    else { return [] }
    return [
      Advice(
        replica.field.key.place, "\(deduplicating.kind.title) looks for __replica__, not \(replica.name)",
        evidence: deduplicating.evidence, fix: "call it __replica__, unless the backend was told this name",
        edits: [.renameKey(replica.field, to: "__replica__")], confidence: 0.7)
    ]
  }
}
