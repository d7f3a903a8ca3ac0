/// Numbers as the formats write them: the float syntax of the reference without hexadecimal and underscores.
///
/// Every result is the float64 nearest to the written number, ties to even, the same bits as C's `strtod`.
enum DecimalNumber {
  /// A number read from the front of a text.
  struct Prefix {
    var value: Double
    /// Just behind the number; equal to its start when the fast reader leaves the text to ``value(of:in:)``.
    var end: Int
  }

  /// Reads the plain decimal that begins at `start`, if it has at most 19 digits and a moderate exponent.
  ///
  /// The caller must check that the byte at `end` ends a number; otherwise ``value(of:in:)`` decides.
  /// - Complexity: O(digits), no allocation.
  @inline(__always)
  static func prefix(of bytes: Span<UInt8>, from start: Int) -> Prefix {
    var index = start
    let sign = bytes.byte(at: index)
    let isNegative = sign == UInt8(ascii: "-")
    if isNegative || sign == UInt8(ascii: "+") { index += 1 }
    var mantissa: UInt64 = 0
    var digitsStart = index
    // Wraps only beyond 19 digits, and those are handed over below.
    DigitRun.read(bytes, at: &index, into: &mantissa)
    var digits = index - digitsStart
    var exponent = 0
    if bytes.byte(at: index) == UInt8(ascii: ".") {
      index += 1
      digitsStart = index
      DigitRun.read(bytes, at: &index, into: &mantissa)
      exponent = digitsStart - index
      digits -= exponent
    }
    let leftOver = Prefix(value: 0, end: start)
    if digits == 0 || digits > 19 { return leftOver }
    if bytes.byte(at: index) | 0x20 == UInt8(ascii: "e") {
      guard let written = shortExponent(of: bytes, from: index + 1) else { return leftOver }
      exponent += written.value
      index = written.end
    }
    guard let magnitude = magnitude(mantissa, exponent) else { return leftOver }
    return Prefix(value: isNegative ? -magnitude : magnitude, end: index)
  }

  /// An exponent of at most four digits.
  private static func shortExponent(of bytes: Span<UInt8>, from start: Int) -> (value: Int, end: Int)? {
    var index = start
    let sign = bytes.byte(at: index)
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { index += 1 }
    let digitsStart = index
    var value = 0
    while index - digitsStart < 5, Byte.isDigit(bytes.byte(at: index)) {
      value = value * 10 + Int(bytes.byte(at: index) &- 0x30)
      index += 1
    }
    guard index > digitsStart, index - digitsStart < 5 else { return nil }
    return (sign == UInt8(ascii: "-") ? -value : value, index)
  }

  /// The float64 nearest to `mantissa` · 10^`exponent`, or nil when the exponent is out of the exact paths' reach.
  @inline(__always)
  static func magnitude(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if exponent == 0 { return Double(mantissa) }
    // Clinger's fast path: both operands are float64s, so one operation rounds once.
    if mantissa < 1 << 53 {
      if exponent < 0, exponent >= -22 { return Double(mantissa) / powersOfTen[-exponent] }
      if exponent > 0, exponent <= 22 { return Double(mantissa) * powersOfTen[exponent] }
    }
    return wideMagnitude(mantissa, exponent)
  }

  /// Exact in 128 bits for |exponent| ≤ 27: 5^27 is the last power of five in 63 bits.
  ///
  /// The quotient or product is cut to 63 or more bits with a sticky last bit, which lies at least ten places below
  /// the 53rd, so the conversion to `Double` rounds as the whole number would. No result is subnormal or infinite:
  /// the largest is below 10^47, the smallest above 10^-28.
  private static func wideMagnitude(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if mantissa == 0 { return 0 }
    if exponent > 0 {
      guard exponent <= 27 else { return nil }
      let product = mantissa.multipliedFullWidth(by: powersOfFive[exponent])
      if product.high == 0 { return Double(product.low) * powerOfTwo(exponent) }
      let shift = product.high.leadingZeroBitCount
      // A shift by 64 gives 0 in Swift, so no case for 0 is needed.
      let top = product.high << UInt64(shift) | product.low >> UInt64(64 - shift)
      let sticky: UInt64 = product.low << UInt64(shift) == 0 ? 0 : 1
      return Double(top | sticky) * powerOfTwo(64 - shift + exponent)
    }
    guard exponent >= -27 else { return nil }
    let power = powersOfFive[-exponent]
    let mantissaShift = mantissa.leadingZeroBitCount
    let powerShift = power.leadingZeroBitCount
    let (numerator, divisor) = (mantissa << UInt64(mantissaShift), power << UInt64(powerShift))
    // The high half is below 2^63 and the divisor is not, so the quotient fits 64 bits, and it has 63 or 64 of them.
    let (quotient, remainder) = divisor.dividingFullWidth((numerator >> 1, numerator << 63))
    let sticky: UInt64 = remainder == 0 ? 0 : 1
    return Double(quotient | sticky) * powerOfTwo(powerShift - mantissaShift - 63 + exponent)
  }

  /// 2^exponent for the exponents above, which lie between -200 and 200.
  @inline(__always)
  private static func powerOfTwo(_ exponent: Int) -> Double {
    Double(bitPattern: UInt64(1_023 + exponent) << 52)
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  private static let powersOfFive: [UInt64] = [
    1, 5, 25, 125, 625, 3_125, 15_625, 78_125, 390_625, 1_953_125, 9_765_625, 48_828_125, 244_140_625, 1_220_703_125,
    6_103_515_625, 30_517_578_125, 152_587_890_625, 762_939_453_125, 3_814_697_265_625, 19_073_486_328_125,
    95_367_431_640_625, 476_837_158_203_125, 2_384_185_791_015_625, 11_920_928_955_078_125, 59_604_644_775_390_625,
    298_023_223_876_953_125, 1_490_116_119_384_765_625, 7_450_580_596_923_828_125,
  ]
}
