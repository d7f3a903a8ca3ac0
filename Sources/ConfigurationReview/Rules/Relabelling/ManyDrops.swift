import AgentConfiguration
import Relabeling

/// Many rules that could be one
///
/// Rules run one after the other for each series. Drops by the same labels can be one rule with bars between the
/// expressions.
///
/// Wrong:
///
///     - source_labels: [__name__]
///       regex: shop_debug_.+
///       action: drop
///     - source_labels: [__name__]
///       regex: shop_trace_.+
///       action: drop
///     - source_labels: [__name__]
///       regex: shop_test_.+
///       action: drop
///     - source_labels: [__name__]
///       regex: shop_temp_.+
///       action: drop
///
/// Right:
///
///     - source_labels: [__name__]
///       regex: shop_(debug|trace|test|temp)_.+
///       action: drop
struct ManyDrops: ReviewRule {
  let facts = RuleFacts("GW326", .info, why: "Each rule is run for each new series; one expression is read in one go.")

  private let ruleCountMax = 3

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.relabelLists.flatMap { list in runs(in: list).compactMap { advice(on: $0) } }
  }

  private func advice(on run: [ReviewedFile.Rule]) -> Advice? {
    guard run.count > ruleCountMax, let first = run.first else { return nil }
    let expressions = run.map { RegexText($0.regexText).unanchored }
    // What a flag begins would go on in what follows.
    let canJoin = !expressions.contains { RegexText($0).hasFlags }
    let joined = expressions.joined(separator: "|")
    return Advice(
      first.place, "\(run.count) drops by \(first.sourceLabels.joined(separator: ", ")) in a row could be one",
      evidence: "lines \(first.place.line) to \(run.last?.place.line ?? first.place.line)",
      fix: "one drop with \(joined)",
      edits: canJoin ? first.settingRegex(to: joined) + run.dropFirst().map { .removeElement($0.node) } : [])
  }

  /// Neighbours that drop by the same labels.
  private func runs(in list: ReviewedFile.RelabelList) -> [[ReviewedFile.Rule]] {
    var runs: [[ReviewedFile.Rule]] = []
    for rule in list.rules where rule.program != nil {
      if let last = runs.last?.last, rule.action == .drop, last.action == .drop, last.sourceLabels == rule.sourceLabels,
        last.separatorText == rule.separatorText, rule.rule.regex != nil, last.rule.regex != nil
      {
        runs[runs.count - 1].append(rule)
      } else {
        runs.append([rule])
      }
    }
    return runs
  }
}
