import AgentConfiguration

/// The rate of something that goes up and down
///
/// `rate` and `increase` take each decrease for a restart of a counter. For a gauge use `deriv`, `delta` or its value.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWritePending
///             expr: rate(prometheus_remote_storage_samples_pending[5m]) > 100
///             for: 15m
///             labels: {severity: warning}
///
/// Right:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWritePending
///             expr: deriv(prometheus_remote_storage_samples_pending[5m]) > 100
///             for: 15m
///             labels: {severity: warning}
struct RateOfGauge: ReviewRule {
  let facts = RuleFacts(
    "GW414", .warning, why: "The result is far too high whenever the value falls; alerts fire for nothing.")

  private let gauges = [
    "samples_pending", "histograms_pending", "exemplars_pending", "shards", "shards_desired", "shards_max",
    "shards_min",
    "shard_capacity", "max_samples_per_send",
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.compactMap { rule in
      for gauge in gauges.map({ "prometheus_remote_storage_\($0)" }) {
        for position in rule.expression.positions(of: gauge) {
          guard let function = rule.expression.functions(around: position).last,
            ["rate", "irate", "increase"].contains(function)
          else { continue }
          return Advice(
            rule.place, "\(rule.title) takes the \(function) of a gauge", evidence: "\(function)(\(gauge))",
            fix: "use deriv or delta, or the value itself")
        }
      }
      return nil
    }
  }
}
