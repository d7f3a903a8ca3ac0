/// Varints as whole words, and nested messages whose length is known only after they are written.
enum Varint {
  /// The bytes that `value` takes, 1 to 10.
  @inline(__always)
  static func width(_ value: UInt64) -> Int {
    (63 - (value | 1).leadingZeroBitCount) / 7 + 1
  }

  /// The varint of a value below 2^56 as the low bytes of a word.
  static func word(_ value: UInt64) -> UInt64 {
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
  private var word: UInt64 = 0
  private var width = 1

  /// The bytes that the varint of `timestampMs` takes.
  @inline(__always)
  mutating func width(of timestampMs: Int64) -> Int {
    if timestampMs != self.timestampMs { remember(timestampMs) }
    return width
  }

  /// Writes the timestamp that `width(of:)` was asked about last.
  @inline(__always)
  func write(to writer: inout WireWriter) {
    if width <= 8 {
      writer.lowBytes(of: word, count: width)
    } else {
      // Times before 1970 and after the year two million do not fit into a word.
      writer.varint(UInt64(bitPattern: timestampMs))
    }
  }

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
    byte(tag)
    lowBytes(of: 0, count: width)
    return position
  }

  /// Ends the message that ``openField(_:width:)`` began, moving it if its length needs another width.
  ///
  /// - Returns: the width that was needed: the best guess for the next message of the kind.
  @inline(__always)
  @discardableResult
  mutating func closeField(at start: Int, width: Int) -> Int {
    let length = position - start
    let needed = Varint.width(UInt64(length))
    if needed != width { shiftTail(length: length, by: needed - width) }
    let end = position
    position = start - width
    varint(UInt64(length))
    position = end
    return needed
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
