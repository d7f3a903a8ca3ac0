import Relabeling

/// The labels of buckets or quantiles are removed
///
/// `le` tells the buckets of a histogram apart, `quantile` the values of a summary.
///
/// Wrong:
///
///     - regex: le
///       action: labeldrop
///
/// Right:
///
///     - source_labels: [__name__, le]
///       regex: .+_bucket;(0\.005|0\.025|0\.075)
///       action: drop
struct DistributionsDestroyed: ReviewRule {
  let facts = RuleFacts(
    "GW319", .warning, why: "All buckets of a histogram become one series, and nothing can be computed from it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { list, index, rule in
      // Without its name a series is refused in any case.
      guard rule.action == .labelDrop || rule.action == .labelKeep, !rule.removes("__name__") else { return nil }
      let lost = LabelKnowledge.ofDistributions.filter { rule.removes($0) && list.removes($0, from: index) }
      guard !lost.isEmpty else { return nil }
      return Advice(
        rule.regexPlace, "histograms and summaries need \(lost.joined(separator: " and "))",
        evidence: "\(rule.action?.rawValue ?? "") \(rule.regexText)",
        fix: "keep it; drop single buckets by name and le where there are too many",
        confidence: rule.action == .labelDrop ? 1 : 0.7)
    }
  }
}
