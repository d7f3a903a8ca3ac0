/// Reads protobuf that came from outside. It never traps: every length is compared with what is left before use.
///
/// A reader covers a range of an array that it does not own: bytes are passed to each call, so that nested readers
/// cost two integers and no reference.
struct ProtobufReader {
  enum WireType: UInt8 { case varint = 0, fixed64, lengthDelimited, groupStart, groupEnd, fixed32 }

  /// The number and wire type in front of a value.
  struct Tag {
    var field: Int
    var type: WireType
  }

  private(set) var position: Int
  let end: Int
  /// The message being read, for errors.
  let message: StaticString

  init(_ range: Range<Int>, _ message: StaticString) {
    position = range.lowerBound
    end = range.upperBound
    self.message = message
  }

  func error(_ code: DecodingError.Code, _ detail: String) -> DecodingError {
    DecodingError(code, at: position, "\(message): \(detail)")
  }

  /// The next tag, or nil at the end of the message.
  mutating func nextTag(_ bytes: Span<UInt8>) throws(DecodingError) -> Tag? {
    if position == end { return nil }
    let key = try varint(bytes)
    let field = key >> 3
    // Field numbers have 29 bits, and 0 is none.
    guard field > 0 && field < 1 << 29 else { throw error(.invalidTag, "a tag names the field \(field)") }
    guard let type = WireType(rawValue: UInt8(key & 7)) else {
      throw error(.invalidTag, "field \(field) has the unknown wire type \(key & 7)")
    }
    return Tag(field: Int(field), type: type)
  }

  mutating func varint(_ bytes: Span<UInt8>) throws(DecodingError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      // The tenth byte holds the last bit of 64.
      if shift == 63 && byte > 1 { throw error(.varintOverflow, "a varint exceeds 64 bits") }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw error(.truncated, "a varint is cut off")
  }

  mutating func fixed64(_ bytes: Span<UInt8>) throws(DecodingError) -> UInt64 {
    guard end - position >= 8 else { throw error(.truncated, "a 64-bit value is cut off") }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += 8
    return value
  }

  /// The range of a length-delimited value, which the reader then is past.
  mutating func range(_ bytes: Span<UInt8>) throws(DecodingError) -> Range<Int> {
    let length = try varint(bytes)
    guard length <= UInt64(end - position) else {
      throw error(.truncated, "a length of \(length) bytes where \(end - position) are left")
    }
    let start = position
    position += Int(length)
    return start..<position
  }

  // MARK: - Values of one field

  mutating func varint(_ tag: Tag, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt64 {
    try require(.varint, tag)
    return try varint(bytes)
  }

  mutating func int64(_ tag: Tag, _ bytes: Span<UInt8>) throws(DecodingError) -> Int64 {
    Int64(bitPattern: try varint(tag, bytes))
  }

  /// Longer varints lose their high bits, as protobuf prescribes for 32-bit fields.
  mutating func sint32(_ tag: Tag, _ bytes: Span<UInt8>) throws(DecodingError) -> Int32 {
    let value = UInt32(truncatingIfNeeded: try varint(tag, bytes))
    return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
  }

  mutating func double(_ tag: Tag, _ bytes: Span<UInt8>) throws(DecodingError) -> Double {
    try require(.fixed64, tag)
    return Double(bitPattern: try fixed64(bytes))
  }

  mutating func range(_ tag: Tag, _ bytes: Span<UInt8>) throws(DecodingError) -> Range<Int> {
    try require(.lengthDelimited, tag)
    return try range(bytes)
  }

  /// The range of a text field, checked to be UTF-8.
  mutating func text(_ tag: Tag, _ bytes: Span<UInt8>, _ name: StaticString) throws(DecodingError) -> Range<Int> {
    let range = try range(tag, bytes)
    do {
      _ = try UTF8Span(validating: bytes.extracting(range))
    } catch {
      throw DecodingError(.invalidUTF8, at: range.lowerBound, "\(message).\(name) is not UTF-8")
    }
    return range
  }

  /// Appends a repeated number, packed or not, taking each from the `budget` of elements.
  mutating func numbers<Number>(
    _ tag: Tag, _ type: WireType, _ bytes: Span<UInt8>, to numbers: inout [Number], _ budget: inout ElementBudget,
    _ convert: (UInt64) -> Number
  ) throws(DecodingError) {
    if tag.type == type {
      try budget.take(self)
      numbers.append(convert(try number(type, bytes)))
      return
    }
    var packed = ProtobufReader(try range(tag, bytes), message)
    while packed.position < packed.end {
      try budget.take(packed)
      numbers.append(convert(try packed.number(type, bytes)))
    }
  }

  mutating func skip(_ tag: Tag, _ bytes: Span<UInt8>) throws(DecodingError) {
    switch tag.type {
    case .varint: _ = try varint(bytes)
    case .fixed64: try skip(count: 8)
    case .fixed32: try skip(count: 4)
    case .lengthDelimited: _ = try range(bytes)
    case .groupStart, .groupEnd: throw error(.invalidTag, "field \(tag.field) is a group, which proto3 does not have")
    }
  }

  private mutating func number(_ type: WireType, _ bytes: Span<UInt8>) throws(DecodingError) -> UInt64 {
    type == .fixed64 ? try fixed64(bytes) : try varint(bytes)
  }

  private mutating func skip(count: Int) throws(DecodingError) {
    guard end - position >= count else { throw error(.truncated, "a value of \(count) bytes is cut off") }
    position += count
  }

  private func require(_ type: WireType, _ tag: Tag) throws(DecodingError) {
    guard tag.type == type else {
      throw error(.wrongWireType, "field \(tag.field) has wire type \(tag.type.rawValue), not \(type.rawValue)")
    }
  }
}

/// How many more elements a request may hold.
struct ElementBudget {
  private var left: Int

  init(_ count: Int) { left = count }

  @inline(__always)
  mutating func take(_ reader: ProtobufReader) throws(DecodingError) {
    if left == 0 { throw reader.error(.tooManyElements, Self.reason) }
    left -= 1
  }

  /// Takes `count` elements that need no reading; they end at `offset`.
  mutating func take(_ count: Int, at offset: Int) throws(DecodingError) {
    if left < count { throw DecodingError(.tooManyElements, at: offset, Self.reason) }
    left -= count
  }

  private static let reason = "the request holds more elements than allowed"
}
