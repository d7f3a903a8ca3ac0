/// A fast 64-bit hash of a run of bytes, for tables that live in memory.
///
/// Thirty-two bytes a step in two chains that do not wait for each other: of each chain two words, one mixed with a
/// secret and one with what came before, are multiplied to 128 bits and folded. The secrets come from the seed, so
/// whoever writes the bytes cannot choose words that cancel. It is not cryptographic, and it is not stable across
/// processes unless the seed is: never store it.
///
/// - Complexity: O(bytes), some 75 instructions for 95 bytes; no allocation.
public struct Hash64: Sendable {
  @usableFromInline let first: UInt64
  @usableFromInline let second: UInt64
  @usableFromInline let third: UInt64

  /// One seed per process, random, so that a peer cannot prepare collisions.
  public static let process = Hash64(seed: UInt64.random(in: .min ... .max))

  public init(seed: UInt64) {
    // Three odd, unrelated words for every seed; the constants are the fractional parts of √2, √3 and √5.
    first = Self.fold(seed ^ 0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b) | 1
    second = Self.fold(first, 0x6a09_e667_f3bc_c909) | 1
    third = Self.fold(second ^ seed, 0x3c6e_f372_fe94_f82b) | 1
  }

  /// The hash of `bytes[range]`. The range must lie within the array.
  @inlinable
  public func callAsFunction(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    callAsFunction(bytes.span.extracting(range))
  }

  @inlinable @inline(__always)
  public func callAsFunction(_ bytes: Span<UInt8>) -> UInt64 {
    let count = bytes.count
    var left = second ^ UInt64(truncatingIfNeeded: count)
    if count >= 16 {
      // Not its own secret: the first two words of the chain could trade places then.
      var right = first
      var index = 0
      // Each step reads 32 bytes from an index that is at least 33 before the end.
      while index < count - 32 {
        left = Self.fold(
          unsafe bytes.uncheckedWord(at: index) ^ first, unsafe bytes.uncheckedWord(at: index + 8) ^ left)
        right = Self.fold(
          unsafe bytes.uncheckedWord(at: index + 16) ^ third, unsafe bytes.uncheckedWord(at: index + 24) ^ right)
        index += 32
      }
      left ^= right
      // More than 16 bytes are left.
      if index < count - 16 {
        left = Self.fold(
          unsafe bytes.uncheckedWord(at: index) ^ first, unsafe bytes.uncheckedWord(at: index + 8) ^ left)
      }
      // The last sixteen bytes, of which there are at least so many, overlap the step before instead of being padded.
      return finish(unsafe bytes.uncheckedWord(at: count - 16), unsafe bytes.uncheckedWord(at: count - 8), left)
    }
    if count >= 8 { return finish(unsafe bytes.uncheckedWord(at: 0), unsafe bytes.uncheckedWord(at: count - 8), left) }
    var rest: UInt64 = 0
    for index in 0..<count { rest = rest << 8 | UInt64(bytes[index]) }
    return finish(rest, 0, left)
  }

  @inlinable @inline(__always)
  func finish(_ low: UInt64, _ high: UInt64, _ state: UInt64) -> UInt64 {
    Self.fold(Self.fold(low ^ first, high ^ state) ^ second, first)
  }

  @inlinable @inline(__always)
  static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
