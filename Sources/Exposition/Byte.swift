/// The bytes that the grammars name, and their classes.
enum Byte {
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let braceOpen = UInt8(ascii: "{")
  static let braceClose = UInt8(ascii: "}")
  static let comma = UInt8(ascii: ",")
  static let equals = UInt8(ascii: "=")
  static let hash = UInt8(ascii: "#")
  static let underscore = UInt8(ascii: "_")
  static let colon = UInt8(ascii: ":")

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// A byte that may begin a label name.
  @inline(__always)
  static func isLabelStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == underscore }

  /// A byte that may begin a metric name.
  @inline(__always)
  static func isMetricStart(_ byte: UInt8) -> Bool { isLabelStart(byte) || byte == colon }
}

extension Span<UInt8> {
  /// The byte at `index`, or 0 past the end: no rule of either grammar that matters accepts a 0.
  @inline(__always)
  func byte(at index: Int) -> UInt8 { index < count ? self[index] : 0 }

  @inline(__always)
  func skippingBlanks(from start: Int) -> Int {
    var index = start
    while index < count, Byte.isBlank(self[index]) { index += 1 }
    return index
  }

  func skippingNULs(from start: Int) -> Int {
    var index = start
    while index < count, self[index] == 0 { index += 1 }
    return index
  }

  /// The place of the next newline, or nil.
  func newline(from start: Int) -> Int? {
    var index = start
    while index < count {
      if self[index] == Byte.newline { return index }
      index += 1
    }
    return nil
  }

  func isUTF8(_ range: Range<Int>) -> Bool {
    (try? UTF8Span(validating: extracting(range))) != nil
  }
}
