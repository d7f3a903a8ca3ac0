import AgentConfiguration
import Relabeling

/// The number of a shard stays on the series
///
/// Where targets are spread over several agents, the hash is needed for one `keep` only. In a label whose name begins
/// with `__tmp` it is gone afterwards.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - source_labels: [__address__]
///             target_label: shard
///             modulus: 4
///             action: hashmod
///           - source_labels: [shard]
///             regex: "0"
///             action: keep
///         static_configs:
///           - targets: [shop-1.example.net:9100]
///
/// Right:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - source_labels: [__address__]
///             target_label: __tmp_shard
///             modulus: 4
///             action: hashmod
///           - source_labels: [__tmp_shard]
///             regex: "0"
///             action: keep
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct ShardLabelKept: ReviewRule {
  let facts = RuleFacts(
    "GW330", .info, why: "When the number of agents changes, series get other labels and begin anew.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: [.target]) { list, index, rule in
      guard rule.action == .hashMod, let target = rule.section["target_label"], let name = rule.rule.targetLabel,
        !name.hasPrefix("__"), !list.removes(name, from: index + 1)
      else { return nil }
      let keeps = list.rules[(index + 1)...].filter { $0.action == .keep && $0.sourceLabels == [name] }
      guard !keeps.isEmpty else { return nil }
      let renamed = keeps.flatMap { $0.section.list("source_labels") }.map {
        TextEdit.setScalar($0, text: "__tmp_\(name)")
      }
      return Advice(
        target.valuePlace, "\(name) stays on all series of \(list.owner)",
        evidence: "it is used for the keep in line \(keeps[0].place.line)", fix: "call it __tmp_\(name)",
        edits: [.setValue(target, text: "__tmp_\(name)")] + renamed)
    }
  }
}
