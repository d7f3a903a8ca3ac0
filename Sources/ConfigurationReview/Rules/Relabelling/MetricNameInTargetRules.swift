import Relabeling

/// A rule for targets looks at a metric's name
///
/// `relabel_configs` run before a target is read: there is no metric yet, and `__name__` is empty. What is about
/// metrics belongs in `metric_relabel_configs`.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - source_labels: [__name__]
///             regex: shop_debug_.+
///             action: drop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         metric_relabel_configs:
///           - source_labels: [__name__]
///             regex: shop_debug_.+
///             action: drop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct MetricNameInTargetRules: ReviewRule {
  let facts = RuleFacts(
    "GW304", .warning, why: "A drop never matches there, and a keep throws away all targets of the job.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: [.target]) { list, _, rule in
      guard rule.sourceLabels.contains("__name__") || rule.rule.targetLabel == "__name__" else { return nil }
      var edits: [TextEdit] = []
      if list.rules.count == 1, let index = list.ownerIndex, let field = file.jobs[index]["relabel_configs"],
        !file.jobs[index].has("metric_relabel_configs")
      {
        edits = [.renameKey(field, to: "metric_relabel_configs")]
      }
      return Advice(
        rule.place, "__name__ is empty in relabel_configs", evidence: "in \(list.title)",
        fix: "move the rule to metric_relabel_configs", edits: edits)
    }
  }
}
