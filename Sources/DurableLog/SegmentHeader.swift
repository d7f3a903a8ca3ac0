import ByteCoding

/// The beginning of a segment's file: the same 64 bytes twice, so that one flipped byte costs nothing.
/// Drawn in docs/formats/log.md.
struct SegmentHeader: Equatable {
  static let copyBytes = 64
  /// Where the first record begins.
  static let bytes = 2 * copyBytes
  static let version: UInt32 = 1
  private static let magic: [UInt8] = [0x47, 0x6f, 0x64, 0x77, 0x69, 0x74, 0x0d, 0x0a]  // "Godwit\r\n"

  var number: SegmentNumber
  /// Samples ever taken before this segment.
  var firstSequence: UInt64
  var createdMs: Int64
  /// Drawn at random per segment and mixed into each record's checksum. Text that a stranger managed to get into a
  /// payload, or a block of another segment, can then not pass for a record when the reader looks for the next one.
  var salt: UInt32

  enum Failure: Error {
    case unreadable
    case formatUnknown(version: UInt32)
  }

  func encoded() -> [UInt8] {
    var copy = Self.magic + [UInt8](repeating: 0, count: Self.copyBytes - Self.magic.count)
    copy.put(Self.version, at: 8)
    copy.put(salt, at: 12)
    copy.put(number, at: 16)
    copy.put(firstSequence, at: 24)
    copy.put(UInt64(bitPattern: createdMs), at: 32)
    copy.put(Checksum.crc32c(copy[..<60]), at: 60)
    return copy + copy
  }

  /// Reads the first copy that is whole.
  static func decoded(_ bytes: [UInt8]) throws(Failure) -> SegmentHeader {
    for start in [0, copyBytes] {
      let end = start + copyBytes
      guard end <= bytes.count, bytes[start..<start + magic.count].elementsEqual(magic),
        Checksum.crc32c(bytes[start..<end - 4]) == bytes.number(UInt32.self, at: end - 4)
      else { continue }
      let version = bytes.number(UInt32.self, at: start + 8)
      guard version == Self.version else { throw .formatUnknown(version: version) }
      return SegmentHeader(
        number: bytes.number(at: start + 16), firstSequence: bytes.number(at: start + 24),
        createdMs: Int64(bitPattern: bytes.number(at: start + 32)), salt: bytes.number(at: start + 12))
    }
    throw .unreadable
  }
}
