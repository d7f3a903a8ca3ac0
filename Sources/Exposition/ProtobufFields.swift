/// Walks the fields of one protobuf message that came from outside. It never traps: every length is compared with what
/// is left before it is used, and nothing is allocated.
///
/// A walker covers a range of bytes that it does not own; they are passed to each call, so nesting costs two integers.
struct ProtobufFields {
  enum Wire: UInt8 { case varint = 0, fixed64, lengthDelimited, groupStart, groupEnd, fixed32 }

  /// The number and wire type in front of a value.
  struct Tag {
    var field: Int
    var wire: Wire
  }

  private(set) var position: Int
  let end: Int

  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  /// The next tag, or nil at the end of the message.
  @inline(__always)
  mutating func next(_ bytes: Span<UInt8>) throws(ExpositionError) -> Tag? {
    if position >= end { return nil }
    let key = try varint(bytes)
    guard let wire = Wire(rawValue: UInt8(key & 7)), key >> 3 > 0, key >> 3 < 1 << 29 else {
      throw ExpositionError(at: position, message: "a tag names field \(key >> 3) with wire type \(key & 7)")
    }
    return Tag(field: Int(key >> 3), wire: wire)
  }

  @inline(__always)
  mutating func varint(_ bytes: Span<UInt8>) throws(ExpositionError) -> UInt64 {
    if position < end {
      let byte = bytes[position]
      if byte < 0x80 {
        position += 1
        return UInt64(byte)
      }
    }
    return try longVarint(bytes)
  }

  private mutating func longVarint(_ bytes: Span<UInt8>) throws(ExpositionError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      // The tenth byte holds the last bit of 64.
      if shift == 63 && byte > 1 { throw ExpositionError(at: position, message: "a varint exceeds 64 bits") }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw ExpositionError(at: position, message: "a varint is cut off")
  }

  mutating func fixed64(_ bytes: Span<UInt8>) throws(ExpositionError) -> UInt64 {
    guard end - position >= 8 else { throw ExpositionError(at: position, message: "a 64-bit value is cut off") }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += 8
    return value
  }

  /// The range of a length-delimited value, which the walker then is past.
  mutating func range(_ bytes: Span<UInt8>) throws(ExpositionError) -> Range<Int> {
    let length = try varint(bytes)
    // A negative length is a huge one here.
    guard length <= UInt64(end - position) else {
      throw ExpositionError(
        at: position, message: "a length of \(length) bytes where \(end - position) are left")
    }
    let start = position
    position += Int(length)
    return start..<position
  }

  // MARK: - Values of one field

  mutating func varint(_ tag: Tag, _ bytes: Span<UInt8>) throws(ExpositionError) -> UInt64 {
    try require(.varint, tag)
    return try varint(bytes)
  }

  mutating func double(_ tag: Tag, _ bytes: Span<UInt8>) throws(ExpositionError) -> Double {
    try require(.fixed64, tag)
    return Double(bitPattern: try fixed64(bytes))
  }

  mutating func range(_ tag: Tag, _ bytes: Span<UInt8>) throws(ExpositionError) -> Range<Int> {
    try require(.lengthDelimited, tag)
    return try range(bytes)
  }

  /// Longer varints lose their high bits, as protobuf prescribes for 32-bit fields.
  mutating func sint32(_ tag: Tag, _ bytes: Span<UInt8>) throws(ExpositionError) -> Int32 {
    let value = UInt32(truncatingIfNeeded: try varint(tag, bytes))
    return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
  }

  /// Appends a repeated number, packed or not, up to `max` of them.
  mutating func numbers<Number>(
    _ tag: Tag, _ wire: Wire, _ bytes: Span<UInt8>, to numbers: inout [Number], max: Int,
    _ convert: (UInt64) -> Number
  ) throws(ExpositionError) {
    if tag.wire == wire {
      try append(try number(wire, bytes), to: &numbers, max, convert)
      return
    }
    var packed = ProtobufFields(try range(tag, bytes))
    while !packed.isAtEnd { try append(try packed.number(wire, bytes), to: &numbers, max, convert) }
  }

  mutating func skip(_ tag: Tag, _ bytes: Span<UInt8>) throws(ExpositionError) {
    switch tag.wire {
    case .varint: _ = try varint(bytes)
    case .fixed64: try skip(count: 8)
    case .fixed32: try skip(count: 4)
    case .lengthDelimited: _ = try range(bytes)
    case .groupStart, .groupEnd:
      throw ExpositionError(at: position, message: "field \(tag.field) is a group, which these messages do not have")
    }
  }

  private func append<Number>(
    _ value: UInt64, to numbers: inout [Number], _ max: Int, _ convert: (UInt64) -> Number
  ) throws(ExpositionError) {
    guard numbers.count < max else { throw ExpositionError(at: position, message: "more than \(max) elements") }
    numbers.append(convert(value))
  }

  private mutating func number(_ wire: Wire, _ bytes: Span<UInt8>) throws(ExpositionError) -> UInt64 {
    wire == .fixed64 ? try fixed64(bytes) : try varint(bytes)
  }

  private mutating func skip(count: Int) throws(ExpositionError) {
    guard end - position >= count else {
      throw ExpositionError(at: position, message: "a value of \(count) bytes is cut off")
    }
    position += count
  }

  private func require(_ wire: Wire, _ tag: Tag) throws(ExpositionError) {
    guard tag.wire == wire else {
      throw ExpositionError(
        at: position, message: "field \(tag.field) has wire type \(tag.wire.rawValue), not \(wire.rawValue)")
    }
  }
}
