import AgentConfiguration

/// A fixed number of pending samples
///
/// How many samples may wait in memory is `shard_capacity` times `shards`, and both change. What tells is the part of
/// it that is taken.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteQueue
///             expr: prometheus_remote_storage_samples_pending > 100000
///             for: 15m
///             labels: {severity: warning}
///
/// Right:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteQueue
///             expr: >-
///               prometheus_remote_storage_samples_pending
///               / (prometheus_remote_storage_shard_capacity * prometheus_remote_storage_shards) > 0.8
///             for: 15m
///             labels: {severity: warning}
struct PendingAsLevel: ReviewRule {
  let facts = RuleFacts(
    "GW418", .info, why: "With fewer shards the number is never reached, with more it is no trouble.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.filter(\.isAlert).compactMap { rule in
      let position = rule.expression.positions(of: "prometheus_remote_storage_samples_pending").first
      guard let position, rule.expression.functions(around: position).allSatisfy({ $0 != "rate" && $0 != "deriv" }),
        !rule.expression.has("/"), let level = rule.expression.thresholds.first, level > 1
      else { return nil }
      return Advice(
        rule.place, "\(rule.title) fires at \(Int(level)) samples", evidence: "samples_pending alone",
        fix: "divide by shard_capacity times shards, and compare with 0.8", confidence: 0.8)
    }
  }
}
