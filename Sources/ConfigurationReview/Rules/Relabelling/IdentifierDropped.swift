import Relabeling

/// A label that tells series apart is dropped
///
/// What remains has the same labels, and an endpoint takes one sample for each series and time: the others are refused
/// as duplicates or out of order. `godwit relabel test` shows which series merge.
///
/// Wrong:
///
///     - regex: user_id
///       action: labeldrop
///
/// Right:
///
///     - source_labels: [__name__]
///       regex: shop_requests_by_user_total
///       action: drop
struct IdentifierDropped: ReviewRule {
  let facts = RuleFacts(
    "GW320", .info,
    why: "Series that differ in this label alone merge; counters jump between values that do not add up.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { _, _, rule in
      guard rule.action == .labelDrop, let names = rule.literals else { return nil }
      let ids = names.filter { LabelKnowledge.isUnbounded($0) }
      guard !ids.isEmpty else { return nil }
      return Advice(
        rule.regexPlace, "without \(ids.joined(separator: ", ")) series merge",
        evidence: "a label with a value for each user or request",
        fix: "remove the label in the program, or aggregate first; see what merges with godwit relabel test",
        confidence: 0.7)
    }
  }
}
