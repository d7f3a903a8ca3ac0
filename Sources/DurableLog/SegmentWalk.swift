/// Goes through one segment from header to header and finds the way again after damage.
///
/// It decides what the bytes are; what that means for an endpoint is the reader's business. O(1) per record, and
/// payloads are not looked at.
struct SegmentWalk: Sendable {
  enum Step: Equatable {
    case record(RecordHeader, at: UInt64)
    /// No header could be read in this range. The walk goes on behind it: at a record, whose sequence is given, or at
    /// the limit.
    case damaged(Range<UInt64>, resumingAt: UInt64?)
    /// An append that was begun and not finished, up to the limit.
    case torn(Range<UInt64>)
    case end
  }

  let file: any LogFile
  private let salt: UInt32
  /// Where the next step begins.
  private(set) var offset: UInt64
  /// The sequence that the next record should have; nil as long as none is known.
  var expectedSequence: UInt64?

  init(file: any LogFile, salt: UInt32, from offset: UInt64, expectedSequence: UInt64?) {
    self.file = file
    self.salt = salt
    self.offset = offset
    self.expectedSequence = expectedSequence
  }

  /// - Parameter limit: where the published part of the segment ends.
  mutating func step(limit: UInt64, _ window: inout ReadWindow) throws(DiskFailure) -> Step {
    guard offset < limit else { return .end }
    let start = offset
    guard limit - start >= UInt64(RecordHeader.bytes),
      let index = try window.index(of: start, wanted: RecordHeader.bytes, limit: limit, in: file)
    else {
      offset = limit
      return .torn(start..<limit)
    }
    if let header = RecordHeader(window.bytes, at: index, seed: RecordHeader.seed(salt: salt, offset: start)) {
      // Neither can overflow: a record is at most 64 MiB and a header.
      guard header.recordBytes + UInt64(header.followingBytes) <= limit - start else {
        offset = limit
        return .torn(start..<limit)
      }
      offset = start + header.recordBytes
      expectedSequence = header.nextSequence
      return .record(header, at: start)
    }
    let next = try nextHeader(after: start, limit: limit, &window)
    offset = next?.offset ?? limit
    return .damaged(start..<offset, resumingAt: next?.sequence)
  }

  /// The first place behind `start` where a header is whole.
  private func nextHeader(
    after start: UInt64, limit: UInt64, _ window: inout ReadWindow
  ) throws(DiskFailure) -> (offset: UInt64, sequence: UInt64)? {
    let headerBytes = UInt64(RecordHeader.bytes)
    let firstByte = UInt8(truncatingIfNeeded: RecordHeader.marker)
    var position = start + 1
    while limit - position >= headerBytes {
      let span = min(limit - position, UInt64(ReadWindow.scanBlockBytes))
      guard let index = try window.index(of: position, wanted: Int(span), limit: limit, in: file) else { return nil }
      let candidates = span - headerBytes + 1
      for ahead in 0..<candidates where window.bytes[index + Int(ahead)] == firstByte {
        let seed = RecordHeader.seed(salt: salt, offset: position + ahead)
        if let header = RecordHeader(window.bytes, at: index + Int(ahead), seed: seed) {
          return (position + ahead, header.sequence)
        }
      }
      position += candidates
    }
    return nil
  }
}
