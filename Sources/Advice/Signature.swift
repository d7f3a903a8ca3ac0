/// Words in a text that are evidence wherever they stand outside of a comment.
struct Signature: Sendable {
  /// As it stands in the file, and as it is shown.
  var text: String
  var kind: Evidence.Kind
  /// See ``Evidence/weight``.
  var weight: Double
  var says: String

  init(_ text: String, _ kind: Evidence.Kind, _ weight: Double = 1, _ says: String) {
    self.text = text
    self.kind = kind
    self.weight = weight
    self.says = says
  }
}

/// Finds signatures in a text, in one pass however many there are.
///
/// A signature is found where a word begins: neither letter, digit nor underscore before it, and none behind it where
/// it ends in one. What stands in a comment that begins the line, or follows a space, is passed over.
struct SignatureScan: Sendable {
  /// Signatures by their first byte.
  private let byFirst: [[(bytes: [UInt8], signature: Signature)]]
  private let comments: [[UInt8]]

  /// - Parameter comments: what a comment begins with.
  init(_ signatures: [Signature], comments: [String]) {
    var byFirst: [[(bytes: [UInt8], signature: Signature)]] = Array(repeating: [], count: 256)
    for signature in signatures {
      let bytes = Array(signature.text.utf8)
      if let first = bytes.first { byFirst[Int(first)].append((bytes, signature)) }
    }
    self.byFirst = byFirst
    self.comments = comments.map { Array($0.utf8) }
  }

  /// Each signature once for a line. Complexity: linear in the text, times the signatures that begin alike.
  func places(in bytes: [UInt8]) -> [(line: Int, signature: Signature)] {
    var found: [(line: Int, signature: Signature)] = []
    var line = 1
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      scan(bytes, start, endOfWords(bytes, start, end), line, &found)
      start = end + 1
      line += 1
    }
    return found
  }

  /// Where a line's comment begins, or its end.
  private func endOfWords(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var isAfterSpace = true
    for index in start..<end {
      let isSpace = bytes[index] == 0x20 || bytes[index] == 0x09
      if isAfterSpace && !isSpace && comments.contains(where: { bytes[index..<end].starts(with: $0) }) { return index }
      isAfterSpace = isSpace
    }
    return end
  }

  private func scan(
    _ bytes: [UInt8], _ start: Int, _ end: Int, _ line: Int, _ found: inout [(line: Int, signature: Signature)]
  ) {
    let before = found.count
    var isInWord = false
    for index in start..<end {
      defer { isInWord = Self.isWordByte(bytes[index]) }
      if isInWord { continue }
      for (pattern, signature) in byFirst[Int(bytes[index])] {
        let next = index + pattern.count
        guard next <= end, bytes[index..<next].elementsEqual(pattern) else { continue }
        if next < end, let last = pattern.last, Self.isWordByte(last), Self.isWordByte(bytes[next]) { continue }
        if found[before...].contains(where: { $0.signature.text == signature.text }) { continue }
        found.append((line, signature))
      }
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
