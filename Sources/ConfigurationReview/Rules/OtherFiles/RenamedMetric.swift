import AgentConfiguration

/// A metric that has another name now
///
/// The counters of remote write were renamed in Prometheus 2.23 and 2.27. An expression with an `or` of both names is
/// right for old and new servers, and not reported.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteFails
///             expr: rate(prometheus_remote_storage_failed_samples_total[5m]) > 0
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
struct RenamedMetric: ReviewRule {
  let facts = RuleFacts(
    "GW413", .warning, why: "Nobody has the metric any more: the alert never fires, the graph is empty.")

  /// From the change log of Prometheus, 2.23.0 and 2.27.0.
  private let renamed = [
    "failed_samples_total": "samples_failed_total", "retried_samples_total": "samples_retried_total",
    "dropped_samples_total": "samples_dropped_total", "pending_samples": "samples_pending",
    "succeeded_samples_total": "samples_total", "sent_bytes_total": "bytes_total", "samples_bytes_total": "bytes_total",
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    let prefix = "prometheus_remote_storage_"
    return file.watchingRules.compactMap { rule in
      let old = rule.expression.names.filter {
        $0.hasPrefix(prefix) && renamed[String($0.dropFirst(prefix.count))] != nil
      }
      guard let name = old.first, let suffix = renamed[String(name.dropFirst(prefix.count))],
        !rule.expression.names.contains(prefix + suffix)
      else { return nil }
      let isOneLine = file.text[rule.place.line].contains(rule.text)
      let corrected = rule.text.replacing(name, with: prefix + suffix)
      return Advice(
        rule.place, "\(rule.title) asks for a metric that was renamed", evidence: name, fix: "write \(prefix)\(suffix)",
        edits: isOneLine ? [.setValue(rule.field, text: corrected.inSingleQuotes)] : [])
    }
  }
}
