import ByteCoding

/// Walks a message of which only the usual form is of interest: everything else is nil or false, without a reason.
///
/// ``ProtobufReader`` says what is wrong with a message; this one is for telling quickly that nothing is.
struct WireCursor {
  var position: Int
  let end: Int

  @inline(__always)
  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  @inline(__always)
  var isAtEnd: Bool { position == end }

  /// Goes past `tag` if that comes next.
  @inline(__always)
  mutating func take(_ tag: UInt8, _ bytes: Span<UInt8>) -> Bool {
    guard isAt(tag, bytes) else { return false }
    position += 1
    return true
  }

  /// Whether `tag` comes next.
  @inline(__always)
  func isAt(_ tag: UInt8, _ bytes: Span<UInt8>) -> Bool { position < end && bytes[position] == tag }

  /// The eight bytes that come next, of this message and what is behind it; nil where there are not as many.
  @inline(__always)
  func word(_ bytes: Span<UInt8>) -> UInt64? { bytes.count &- position >= 8 ? bytes.word(at: position) : nil }

  @inline(__always)
  mutating func varint(_ bytes: Span<UInt8>) -> UInt64? {
    guard position < end else { return nil }
    let byte = bytes[position]
    if byte < 0x80 {
      position += 1
      return UInt64(byte)
    }
    if position + 1 < end {
      // Most references to symbols and many lengths have two bytes.
      let next = bytes[position + 1]
      if next < 0x80 {
        position += 2
        return UInt64(byte & 0x7f) | UInt64(next) << 7
      }
    }
    return longVarint(bytes)
  }

  /// A varint of more than two bytes, or one that breaks off.
  private mutating func longVarint(_ bytes: Span<UInt8>) -> UInt64? { wideVarint(bytes) }

  /// A varint that mostly has more than two bytes, as times have. Those of up to eight are taken out of one word.
  @inline(__always)
  mutating func wideVarint(_ bytes: Span<UInt8>) -> UInt64? {
    if let word = word(bytes) {
      let stops = ~word & 0x8080_8080_8080_8080
      if stops != 0 {
        let width = stops.trailingZeroBitCount / 8 + 1
        guard width <= end - position else { return nil }
        position += width
        return Self.packed(word & (stops ^ (stops &- 1)))
      }
    }
    return slowVarint(bytes)
  }

  private mutating func slowVarint(_ bytes: Span<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      // The tenth byte holds the last bit of 64.
      if shift == 63 && byte > 1 { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  /// The seven low bits of each byte, side by side: in pairs, then fours, then all eight.
  @inline(__always)
  static func packed(_ word: UInt64) -> UInt64 {
    var bits = word & 0x7f7f_7f7f_7f7f_7f7f
    bits = bits & 0x007f_007f_007f_007f | (bits & 0x7f00_7f00_7f00_7f00) >> 1
    bits = bits & 0x0000_3fff_0000_3fff | (bits & 0x3fff_0000_3fff_0000) >> 2
    return bits & 0x0000_0000_0fff_ffff | (bits & 0x0fff_ffff_0000_0000) >> 4
  }

  /// A varint that is an index of something that has `count` elements.
  @inline(__always)
  mutating func index(_ bytes: Span<UInt8>, below count: Int) -> Int? {
    guard let number = varint(bytes), number < UInt64(count) else { return nil }
    return Int(number)
  }

  @inline(__always)
  mutating func fixed64(_ bytes: Span<UInt8>) -> UInt64? {
    guard end - position >= 8 else { return nil }
    defer { position += 8 }
    return bytes.word(at: position)
  }

  /// The range of a length-delimited value, which the cursor then is past.
  @inline(__always)
  mutating func range(_ bytes: Span<UInt8>) -> Range<Int>? {
    guard let length = varint(bytes), length <= UInt64(truncatingIfNeeded: end &- position) else { return nil }
    let start = position
    position &+= Int(truncatingIfNeeded: length)
    return start..<position
  }

  @inline(__always)
  mutating func skipLengthDelimited(_ bytes: Span<UInt8>) -> Bool { range(bytes) != nil }
}
