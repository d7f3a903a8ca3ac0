import ByteCoding

/// Which of eight bytes belong to a class, all eight at once.
///
/// A word has the bytes as they stand in the text, the first one lowest. What a test says of a byte is in the byte's
/// highest bit.
enum ByteClass {
  /// The highest bit of each byte.
  static let marks: UInt64 = 0x8080_8080_8080_8080

  /// Marks the bytes that no name has: neither letters, digits nor underscores.
  ///
  /// - Parameter last: the last byte of those from "0" on that count as digits: "9", or ":" in the names of metrics.
  @inline(__always)
  static func outsideName(_ word: UInt64, digitsTo last: UInt8) -> UInt64 {
    // Without highest bits no sum carries into the next byte.
    let low = word & ~marks
    let lowered = low | all(0x20)
    let letters = isAtLeast(lowered, UInt8(ascii: "a")) & ~isAtLeast(lowered, UInt8(ascii: "z") + 1)
    let digits = isAtLeast(low, UInt8(ascii: "0")) & ~isAtLeast(low, last + 1)
    let others = isAtLeast(low ^ all(Byte.underscore), 1)
    return (word | ~(letters | digits | ~others)) & marks
  }

  /// Marks quotes, backslashes and control characters; behind the first mark some bytes may have one that are none.
  @inline(__always)
  static func endsPlainText(_ word: UInt64) -> UInt64 {
    let quotes = word ^ all(Byte.quote)
    let backslashes = word ^ all(Byte.backslash)
    // A byte below the bound borrows, which spoils only bytes behind it.
    return (quotes &- all(1)) & ~quotes & marks | (backslashes &- all(1)) & ~backslashes & marks
      | (word &- all(0x20)) & ~word & marks
  }

  /// Marks what ``endsPlainText(_:)`` does, and bytes that are not ASCII. It asks for less, as of ASCII no byte has the
  /// highest bit of its own.
  @inline(__always)
  static func endsPlainASCII(_ word: UInt64) -> UInt64 {
    // A byte that borrows is one that is marked itself, so what it spoils is behind a mark.
    let quotes = (word ^ all(Byte.quote)) &- all(1)
    let backslashes = (word ^ all(Byte.backslash)) &- all(1)
    return (quotes | backslashes | (word &- all(0x20)) | word) & marks
  }

  /// Marks the bytes from `bound` on, of bytes that all are ASCII.
  @inline(__always)
  private static func isAtLeast(_ word: UInt64, _ bound: UInt8) -> UInt64 { word &+ all(0x80 - bound) }

  @inline(__always)
  private static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}

extension Span<UInt8> {
  /// The end of the bytes from `start` on that the name of a metric may have.
  ///
  /// - Complexity: O(bytes), some twenty instructions for eight of them.
  func endOfMetricName(from start: Int) -> Int { endOfName(from: start, digitsTo: Byte.colon) }

  /// The same of the plain name of a label.
  func endOfLabelName(from start: Int) -> Int { endOfName(from: start, digitsTo: UInt8(ascii: "9")) }

  @inline(__always)
  private func endOfName(from start: Int, digitsTo last: UInt8) -> Int {
    var seen: UInt64 = 0
    let found = walkWords(from: start, seen: &seen) { ByteClass.outsideName($0, digitsTo: last) }
    var index = found.place
    if found.isMarked { return index }
    while index < count, Byte.isLabelStart(self[index]) || self[index] &- 0x30 <= last &- 0x30 { index += 1 }
    return index
  }

  /// The place of the first quote, backslash or control character from `start` on, or the end.
  ///
  /// - Parameter seen: gets the bytes up to there or-ed in, eight side by side.
  /// - Complexity: O(bytes), some fifteen instructions for eight of them.
  @inline(__always)
  func endOfPlainText(from start: Int, seen: inout UInt64) -> Int {
    let found = walkWords(from: start, seen: &seen, until: ByteClass.endsPlainText)
    var index = found.place
    if found.isMarked { return index }
    while index < count, self[index] != Byte.quote, self[index] != Byte.backslash, self[index] >= 0x20 {
      seen |= UInt64(self[index])
      index += 1
    }
    return index
  }

  /// The place of the first quote, backslash, control character or byte that is not ASCII from `start` on, or the end.
  ///
  /// - Complexity: O(bytes), some twelve instructions for eight of them.
  @inline(__always)
  func endOfPlainASCII(from start: Int) -> Int {
    var seen: UInt64 = 0
    let found = walkWords(from: start, seen: &seen, until: ByteClass.endsPlainASCII)
    var index = found.place
    if found.isMarked { return index }
    while index < count, self[index] != Byte.quote, self[index] != Byte.backslash, self[index] &- 0x20 < 0x60 {
      index += 1
    }
    return index
  }
}
