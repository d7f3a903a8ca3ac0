import ByteCoding

/// The numbers that pages are full of: at most fifteen digits, with a point among them or without, and a newline behind.
enum ShortDecimal {
  /// The most bytes that a number is looked for in: sixteen of a whole number, or eight, a point and eight more.
  static let window = 17

  /// Reads the number that begins at `start`.
  ///
  /// - Returns: the number, the same bits as ``DecimalNumber`` reads, and the place of the newline behind it; an end
  ///   equal to `start` where the text is anything else, a short decimal close to the span's end included.
  /// - Complexity: constant, some forty instructions.
  @inline(__always)
  static func prefix(of bytes: Span<UInt8>, from start: Int) -> DecimalNumber.Prefix {
    let leftOver = DecimalNumber.Prefix(value: 0, end: start)
    guard start <= bytes.count - window else { return leftOver }
    var values = bytes.word(at: start) ^ DigitRun.zeros
    var count = DigitRun.leading(values)
    if count == 0 { return leftOver }
    var mantissa = DigitRun.number(values, count)
    var index = start + count
    if count == 8 {
      values = bytes.word(at: index) ^ DigitRun.zeros
      count = DigitRun.leading(values)
      if count == 8 { return leftOver }
      if count > 0 {
        mantissa = mantissa &* DigitRun.powersOfTen[count] &+ DigitRun.number(values, count)
        index += count
      }
    }
    let separator = byte(values, count)
    // Fifteen digits are below 2^53, so a float64 holds them.
    if separator == Byte.newline { return DecimalNumber.Prefix(value: Double(mantissa), end: index) }
    guard separator == UInt8(ascii: "."), index - start <= 8 else { return leftOver }
    let fraction = bytes.word(at: index + 1) ^ DigitRun.zeros
    count = DigitRun.leading(fraction)
    guard count > 0, count < 8, byte(fraction, count) == Byte.newline else { return leftOver }
    mantissa = mantissa &* DigitRun.powersOfTen[count] &+ DigitRun.number(fraction, count)
    // Clinger's fast path: eight digits and seven, and a power of ten, are float64s, so one division rounds once.
    return DecimalNumber.Prefix(
      value: Double(mantissa) / Double(DigitRun.powersOfTen[count]), end: index + 1 + count)
  }

  /// A byte of a word, as it stands in the text.
  @inline(__always)
  private static func byte(_ values: UInt64, _ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: values &>> UInt64(8 * index)) ^ 0x30
  }
}
