import Relabeling

/// The name of the metric is removed
///
/// A metric's name is the label `__name__`, and `labeldrop` and `labelkeep` treat it like any other.
///
/// Wrong:
///
///     - regex: le|quantile|instance|job|code
///       action: labelkeep
///
/// Right:
///
///     - regex: __name__|le|quantile|instance|job|code
///       action: labelkeep
struct MetricNameRemoved: ReviewRule {
  let facts = RuleFacts(
    "GW316", .warning,
    why: "A scrape whose series have no names fails as a whole, and an endpoint refuses requests with such series.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { _, _, rule in
      guard rule.action == .labelDrop || rule.action == .labelKeep, rule.removes("__name__") else { return nil }
      let isKeep = rule.action == .labelKeep
      let corrected = "__name__|\(RegexText(rule.regexText).unanchored)"
      return Advice(
        rule.regexPlace, "\(isKeep ? "labelkeep does not keep" : "labeldrop removes") __name__",
        evidence: rule.regexText, fix: isKeep ? "write \(corrected)" : "name the labels that are meant",
        edits: isKeep ? rule.settingRegex(to: corrected) : [])
    }
  }
}
