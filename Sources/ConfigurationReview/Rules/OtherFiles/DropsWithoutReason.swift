import AgentConfiguration

/// An alert on drops that were wanted
///
/// `prometheus_remote_storage_samples_dropped_total` counts what relabelling drops too; its label `reason` tells that
/// (`dropped_series`) from what is lost (`too_old`, `unintentionally_dropped_series`).
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteLoses
///             expr: rate(prometheus_remote_storage_samples_dropped_total[5m]) > 0
///             for: 15m
///             labels: {severity: critical}
///
/// Right:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteLoses
///             expr: rate(prometheus_remote_storage_samples_dropped_total{reason!="dropped_series"}[5m]) > 0
///             for: 15m
///             labels: {severity: critical}
struct DropsWithoutReason: ReviewRule {
  let facts = RuleFacts(
    "GW410", .warning, why: "The alert fires for good as soon as a write rule drops something, and is then ignored.")

  private let names = ["samples", "histograms", "exemplars"].map { "prometheus_remote_storage_\($0)_dropped_total" }

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.filter(\.warns).compactMap { rule in
      guard let name = names.first(where: { rule.expression.names.contains($0) }),
        !rule.expression.names.contains("reason")
      else { return nil }
      return Advice(
        rule.place, "\(rule.title) counts drops that were asked for", evidence: "\(name) without reason",
        fix: "add {reason!=\"dropped_series\"}, and alert on \(name.dropLast(13))failed_total for what is refused")
    }
  }
}
