import Relabeling

/// An expression that finds a few letters anywhere
///
/// `.*id.*` is not only `user_id` and `id`: it is every name with these letters in a row.
///
/// Wrong:
///
///     - regex: .*id.*
///       action: labeldrop
///
/// Right:
///
///     - regex: order_number|invoice_number
///       action: labeldrop
struct FoundAnywhere: ReviewRule {
  let facts = RuleFacts(
    "GW312", .warning, why: "Labels that nobody thought of are removed too, and their series merge.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      guard rule.action == .labelDrop, let probe = rule.probe else { return nil }
      let parts = RegexText(RegexText(rule.regexText).unanchored).alternatives.compactMap { part(in: $0) }
      let found = LabelKnowledge.common.filter { name in
        probe.matches(name) && parts.contains { name.contains($0) && !isWord($0, of: name) }
      }
      guard !parts.isEmpty, !found.isEmpty else { return nil }
      return Advice(
        rule.regexPlace, "\(parts.map { ".*\($0).*" }.joined(separator: " and ")) is found in many names",
        evidence: "\(found.prefix(4).joined(separator: ", ")) would go too",
        fix: "name the labels that are meant: (.+_)?\(parts[0])", confidence: 0.8)
    }
  }

  /// `foo` of `.*foo.*`.
  private func part(in alternative: String) -> String? {
    guard alternative.hasPrefix(".*") || alternative.hasPrefix(".+") else { return nil }
    guard alternative.hasSuffix(".*") || alternative.hasSuffix(".+") else { return nil }
    let part = alternative.dropFirst(2).dropLast(2)
    let isPlain = part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    return part.isEmpty || !isPlain ? nil : String(part)
  }

  private func isWord(_ part: String, of name: String) -> Bool { name.split(separator: "_").contains(part[...]) }
}
