/// Reads the source of an expression as a ``LiteralShape``, giving up at the first thing that is not part of one.
struct LiteralShapeParser {
  private let source: [UInt8]
  private var position = 0
  private var end: Int

  init(_ source: [UInt8]) {
    self.source = source
    self.end = source.count
  }

  mutating func parse() -> (branches: [LiteralShape.Branch], captures: LiteralShape.Captures)? {
    let outer = stripOuterGroup()
    var branches: [LiteralShape.Branch] = []
    var tailGroups = 0
    while true {
      guard let (branch, hasTailGroup) = parseBranch() else { return nil }
      branches.append(branch)
      if hasTailGroup { tailGroups += 1 }
      if position == end { break }
      position += 1
    }
    let captures: LiteralShape.Captures =
      switch (outer, tailGroups) {
      case (false, 0): .nothing
      case (true, 0): .wholeText
      case (false, 1) where branches.count == 1: .tail
      default: .unknown
      }
    return (branches, captures)
  }

  /// Narrows the source to what stands in a group around all of it; true when that group captures.
  ///
  /// Only a group with no other inside, so that the last bracket surely closes the first.
  private mutating func stripOuterGroup() -> Bool {
    guard source.count >= 2, source[0] == UInt8(ascii: "("), source[end - 1] == UInt8(ascii: ")") else { return false }
    let isPlain = !source[1..<end - 1].contains { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: ")") }
    guard isPlain, source[end - 2] != UInt8(ascii: "\\") else { return false }
    if source[1] == UInt8(ascii: "?") {
      guard source.count >= 4, source[2] == UInt8(ascii: ":") else { return false }
      position = 3
      end -= 1
      return false
    }
    position = 1
    end -= 1
    return true
  }

  /// Reads up to the next `|` or the end.
  private mutating func parseBranch() -> (LiteralShape.Branch, hasTailGroup: Bool)? {
    var branch = LiteralShape.Branch(literal: [], tail: .nothing)
    // Both anchors are idle where the whole expression is anchored.
    if position < end && source[position] == UInt8(ascii: "^") { position += 1 }
    while let byte = takeLiteral() { branch.literal.append(byte) }
    let isGrouped = position < end && source[position] == UInt8(ascii: "(")
    if isGrouped { position += 1 }
    if position + 1 < end, source[position] == UInt8(ascii: ".") {
      switch source[position + 1] {
      case UInt8(ascii: "*"): branch.tail = .anything
      case UInt8(ascii: "+"): branch.tail = .something
      default: return nil
      }
      position += 2
    }
    if isGrouped {
      guard branch.tail != .nothing, position < end, source[position] == UInt8(ascii: ")") else { return nil }
      position += 1
    }
    if position < end && source[position] == UInt8(ascii: "$") { position += 1 }
    guard position == end || source[position] == UInt8(ascii: "|") else { return nil }
    return (branch, isGrouped)
  }

  /// One byte that stands for itself, escaped or not.
  private mutating func takeLiteral() -> UInt8? {
    guard position < end else { return nil }
    var next = position + 1
    var byte = source[position]
    if byte == UInt8(ascii: "\\") {
      guard next < end, isPunctuation(source[next]) else { return nil }
      byte = source[next]
      next += 1
    } else if isOperator(byte) {
      return nil
    }
    // A repetition would bind to this byte alone, or for a longer scalar to all of its bytes.
    if next < end, isRepetition(source[next]) { return nil }
    position = next
    return byte
  }

  private func isOperator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "$"):
      true
    default: false
    }
  }

  private func isRepetition(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "{")
  }

  private func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: true
    default: false
    }
  }
}
