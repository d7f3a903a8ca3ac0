import AgentConfiguration
import Relabeling

/// A rule for series looks at labels that only targets have
///
/// Labels that begin with two underscores, `__meta_…` and `__address__` among them, are there in `relabel_configs`
/// alone. When series come by, they are gone and count as empty.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         metric_relabel_configs:
///           - source_labels: [__meta_dns_name]
///             target_label: zone
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - source_labels: [__meta_dns_name]
///             target_label: zone
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct DiscoveryLabelsInSeriesRules: ReviewRule {
  let facts = RuleFacts(
    "GW305", .warning,
    why: "The rule sees an empty value for each series: it never matches, or throws away all of them.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: [.metric, .write]) { list, index, rule in
      let before = list.rules[..<index]
      var gone = rule.sourceLabels.filter { label in
        isOfTargets(label) && !before.contains { $0.maySet(label) }
      }
      if rule.action == .labelMap, rule.regexText.hasPrefix("__meta_") { gone.append(rule.regexText) }
      guard !gone.isEmpty else { return nil }
      return Advice(
        rule.section["source_labels"]?.valuePlace ?? rule.regexPlace,
        "\(gone.joined(separator: ", ")) is not there any more in \(list.role.rawValue)", evidence: "in \(list.title)",
        fix: "copy it to an ordinary label in relabel_configs of the job, and use that here")
    }
  }

  private func isOfTargets(_ label: String) -> Bool {
    ["__meta_", "__param_"].contains { label.hasPrefix($0) }
      || ["__address__", "__scheme__", "__metrics_path__", "__scrape_interval__", "__scrape_timeout__"].contains(label)
  }
}
