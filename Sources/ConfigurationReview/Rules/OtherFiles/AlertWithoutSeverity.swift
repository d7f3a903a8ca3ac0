import AgentConfiguration

/// An alert about remote write without a severity
///
/// Routes of an Alertmanager mostly go by the label `severity`: who is woken, and who reads it in the morning.
///
/// Wrong:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteFails
///             expr: rate(prometheus_remote_storage_samples_failed_total[5m]) > 0
///             for: 15m
///
/// Right:
///
///     groups:
///       - name: agent
///         rules:
///           - alert: RemoteWriteFails
///             expr: rate(prometheus_remote_storage_samples_failed_total[5m]) > 0
///             for: 15m
///             labels:
///               severity: critical
struct AlertWithoutSeverity: ReviewRule {
  let facts = RuleFacts(
    "GW417", .info, why: "The alert goes to whoever gets what no route is for, which may be nobody.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    // A group may give its labels to all rules.
    let groups = file.ruleGroups.filter { $0.section("labels")?.has("severity") != true }
    let bare = Set(groups.flatMap { $0.sections("rules") }.map(\.place))
    return file.watchingRules.filter { rule in
      rule.isAlert && rule.watchesRemoteWrite && bare.contains(rule.section.place)
        && rule.section.section("labels")?.has("severity") != true
    }.map { rule in
      Advice(
        rule.section.place(of: "alert"), "\(rule.title) has no severity", evidence: "no such label",
        fix: "add labels with severity: warning or critical", confidence: 0.7)
    }
  }
}
