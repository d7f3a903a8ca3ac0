import Relabeling

/// An expression for joined values without what joins them
///
/// The values of several source labels are joined with `;`, or what `separator` says, before they are matched.
///
/// Wrong:
///
///     - source_labels: [namespace, app]
///       regex: shop/cart
///       action: keep
///
/// Right:
///
///     - source_labels: [namespace, app]
///       regex: shop;cart
///       action: keep
struct SeparatorForgotten: ReviewRule {
  let facts = RuleFacts(
    "GW333", .warning, why: "The rule can never match: a drop does nothing, a keep drops everything.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      guard rule.sourceLabels.count > 1, !rule.separatorText.isEmpty, rule.action?.matchesJoinedValue == true,
        let values = rule.literals
      else { return nil }
      let separators = values.map { occurrences(of: rule.separatorText, in: $0) }
      guard let most = separators.max(), most < rule.sourceLabels.count - 1 else { return nil }
      return Advice(
        rule.regexPlace, "\(rule.sourceLabels.count) values are joined with \"\(rule.separatorText)\"",
        evidence: "expected: \(values.prefix(3).joined(separator: ", "))",
        fix: "write the values with \(rule.separatorText) between them, or set separator")
    }
  }

  private func occurrences(of part: String, in text: String) -> Int {
    text.indices.count { text[$0...].hasPrefix(part) }
  }
}

extension RelabelAction {
  /// Whether the expression is matched with the values of the source labels.
  fileprivate var matchesJoinedValue: Bool { self == .keep || self == .drop || self == .replace }
}
