import ByteCoding

/// What stands before each payload. It has a checksum of its own, so that a record can be stepped over unread.
/// Drawn in docs/formats/log.md.
struct RecordHeader: Equatable {
  static let bytes = 44
  /// The most bytes that may follow a record in its append: the header has three bytes for their number.
  static let followingBytesMax = 1 << 24 - 1
  /// Has no byte twice and none that is a letter, so text rarely looks like it.
  static let marker: UInt32 = 0xe307_f19d

  var kind: UInt8
  var lane: UInt32
  var sampleCount: UInt32
  var payloadBytes: UInt32
  var payloadChecksum: UInt32
  /// Of the record's first sample, counted over the life of the log.
  var sequence: UInt64
  var timeMs: Int64
  /// Bytes of further records that were appended with this one and lie behind it. Unless they are all there, the append
  /// was never finished, and nothing of it was taken.
  var followingBytes: UInt32

  /// Header and payload.
  var recordBytes: UInt64 { UInt64(Self.bytes) + UInt64(payloadBytes) }

  /// The sequence of the sample after this record.
  var nextSequence: UInt64 {
    // Wraps only after 2^64 samples; a number from a disk must not trap.
    sequence &+ UInt64(sampleCount)
  }

  /// - Parameter seed: see `seed(salt:offset:)`.
  func put(into bytes: inout [UInt8], at index: Int, seed: UInt32) {
    bytes.put(Self.marker, at: index)
    bytes.put(UInt32(kind) | followingBytes << 8, at: index + 4)
    bytes.put(lane, at: index + 8)
    bytes.put(sampleCount, at: index + 12)
    bytes.put(payloadBytes, at: index + 16)
    bytes.put(payloadChecksum, at: index + 20)
    bytes.put(sequence, at: index + 24)
    bytes.put(UInt64(bitPattern: timeMs), at: index + 32)
    bytes.put(Checksum.crc32c(bytes[index..<index + 40], seed: seed), at: index + 40)
  }

  /// Nil unless a whole, unharmed header begins at `index`, where at least `RecordHeader.bytes` must follow.
  init?(_ bytes: [UInt8], at index: Int, seed: UInt32) {
    guard bytes.number(UInt32.self, at: index) == Self.marker,
      bytes.number(UInt32.self, at: index + 40) == Checksum.crc32c(bytes[index..<index + 40], seed: seed)
    else { return nil }
    let payloadBytes = bytes.number(UInt32.self, at: index + 16)
    guard payloadBytes <= LogSettings.payloadBytesLimit else { return nil }
    self.init(
      kind: bytes[index + 4], lane: bytes.number(at: index + 8), sampleCount: bytes.number(at: index + 12),
      payloadBytes: payloadBytes, payloadChecksum: bytes.number(at: index + 20),
      sequence: bytes.number(at: index + 24), timeMs: Int64(bitPattern: bytes.number(at: index + 32)),
      followingBytes: bytes.number(UInt32.self, at: index + 4) >> 8)
  }

  init(
    kind: UInt8, lane: UInt32, sampleCount: UInt32, payloadBytes: UInt32, payloadChecksum: UInt32, sequence: UInt64,
    timeMs: Int64, followingBytes: UInt32 = 0
  ) {
    self.kind = kind
    self.lane = lane
    self.sampleCount = sampleCount
    self.payloadBytes = payloadBytes
    self.payloadChecksum = payloadChecksum
    self.sequence = sequence
    self.timeMs = timeMs
    self.followingBytes = followingBytes
  }

  /// What the header's checksum begins with. The offset is in it so that a block which the disk put in the wrong place
  /// is not believed.
  static func seed(salt: UInt32, offset: UInt64) -> UInt32 {
    // Mixing, not counting: it may wrap.
    salt &+ UInt32(truncatingIfNeeded: offset)
  }
}
