import AgentConfiguration

/// A difference of metrics whose labels never match
///
/// `…highest_timestamp_in_seconds` is one for the server and `…queue_highest_sent_timestamp_seconds` has
/// `remote_name` and `url` of an endpoint. Without `ignoring` nothing matches and the result is empty. Since Prometheus
/// 3.7 `…queue_highest_timestamp_seconds` has the endpoint's labels too.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteBehind
///             expr: >-
///               prometheus_remote_storage_highest_timestamp_in_seconds
///               - prometheus_remote_storage_queue_highest_sent_timestamp_seconds > 120
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
///               prometheus_remote_storage_highest_timestamp_in_seconds
///               - ignoring(remote_name, url) group_right()
///               prometheus_remote_storage_queue_highest_sent_timestamp_seconds > 120
///             for: 15m
///             labels: {severity: critical}
struct LagNeverMatches: ReviewRule {
  let facts = RuleFacts("GW419", .warning, why: "The alert on an endpoint that is behind never fires.")

  /// What makes the labels of both sides meet.
  private let matching = ["ignoring", "on", "max", "min", "sum", "avg", "group", "scalar", "topk", "bottomk"]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.watchingRules.compactMap { rule in
      let names = rule.expression.names
      guard names.contains("prometheus_remote_storage_highest_timestamp_in_seconds"),
        names.contains("prometheus_remote_storage_queue_highest_sent_timestamp_seconds"), rule.expression.has("-"),
        !names.contains(where: matching.contains)
      else { return nil }
      return Advice(
        rule.place, "\(rule.title) subtracts series whose labels differ", evidence: "one side has remote_name and url",
        fix:
          "write - ignoring(remote_name, url) group_right(), or the newer queue_highest_timestamp_seconds"
      )
    }
  }
}
