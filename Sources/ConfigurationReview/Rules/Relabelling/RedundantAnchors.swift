/// Anchors that are there already
///
/// Expressions have to match all of a value, as if `^` and `$` stood around them.
///
/// Wrong:
///
///     - source_labels: [env]
///       regex: ^test$
///       action: drop
///
/// Right:
///
///     - source_labels: [env]
///       regex: test
///       action: drop
struct RedundantAnchors: ReviewRule {
  let facts = RuleFacts(
    "GW311", .info, why: "They change nothing, and let readers think that expressions without them match parts.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      let plain = RegexText(rule.regexText).unanchored
      // A flag may give anchors another meaning.
      guard plain != rule.regexText, !plain.isEmpty, !RegexText(plain).hasFlags else { return nil }
      return Advice(
        rule.regexPlace, "the expression is anchored in any case", evidence: rule.regexText, fix: "write \(plain)",
        edits: rule.settingRegex(to: plain), isSafe: true)
    }
  }
}
