/// How much of a segment a reader brings into memory at once: as much as has been of use lately.
///
/// A reader of all lanes reads in big blocks. One of few lanes, beside many others of the same log, would copy all of it
/// to look at a fiftieth; it comes to read the headers of the others alone, and of its own records no more than they
/// take.
struct ReadAhead: Sendable {
  /// Large enough to make a system call cheap, small enough to stay in the second-level cache.
  static let bytesMax = 256 << 10
  /// Of smaller records several are copied for less than a system call for each would cost.
  private static let smallRecordBytes = 4 << 10
  private static let smallBlockBytes = 16 << 10

  private(set) var bytes = smallBlockBytes

  /// Takes in what a record turned out to be.
  ///
  /// - Parameter isRead: whether its payload is of use.
  mutating func meet(recordBytes: UInt64, isRead: Bool) {
    if isRead {
      bytes = min(Self.bytesMax, max(bytes, Self.smallBlockBytes / 2) * 2)
    } else if recordBytes < UInt64(Self.smallRecordBytes) {
      bytes = max(bytes / 2, Self.smallBlockBytes)
    } else {
      bytes = bytes / 2 < Self.smallRecordBytes ? RecordHeader.bytes : bytes / 2
    }
  }
}
