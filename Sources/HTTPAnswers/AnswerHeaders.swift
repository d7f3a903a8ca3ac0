/// The headers of one answer, in the order received: names as written, values without the spaces around them.
///
/// They are kept as the bytes that came, in one array, and read when somebody asks. Most answers have a dozen, of which
/// one or two matter.
package struct AnswerHeaders: Sendable {
  /// `name`, a colon, the value, a line feed. No name has a colon, and neither has a line feed.
  private var bytes: [UInt8] = []

  package init() {}

  /// - Complexity: O(bytes). What is no header is left out, and control characters in a value count as spaces.
  package init(_ headers: some Sequence<(name: String, value: String)>) {
    for (name, value) in headers where !name.isEmpty && name.utf8.allSatisfy(HeadLines.isToken) {
      bytes += name.utf8
      bytes.append(Self.colon)
      bytes += value.utf8.map { HeadLines.isText($0) ? $0 : 0x20 }
      bytes.append(Self.lineFeed)
    }
  }

  private static let colon = UInt8(ascii: ":")
  private static let lineFeed = UInt8(ascii: "\n")

  mutating func reserve() { bytes.reserveCapacity(512) }

  /// - Parameters:
  ///   - line: has a token for a name, and for a value no control character.
  ///   - nameCount: how many bytes at its front are the name.
  mutating func append(_ line: Span<UInt8>, nameCount: Int, value: Range<Int>) {
    for index in 0..<nameCount { bytes.append(line[index]) }
    bytes.append(Self.colon)
    for index in value { bytes.append(line[index]) }
    bytes.append(Self.lineFeed)
  }

  /// The value of the first header called `name`, in whichever case.
  ///
  /// - Complexity: O(bytes).
  package func first(_ name: String) -> String? {
    value(of: name).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  /// Whether there is a header called `name`, in whichever case.
  package func contains(_ name: String) -> Bool { value(of: name) != nil }

  private func value(of name: String) -> Range<Int>? {
    var start = 0
    while start < bytes.count {
      var place = start
      var isEqual = true
      for byte in name.utf8 {
        // A name that is shorter ends at its colon, which is equal to no byte of a name.
        isEqual = place < bytes.count && Self.lowercased(bytes[place]) == Self.lowercased(byte)
        if !isEqual { break }
        place += 1
      }
      let isFound = isEqual && place < bytes.count && bytes[place] == Self.colon
      var end = place
      while end < bytes.count, bytes[end] != Self.lineFeed { end += 1 }
      if isFound { return place + 1..<end }
      start = end + 1
    }
    return nil
  }

  /// All of them.
  package var all: [(name: String, value: String)] {
    bytes.split(separator: Self.lineFeed).map { line in
      let name = line.prefix { $0 != Self.colon }
      return (String(decoding: name, as: UTF8.self), String(decoding: line.dropFirst(name.count + 1), as: UTF8.self))
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
