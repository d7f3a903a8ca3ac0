import AgentConfiguration
import Relabeling

/// A temporary label is sent
///
/// Labels that begin with two underscores vanish after `relabel_configs`. In `metric_relabel_configs` and
/// `write_relabel_configs` nothing removes them but a rule.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         metric_relabel_configs:
///           - source_labels: [code]
///             regex: 5..
///             target_label: __tmp_failed
///             replacement: "yes"
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         metric_relabel_configs:
///           - source_labels: [code]
///             regex: 5..
///             target_label: __tmp_failed
///             replacement: "yes"
///           - regex: __tmp_.+
///             action: labeldrop
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct TemporaryLabelSent: ReviewRule {
  let facts = RuleFacts("GW331", .warning, why: "The label is on the series wherever they go.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: [.metric, .write]) { list, index, rule in
      guard let target = rule.section.text("target_label"), target.value.hasPrefix("__tmp"), rule.maySet(target.value),
        !list.removes(target.value, from: index)
      else { return nil }
      return Advice(
        target.place, "\(target.value) is not removed in \(list.title)", evidence: "no later rule removes it",
        fix: "end the list with regex: \(target.value), action: labeldrop")
    }
  }
}
