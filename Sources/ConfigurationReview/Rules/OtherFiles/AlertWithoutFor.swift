import AgentConfiguration

/// An alert about remote write that does not wait
///
/// An endpoint that restarts or throttles for a minute costs nothing: samples wait. Without `for` each such minute
/// wakes somebody.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteFails
///             expr: rate(prometheus_remote_storage_samples_failed_total[5m]) > 0
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
struct AlertWithoutFor: ReviewRule {
  let facts = RuleFacts("GW416", .info, why: "The alert comes and goes with single evaluations.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.filter { $0.isAlert && $0.watchesRemoteWrite && !$0.section.has("for") }.map { rule in
      Advice(
        rule.section.place(of: "alert"), "\(rule.title) fires at once", evidence: "it has no for", fix: "add for: 15m",
        edits: [.insert(["for: 15m"], after: rule.field)], confidence: 0.7)
    }
  }
}
