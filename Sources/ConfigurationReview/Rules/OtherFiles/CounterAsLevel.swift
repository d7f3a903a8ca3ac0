import AgentConfiguration

/// A counter is compared with a number
///
/// A counter grows for as long as the program runs. What happens now is its `rate` or `increase`.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteFails
///             expr: prometheus_remote_storage_samples_failed_total > 0
///             for: 15m
///             labels: {severity: critical}
///
/// Right:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteFails
///             expr: rate(prometheus_remote_storage_samples_failed_total[5m]) > 0
///             for: 15m
///             labels: {severity: critical}
struct CounterAsLevel: ReviewRule {
  let facts = RuleFacts(
    "GW415", .warning, why: "Once true it stays true until the program restarts, and then it is forgotten.")

  private let ofChange = [
    "rate", "irate", "increase", "delta", "idelta", "changes", "resets", "absent", "absent_over_time", "count", "group",
    "present_over_time", "timestamp",
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.filter(\.isAlert).compactMap { rule in
      let counters = rule.expression.names.filter {
        $0.hasSuffix("_total") && ($0.hasPrefix("prometheus_remote_storage_") || $0.hasPrefix("vmagent_remotewrite_"))
      }
      guard !rule.expression.thresholds.isEmpty, !rule.expression.has("-") else { return nil }
      let bare = counters.first { counter in
        rule.expression.positions(of: counter).contains { position in
          !rule.expression.functions(around: position).contains { ofChange.contains($0) }
        }
      }
      guard let bare else { return nil }
      return Advice(
        rule.place, "\(rule.title) compares all that was ever counted", evidence: bare, fix: "write rate(\(bare)[5m])")
    }
  }
}
