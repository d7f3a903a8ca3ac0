/// Variable-length integers: seven bits a byte, least significant first, as in Protocol Buffers.
public enum Varint {
  /// Appends `value`, one to ten bytes.
  public static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends `value`, one to five bytes, to what has room for them.
  @inlinable
  public static func append(_ value: UInt32, to bytes: inout OutputSpan<UInt8>) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a signed number so that small magnitudes stay short.
  public static func appendSigned(_ value: Int64, to bytes: inout [UInt8]) {
    append(UInt64(bitPattern: (value << 1) ^ (value >> 63)), to: &bytes)
  }
}

/// Reads little-endian numbers, varints and runs of bytes from a range of an array, never past its end.
///
/// Each call returns nil when the bytes do not hold what was asked for; the reader then stays where it was.
public struct ByteReader {
  @usableFromInline let bytes: [UInt8]
  @usableFromInline var next: Int
  public let end: Int

  public init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    next = range.lowerBound
    end = range.upperBound
  }

  public init(_ bytes: [UInt8]) { self.init(bytes, in: 0..<bytes.count) }

  @inlinable public var position: Int { next }
  @inlinable public var remaining: Int { end - next }
  @inlinable public var isAtEnd: Bool { next == end }

  @inlinable
  public mutating func byte() -> UInt8? {
    guard next < end else { return nil }
    defer { next += 1 }
    return bytes[next]
  }

  @inlinable
  public mutating func varint() -> UInt64? {
    // Nearly all of them have one byte.
    guard next < end, bytes[next] < 0x80 else { return longVarint() }
    defer { next += 1 }
    return UInt64(bytes[next])
  }

  @usableFromInline
  mutating func longVarint() -> UInt64? {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    var index = next
    while index < end && shift < 64 {
      let byte = bytes[index]
      index += 1
      // The tenth byte holds the one bit that is left.
      if shift == 63 && byte > 1 { return nil }
      result |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 {
        next = index
        return result
      }
      shift += 7
    }
    return nil
  }

  public mutating func signedVarint() -> Int64? {
    guard let raw = varint() else { return nil }
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  /// A varint that must fit what is allowed, for counts and lengths: nil when it is above `maximum`, which allows
  /// nothing when it is negative.
  @inlinable
  public mutating func count(max maximum: Int) -> Int? {
    let start = next
    guard maximum >= 0, let value = varint(), value <= UInt64(maximum) else {
      next = start
      return nil
    }
    return Int(value)
  }

  public mutating func uint32() -> UInt32? {
    guard remaining >= 4 else { return nil }
    defer { next += 4 }
    return LittleEndian.uint32(bytes, at: next)
  }

  public mutating func uint64() -> UInt64? {
    guard remaining >= 8 else { return nil }
    defer { next += 8 }
    return LittleEndian.uint64(bytes, at: next)
  }

  public mutating func double() -> Double? { uint64().map { Double(bitPattern: $0) } }

  public mutating func slice(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, remaining >= count else { return nil }
    defer { next += count }
    return bytes[next..<next + count]
  }

  /// Moves past `count` bytes and says where they lie.
  public mutating func range(_ count: Int) -> Range<Int>? {
    guard count >= 0, remaining >= count else { return nil }
    defer { next += count }
    return next..<next + count
  }
}
