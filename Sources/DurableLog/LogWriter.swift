/// What an append works with. Its lock is held across the calls to the disk, so whoever only looks does not take it:
/// that is what `LogState` is for. Who needs both takes this one first.
struct LogWriter: Sendable {
  /// The file of the growing segment.
  var active: (any LogFile)?
  /// Files of full segments that wait for their last sync, oldest first.
  var unsynced: [any LogFile] = []
  /// The records being made, one behind the other, and where each begins; reused from append to append.
  var records: [UInt8] = []
  var starts: [Int] = []

  /// How many full segments may wait for their last sync. It bounds the files held open where nobody syncs.
  static let unsyncedSegmentsMax = 16
}

/// One of the records of an append, but for its payload.
public struct RecordPlan: Sendable {
  /// What readers choose records by.
  public var lane: UInt32
  /// Handed back to readers; the log gives it no meaning.
  public var kind: UInt8
  /// Counted into `endSequence`; at most 2^32 − 1.
  public var sampleCount: Int

  public init(lane: UInt32, kind: UInt8, sampleCount: Int) {
    self.lane = lane
    self.kind = kind
    self.sampleCount = sampleCount
  }
}
