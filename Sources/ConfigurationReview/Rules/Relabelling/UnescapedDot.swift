/// A dot that is meant as a dot
///
/// In an expression a dot is any character. In a host's name or an address it is meant as itself.
///
/// Wrong:
///
///     - source_labels: [instance]
///       regex: db.example.net:9100
///       action: drop
///
/// Right:
///
///     - source_labels: [instance]
///       regex: db\.example\.net:9100
///       action: drop
struct UnescapedDot: ReviewRule {
  let facts = RuleFacts("GW315", .info, why: "The rule is for other names as well: db-example-net is matched too.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      guard !rule.sourceLabels.isEmpty, !rule.isOnMetricName else { return nil }
      let alternatives = RegexText(RegexText(rule.regexText).unanchored).alternatives
      guard let host = alternatives.first(where: { isHost($0) }) else { return nil }
      let corrected = alternatives.map { isHost($0) ? escaped($0) : $0 }.joined(separator: "|")
      return Advice(
        rule.regexPlace, "the dots in \(host) are any characters", evidence: rule.regexText, fix: "write \(corrected)",
        edits: rule.settingRegex(to: corrected), confidence: 0.9)
    }
  }

  /// Words with single dots between them, and nothing that only expressions have.
  private func isHost(_ text: String) -> Bool {
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    return words.count > 1 && words.allSatisfy { !$0.isEmpty }
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:_".contains($0)) }
  }

  private func escaped(_ text: String) -> String {
    text.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")
  }
}
