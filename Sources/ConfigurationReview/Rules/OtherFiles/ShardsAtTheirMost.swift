import AgentConfiguration

/// An alert that comes when all shards are in use
///
/// `shards` reaches `shards_max` when it is too late to add any. `shards_desired` says how many would be needed, also
/// beyond the most that there may be.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteShards
///             expr: prometheus_remote_storage_shards / prometheus_remote_storage_shards_max > 0.9
///             for: 15m
///             labels: {severity: warning}
///
/// Right:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteShards
///             expr: prometheus_remote_storage_shards_desired > prometheus_remote_storage_shards_max
///             for: 15m
///             labels: {severity: warning}
struct ShardsAtTheirMost: ReviewRule {
  let facts = RuleFacts(
    "GW412", .info, why: "It says that the cap is reached, and not whether or by how much it is too low.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.filter(\.warns).compactMap { rule in
      let names = Set(rule.expression.names.filter { $0.hasPrefix("prometheus_remote_storage_shards") })
      guard names == ["prometheus_remote_storage_shards", "prometheus_remote_storage_shards_max"] else { return nil }
      return Advice(
        rule.place, "\(rule.title) looks at the shards in use", evidence: "shards against shards_max",
        fix: "compare prometheus_remote_storage_shards_desired with prometheus_remote_storage_shards_max")
    }
  }
}
