/// What a snappy block is made of: bytes as they are, and copies of bytes that came before.
enum SnappyToken {
  /// Copies reach back less than this; the format knows a wider form, which no text of ours repays.
  static let distanceLimit = 1 << 16
  /// Nearer than this, a copy of 4 to 11 bytes takes two bytes; all others take three.
  static let nearLimit = 1 << 11
  static let nearLengths = 4...11

  /// The bytes that a copy takes; beyond 64 bytes it is made of several, which may take one less.
  @inline(__always)
  static func width(length: Int, distance: Int) -> Int {
    if length < 12 && distance < nearLimit { return 2 }
    return length <= 64 ? 3 : (length + 63) / 64 * 3
  }

  /// The most bytes that a block of `count` bytes takes if it is written by ``WireWriter/literal(_:start:count:)`` and
  /// ``WireWriter/copyBack(length:distance:)``, each copy shorter than what it stands for.
  ///
  /// Literals take at most five bytes more than they hold, and one only where a copy before them has saved one.
  static func roomMax(_ count: Int) -> Int { 32 + count + count / 6 }
}

extension WireWriter {
  /// Bytes of `text` as they are.
  @inline(__always)
  mutating func literal(_ text: Span<UInt8>, start: Int, count: Int) {
    if count <= 0 { return }
    if count < 8 && start + 8 <= text.count {
      lowBytes(of: text.word(at: start) << 8 | UInt64(count - 1) << 2, count: count + 1)
      return
    }
    longLiteral(text, start: start, count: count)
  }

  @inline(never)
  private mutating func longLiteral(_ text: Span<UInt8>, start: Int, count: Int) {
    let last = UInt64(count - 1)
    if last < 60 {
      byte(UInt8(truncatingIfNeeded: last << 2))
    } else {
      // The number of bytes that the length takes stands where a short length would.
      let width = (71 - last.leadingZeroBitCount) / 8
      lowBytes(of: UInt64(59 + width) << 2 | last << 8, count: 1 + width)
    }
    copy(text, start: start, count: count)
  }

  /// `length` bytes, 4 at least, that stand `distance` bytes before.
  @inline(__always)
  mutating func copyBack(length: Int, distance: Int) {
    var rest = length
    while rest > 64 {
      // What remains is long enough for a copy of its own.
      let piece = rest < 68 ? 60 : 64
      lowBytes(of: UInt64(piece - 1) << 2 | 2 | UInt64(distance) << 8, count: 3)
      rest -= piece
    }
    if rest < 12 && distance < SnappyToken.nearLimit {
      let (high, low) = (UInt64(distance) >> 8, UInt64(distance) & 0xff)
      lowBytes(of: high << 5 | UInt64(rest - 4) << 2 | 1 | low << 8, count: 2)
    } else {
      lowBytes(of: UInt64(rest - 1) << 2 | 2 | UInt64(distance) << 8, count: 3)
    }
  }
}
