import AgentConfiguration
import Relabeling

/// Whole metrics are dropped where labels were meant
///
/// A `drop` on `__name__` removes metrics with all their series. A label is removed with `labeldrop`, whose `regex`
/// is the label's name. The comment above the rule tells what it was written for.
///
/// Wrong:
///
///     # drop high-cardinality labels
///     - source_labels: [__name__]
///       regex: shop_requests_by_user.+
///       action: drop
///
/// Right:
///
///     # drop high-cardinality labels
///     - regex: build_hash
///       action: labeldrop
struct MetricsDroppedForLabels: ReviewRule {
  let facts = RuleFacts(
    "GW302", .warning, why: "The metrics are gone altogether, and the label that was meant stays on all others.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { _, _, rule in
      guard rule.action == .drop, rule.isOnMetricName, let comment = comment(above: rule, in: file) else { return nil }
      let words = comment.lowercased().split { !$0.isLetter }
      guard words.contains(where: { $0 == "label" || $0 == "labels" }) else { return nil }
      return Advice(
        rule.place, "the comment speaks of labels, the rule drops whole metrics", evidence: comment,
        fix: "use action: labeldrop with the label's name as regex, and see what merges with godwit relabel test",
        confidence: 0.7)
    }
  }

  /// The lines of comments right above a rule, as one.
  private func comment(above rule: ReviewedFile.Rule, in file: ReviewedFile) -> String? {
    var lines: [String] = []
    var line = rule.place.line - 1
    while line > 0 {
      let text = file.text[line].drop { $0 == " " }
      guard text.hasPrefix("#") else { break }
      lines.insert(String(text.drop { $0 == "#" || $0 == " " }), at: 0)
      line -= 1
    }
    return lines.isEmpty ? nil : lines.joined(separator: " ")
  }
}
