import AgentConfiguration

/// A time is compared with a level
///
/// `…queue_highest_sent_timestamp_seconds` is the time of the newest sample that was sent, in seconds since 1970. How
/// far an endpoint is behind is its difference to `…queue_highest_timestamp_seconds`.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteBehind
///             expr: prometheus_remote_storage_queue_highest_sent_timestamp_seconds > 0.8
///             for: 15m
///             labels: {severity: critical}
///
/// Right:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteBehind
///             expr: >-
///               prometheus_remote_storage_queue_highest_timestamp_seconds
///               - prometheus_remote_storage_queue_highest_sent_timestamp_seconds > 120
///             for: 15m
///             labels: {severity: critical}
struct TimestampAsLevel: ReviewRule {
  let facts = RuleFacts("GW411", .warning, why: "The alert fires always or never, whatever the endpoint does.")

  /// Some time in 2001; no sample is older, and no level is higher.
  private let smallestTime = 1e9

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.compactMap { rule in
      let times = rule.expression.names.filter {
        $0.hasPrefix("prometheus_remote_storage_")
          && ($0.hasSuffix("_timestamp_seconds") || $0.hasSuffix("timestamp_in_seconds"))
      }
      let rates = ["rate", "deriv", "delta", "increase", "changes"]
      let level = rule.expression.thresholds.first { $0 < smallestTime }
      guard let name = times.first, !rule.expression.has("-"), !rule.expression.names.contains(where: rates.contains),
        level != nil || rule.isQuery
      else { return nil }
      return Advice(
        rule.place, level.map { "\(rule.title) compares a time with \($0)" } ?? "\(rule.title) is a time, no level",
        evidence: name,
        fix: "subtract it from prometheus_remote_storage_queue_highest_timestamp_seconds, and compare with 120")
    }
  }
}
