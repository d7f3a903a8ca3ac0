import AgentConfiguration
import Relabeling

/// A hash with one value
///
/// Every number modulo 1 is 0.
///
/// Wrong:
///
///     scrape_configs:
///       - job_name: shop
///         relabel_configs:
///           - source_labels: [__address__]
///             target_label: __tmp_shard
///             modulus: 1
///             action: hashmod
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
///             modulus: 2
///             action: hashmod
///         static_configs:
///           - targets: [shop-1.example.net:9100]
struct ModulusOfOne: ReviewRule {
  let facts = RuleFacts("GW329", .info, why: "All targets or series are in shard 0; other shards get nothing.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      guard rule.action == .hashMod, rule.rule.modulus == 1 else { return nil }
      return Advice(
        rule.section["modulus"]?.valuePlace ?? rule.place, "modulus 1 gives 0 for everything",
        evidence: rule.sourceLabels.joined(separator: ", "), fix: "set modulus to the number of shards")
    }
  }
}
