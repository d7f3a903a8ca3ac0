/// Varints as whole words, and nested messages whose length is known only after they are written.
enum Varint {
  /// The bytes that `value` takes, 1 to 10.
  @inline(__always)
  static func width(_ value: UInt64) -> Int {
    (63 - (value | 1).leadingZeroBitCount) / 7 + 1
  }

  /// The varint of a value below 2^56 as the low bytes of a word.
  @inline(__always)
  static func word(_ value: UInt64) -> UInt64 {
    if value < 0x80 { return value }
    if value < 0x4000 { return value & 0x7f | 0x80 | (value >> 7) << 8 }
    return longWord(value)
  }

  private static func longWord(_ value: UInt64) -> UInt64 {
    var (rest, word, shift) = (value, UInt64(0), UInt64(0))
    while rest >= 0x80 {
      word |= (rest & 0x7f | 0x80) << shift
      rest >>= 7
      shift += 8
    }
    return word | rest << shift
  }

  @inline(__always)
  static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value << 1) ^ (value >> 63))
  }
}

/// The varint of a timestamp, kept from one sample to the next: the samples of one scrape share theirs.
struct TimestampVarint: Sendable {
  private var timestampMs: Int64 = 0
  /// The varint, if it has a width of eight bytes at most.
  private(set) var word: UInt64 = 0
  private var width = 1

  /// The bytes that the varint of `timestampMs` takes.
  @inline(__always)
  mutating func width(of timestampMs: Int64) -> Int {
    if timestampMs != self.timestampMs { remember(timestampMs) }
    return width
  }

  @inline(never)
  private mutating func remember(_ timestampMs: Int64) {
    self.timestampMs = timestampMs
    let value = UInt64(bitPattern: timestampMs)
    width = Varint.width(value)
    word = width <= 8 ? Varint.word(value) : 0
  }
}

extension WireWriter {
  /// Begins a nested message: its tag, and `width` bytes for a length that is not known yet.
  ///
  /// - Returns: where the content begins, for ``closeField(at:width:)``.
  @inline(__always)
  mutating func openField(_ tag: UInt8, width: Int) -> Int {
    lowBytes(of: UInt64(tag), count: 1 &+ width)
    return position
  }

  /// One sample. Its value and time are written even when zero: a receiver cannot then take them for missing, and the
  /// zeros all but vanish in compression.
  ///
  /// - Parameters:
  ///   - tag: of the samples of a series.
  ///   - startTimestampMs: 0 where there is none, or where the message has no place for it.
  @inline(__always)
  mutating func sample(
    _ tag: UInt8, _ value: Double, _ timestampMs: Int64, startTimestampMs: Int64 = 0,
    _ timestamp: inout TimestampVarint, _ startTimestamp: inout TimestampVarint
  ) {
    let width = timestamp.width(of: timestampMs)
    var length = 10 &+ width
    if startTimestampMs != 0 { length += 1 + startTimestamp.width(of: startTimestampMs) }
    // Tag and length of the sample, tag of its value.
    let head = 0x09_0000 | UInt64(tag) | UInt64(truncatingIfNeeded: length) << 8
    if width <= 7 {
      number(head: head, value.bitPattern, tail: 0x10 | timestamp.word << 8, count: 1 &+ width)
    } else {
      // Times before 1970 and after the year 17,800 do not fit into a word behind their tag.
      number(head: head, value.bitPattern, tail: 0x10, count: 1)
      varint(UInt64(bitPattern: timestampMs))
    }
    if startTimestampMs != 0 { varint(0x18, UInt64(bitPattern: startTimestampMs)) }
  }

  /// A field of UTF-8 text.
  @inline(__always)
  mutating func text(_ tag: UInt8, _ bytes: ArraySlice<UInt8>) {
    byte(tag)
    varint(UInt64(bytes.count))
    copy(bytes.span, start: 0, count: bytes.count)
  }

  @inline(__always)
  mutating func double(_ tag: UInt8, _ value: Double) {
    byte(tag)
    double(value)
  }

  @inline(__always)
  mutating func varint(_ tag: UInt8, _ value: UInt64) {
    byte(tag)
    varint(value)
  }
}
