/// Decimal digits where they stand in a text, eight at a time.
enum DigitRun {
  /// Reads digits from `index` on, up to the first byte that is none, and moves `index` there.
  ///
  /// - Parameter mantissa: what the digits are appended to, modulo 2^64.
  /// - Complexity: O(digits), some ten instructions for eight of them.
  @inline(__always)
  static func read(_ bytes: Span<UInt8>, at index: inout Int, into mantissa: inout UInt64) {
    // Read only through the checked load below.
    let words = unsafe bytes.bytes
    while index <= bytes.count - 8 {
      // The span checks the bounds itself; any eight bytes are a UInt64.
      let word = UInt64(littleEndian: unsafe words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
      let values = word ^ 0x3030_3030_3030_3030
      // A byte above 9 sets its highest bit, by itself or by the addition. A carry out of it spoils only bytes behind.
      let others = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
      let count = others.trailingZeroBitCount >> 3
      if count == 0 { return }
      // The digits move to the end of the word, behind zeros.
      mantissa = mantissa &* powersOfTen[count] &+ eight(values &<< UInt64(64 - 8 * count))
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

  /// The number that eight bytes from 0 to 9 write, the first of them lowest: neighbours become pairs, pairs are
  /// weighted by 10^6, 10^4, 100 and 1, and the sum stands in the upper half.
  @inline(__always)
  private static func eight(_ values: UInt64) -> UInt64 {
    let pairs = values &* 10 &+ (values >> 8)
    let mask: UInt64 = 0x0000_00ff_0000_00ff
    return ((pairs & mask) &* 0x000f_4240_0000_0064 &+ ((pairs >> 16) & mask) &* 0x0000_2710_0000_0001) >> 32
  }

  private static let powersOfTen: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
}
