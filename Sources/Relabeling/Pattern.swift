/// The expression of a rule: a ``LiteralShape`` where it is one, RE2 otherwise.
struct Pattern: Sendable {
  let expression: RegularExpression
  private let shape: LiteralShape?

  init(_ source: String) throws(RegexRefusal) {
    expression = try RegularExpression(source)
    shape = LiteralShape(source)
  }

  /// Whether all of `text` matches.
  func matches(_ text: Span<UInt8>) -> Bool {
    if let shape { return shape.matches(text) }
    return expression.matches(text)
  }

  func matches(_ text: [UInt8]) -> Bool { matches(text.span) }

  /// Whether all of `text` matches, and if so where the groups lie, up to `highestGroup` at least.
  func capture(_ text: [UInt8], highestGroup: Int, groups: inout [Int]) -> Bool {
    if let shape {
      guard shape.matches(text.span) else { return false }
      if shape.capture(text, groups: &groups) || highestGroup == 0 { return true }
    }
    return expression.find(in: text, highestGroup: highestGroup, groups: &groups)
  }

  /// Replaces what matches in `text` by the expansion of `template`, into `buffer`.
  ///
  /// A match covers all of the text, save where a source such as `a)|(b` breaks out of its wrapping; the reference
  /// takes that, so every match is replaced here too.
  func replaceAll(
    in text: [UInt8], with template: ReplacementTemplate, groups: inout [Int], into buffer: inout [UInt8]
  ) {
    var (copied, searchStart) = (0, 0)
    while searchStart <= text.count {
      let highestGroup = template.highestGroup
      let isFound =
        searchStart == 0
        ? capture(text, highestGroup: highestGroup, groups: &groups)
        : expression.find(in: text, from: searchStart, highestGroup: highestGroup, groups: &groups)
      guard isFound else { break }
      let match = groups[0]..<groups[1]
      buffer.append(copied..<match.lowerBound, of: text)
      // An empty match right behind another one is no match of its own.
      if match.upperBound > copied || match.lowerBound == 0 { template.append(text, groups, to: &buffer) }
      copied = match.upperBound
      if copied == text.count { break }
      searchStart = max(copied, searchStart + scalarByteCount(in: text, at: searchStart))
    }
    buffer.append(copied..<text.count, of: text)
  }

  /// At least 1, so that a search past the end ends.
  private func scalarByteCount(in text: [UInt8], at index: Int) -> Int {
    var count = 1
    while index + count < text.count, text[index + count] & 0xc0 == 0x80 { count += 1 }
    return count
  }
}
