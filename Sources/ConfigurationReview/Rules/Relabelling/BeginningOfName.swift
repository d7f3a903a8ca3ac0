import Relabeling

/// An expression that means how a name begins, and matches no name
///
/// Expressions have to match all of a value. `app_` is the whole name `app_`, and `app_*` is `app` with any number of
/// underscores; what begins with `app_` is `app_.*`.
///
/// Wrong:
///
///     - source_labels: [__name__]
///       regex: debug_|trace_*
///       action: drop
///
/// Right:
///
///     - source_labels: [__name__]
///       regex: debug_.*|trace_.*
///       action: drop
struct BeginningOfName: ReviewRule {
  let facts = RuleFacts(
    "GW310", .warning, why: "No metric has such a name: a drop does nothing, and a keep throws everything away.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      guard rule.isOnMetricName || rule.action == .labelDrop || rule.action == .labelKeep else { return nil }
      let text = RegexText(rule.regexText).unanchored
      let alternatives = RegexText(text).alternatives
      let corrected = alternatives.map { beginning(of: $0).map { $0 + ".*" } ?? $0 }
      guard corrected != alternatives else { return nil }
      let wrong = alternatives.filter { beginning(of: $0) != nil }
      return Advice(
        rule.regexPlace, "\(wrong.joined(separator: " and ")) has to be a whole name to match",
        evidence: "expressions match the whole of a value", fix: "write \(corrected.joined(separator: "|"))",
        edits: rule.settingRegex(to: corrected.joined(separator: "|")), confidence: 0.9)
    }
  }

  /// What a name was meant to begin with; nil where the alternative is otherwise.
  private func beginning(of alternative: String) -> String? {
    let isGlob = alternative.hasSuffix("_*")
    let start = isGlob ? String(alternative.dropLast()) : alternative
    let isPlain = start.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    return isPlain && start.hasSuffix("_") && start.count > 1 && !start.hasSuffix("__") ? start : nil
  }
}
