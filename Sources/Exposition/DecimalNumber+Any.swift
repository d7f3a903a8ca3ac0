extension DecimalNumber {
  /// Why a text is no number.
  enum Fault: Error {
    case syntax
    /// Written correctly, but beyond the largest float64.
    case range
  }

  /// The number that the whole of `bytes[range]` writes, in any accepted spelling: `NaN` without a sign, `Inf` and
  /// `Infinity` with or without, all in any letter case, and decimals of any length.
  ///
  /// - Complexity: O(bytes); the conversion itself sees at most 801 digits.
  static func value(of range: Range<Int>, in bytes: Span<UInt8>) throws(Fault) -> Double {
    let quick = prefix(of: bytes, from: range.lowerBound)
    if quick.end == range.upperBound, quick.end > range.lowerBound { return quick.value }
    if let special = special(range, bytes) { return special }
    return try longDecimal(range, bytes)
  }

  private static func special(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Double? {
    let sign = bytes.byte(at: range.lowerBound)
    let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
    let word = range.dropFirst(isSigned ? 1 : 0)
    if spells("inf", word, bytes) || spells("infinity", word, bytes) {
      return sign == UInt8(ascii: "-") ? -.infinity : .infinity
    }
    return !isSigned && spells("nan", word, bytes) ? .nan : nil
  }

  /// Whether `bytes[range]` is `word`, which is in lower case, in any letter case.
  private static func spells(_ word: String, _ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    guard range.count == word.utf8.count else { return false }
    return zip(word.utf8, range).allSatisfy { letter, index in bytes[index] | 0x20 == letter }
  }

  /// Enough to tell a number from the midpoint of two neighbouring float64s, which has at most 767 digits; what lies
  /// beyond matters only by whether it is zero.
  private static let significantDigitsMax = 800

  /// Beyond any float64, whatever mantissa of a page's length stands before it.
  private static let exponentMax = 1 << 40

  private static func longDecimal(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(Fault) -> Double {
    var index = range.lowerBound
    var text: [UInt8] = []
    if bytes.byte(at: index) == UInt8(ascii: "-") { text.append(UInt8(ascii: "-")) }
    if !text.isEmpty || bytes.byte(at: index) == UInt8(ascii: "+") { index += 1 }
    let signCount = text.count
    var exponent = 0
    var hasDigits = false
    var hasPoint = false
    var hasRest = false
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else if Byte.isDigit(byte) {
        hasDigits = true
        let isLeadingZero = byte == UInt8(ascii: "0") && text.count == signCount
        if !isLeadingZero, text.count - signCount < significantDigitsMax {
          text.append(byte)
        } else if !isLeadingZero {
          hasRest = hasRest || byte != UInt8(ascii: "0")
          exponent += 1
        }
        if hasPoint { exponent -= 1 }
      } else {
        break
      }
      index += 1
    }
    guard hasDigits else { throw .syntax }
    if index < range.upperBound { exponent += try longExponent(index..<range.upperBound, bytes) }
    if text.count == signCount { return signCount == 0 ? 0 : -0.0 }
    if hasRest {
      text.append(UInt8(ascii: "1"))
      exponent -= 1
    }
    // Four digits of exponent reach beyond every float64 that 801 digits can write.
    let bounded = min(max(exponent, -9_999), 9_999)
    guard let value = Double(String(decoding: text, as: UTF8.self) + "e\(bounded)") else { throw .syntax }
    if value.isInfinite { throw .range }
    return value
  }

  private static func longExponent(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(Fault) -> Int {
    var index = range.lowerBound
    guard bytes[index] | 0x20 == UInt8(ascii: "e") else { throw .syntax }
    index += 1
    let sign = index < range.upperBound ? bytes[index] : 0
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
    guard index < range.upperBound else { throw .syntax }
    var value = 0
    while index < range.upperBound {
      guard Byte.isDigit(bytes[index]) else { throw .syntax }
      value = min(value * 10 + Int(bytes[index] &- 0x30), exponentMax)
      index += 1
    }
    return sign == UInt8(ascii: "-") ? -value : value
  }
}
