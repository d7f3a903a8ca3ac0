public import RemoteWriteProtocol

/// A message of a kind that is taken, decompressed.
public struct OpenedMessage: Sendable {
  public let version: WriteMessageVersion
  public let headers: WriteHeaders
  public let bytes: [UInt8]
  public let compressedByteCount: Int
}

/// What a store knows of the series of a message before anybody has read their labels.
///
/// A sender mostly sends what it sent before with other numbers. A series that was read, checked and taken once is known
/// by its key from then on, and reading it again would find the same.
public struct Recognition: Sendable {
  public let scan: MessageScan
  /// For each series of the scan what the store calls it, 0 for one that it does not know. A series that is not plain
  /// is never known.
  public let marks: [UInt64]
  /// What the labels and metadata of the known ones take, written out.
  public let labelByteCount: Int
  public let knownCount: Int
  /// What the store tells apart requests under way by.
  public let visit: Int

  public init(scan: MessageScan, marks: [UInt64], labelByteCount: Int, knownCount: Int, visit: Int) {
    self.scan = scan
    self.marks = marks
    self.labelByteCount = labelByteCount
    self.knownCount = knownCount
    self.visit = visit
  }

  /// How many series are left to be read.
  public var restCount: Int { marks.count - knownCount }

  /// Where those stand.
  var restPlaces: [Int] { marks.indices.filter { marks[$0] == 0 } }
}
