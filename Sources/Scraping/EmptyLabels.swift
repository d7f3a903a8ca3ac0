/// The labels that a line of exposition gives an empty value, as in `up{instance=""}`.
///
/// A label without a value is no label of the series, so a parser leaves it out; whether it was written tells a scrape
/// with `honor_labels` something all the same.
enum EmptyLabels {
  /// - Parameter text: where name and labels of a well-formed line stand in `body`.
  /// - Returns: the names of such labels; only plain ones, for a target's labels need no quotes.
  /// - Complexity: O(bytes), no allocation when there are none.
  static func names(in body: [UInt8], _ text: Range<Int>) -> [ArraySlice<UInt8>] {
    var names: [ArraySlice<UInt8>] = []
    var index = text.lowerBound
    while index < text.upperBound {
      guard body[index] == quote else {
        index += 1
        continue
      }
      let start = index
      index = endOfQuoted(body, start, text.upperBound)
      if index == start + 2, let name = name(before: start, in: body, from: text.lowerBound) { names.append(name) }
    }
    return names
  }

  private static let quote = UInt8(ascii: "\"")

  private static func endOfQuoted(_ body: [UInt8], _ start: Int, _ end: Int) -> Int {
    var index = start + 1
    while index < end && body[index] != quote {
      // A backslash takes the byte behind it along.
      index += body[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, end)
  }

  /// The plain name before `=` and the blanks that may surround it.
  private static func name(before end: Int, in body: [UInt8], from start: Int) -> ArraySlice<UInt8>? {
    let beforeBlanks = body[start..<end].dropLast(while: isBlank)
    guard beforeBlanks.last == UInt8(ascii: "=") else { return nil }
    let name = beforeBlanks.dropLast().dropLast(while: isBlank).suffix(while: isNameByte)
    return name.isEmpty ? nil : name
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
  }
}

extension ArraySlice<UInt8> {
  /// The longest suffix of bytes that satisfy `condition`.
  fileprivate func suffix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    var start = endIndex
    while start > startIndex && condition(self[start - 1]) { start -= 1 }
    return self[start...]
  }

  fileprivate func dropLast(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    dropLast(suffix(while: condition).count)
  }
}
