import AgentConfiguration
import Relabeling

/// All targets get the same instance
///
/// `instance` is what tells the targets of a job apart. A fixed value makes their series the same.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - target_label: instance
///             replacement: shop
///         static_configs:
///           - targets: [shop-1.example.net:9100, shop-2.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - source_labels: [__address__]
///             regex: ([^.]+)\..+
///             target_label: instance
///         static_configs:
///           - targets: [shop-1.example.net:9100, shop-2.example.net:9100]
struct SameInstanceForAll: ReviewRule {
  let facts = RuleFacts(
    "GW334", .warning, why: "Series of all targets become one; endpoints refuse them as duplicates.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: [.target, .metric, .write]) { list, _, rule in
      guard rule.action == .replace, rule.rule.targetLabel == "instance", rule.matchesAnything,
        let replacement = rule.rule.replacement, !replacement.isEmpty, ReplacementText(replacement).references.isEmpty
      else { return nil }
      if list.role != .write, let index = list.ownerIndex, file.jobs[index].hasOneStaticTarget { return nil }
      return Advice(
        rule.section["replacement"]?.valuePlace ?? rule.place, "instance is \"\(replacement)\" for all targets",
        evidence: "in \(list.title)", fix: "take it from __address__ or another label that differs")
    }
  }
}
