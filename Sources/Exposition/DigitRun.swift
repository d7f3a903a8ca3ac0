import ByteCoding

/// Decimal digits where they stand in a text, eight at a time.
enum DigitRun {
  /// Reads digits from `index` on, up to the first byte that is none, and moves `index` there.
  ///
  /// - Parameter mantissa: what the digits are appended to, modulo 2^64.
  /// - Complexity: O(digits), some ten instructions for eight of them.
  @inline(__always)
  static func read(_ bytes: Span<UInt8>, at index: inout Int, into mantissa: inout UInt64) {
    while index <= bytes.count - 8 {
      // The condition is what the load asks for: no caller has a negative index.
      let values = unsafe bytes.uncheckedWord(at: index) ^ zeros
      let count = leading(values)
      if count == 0 { return }
      mantissa = mantissa &* powersOfTen[count] &+ number(values, count)
      index += count
      if count < 8 { return }
    }
    var digit = bytes.byte(at: index) &- 0x30
    while digit < 10 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index += 1
      digit = bytes.byte(at: index) &- 0x30
    }
  }

  /// Eight zeros as they are written.
  static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// How many bytes of a word, the lowest first, are digits before the first that is none.
  ///
  /// - Parameter values: the word as it stands in the text, xor ``zeros``: digits have become 0 to 9.
  @inline(__always)
  static func leading(_ values: UInt64) -> Int {
    // A byte above 9 sets its highest bit, by itself or by the addition. A carry out of it spoils only bytes behind.
    (((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080).trailingZeroBitCount >> 3
  }

  /// The number that the first `count` of eight digits write, 1 to 8 of them.
  @inline(__always)
  static func number(_ values: UInt64, _ count: Int) -> UInt64 {
    // They move to the end of the word, behind zeros.
    eight(values &<< UInt64(64 - 8 * count))
  }

  /// The number that eight bytes from 0 to 9 write, the first of them lowest: neighbours become pairs, pairs are
  /// weighted by 10^6, 10^4, 100 and 1, and the sum stands in the upper half.
  @inline(__always)
  private static func eight(_ values: UInt64) -> UInt64 {
    let pairs = values &* 10 &+ (values >> 8)
    let mask: UInt64 = 0x0000_00ff_0000_00ff
    return ((pairs & mask) &* 0x000f_4240_0000_0064 &+ ((pairs >> 16) & mask) &* 0x0000_2710_0000_0001) >> 32
  }

  /// From 10^0 to 10^8.
  static let powersOfTen: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
}
