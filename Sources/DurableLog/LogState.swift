/// What the log keeps about one segment.
struct SegmentEntry: Sendable {
  let number: SegmentNumber
  let salt: UInt32
  let firstSequence: UInt64
  let createdMs: Int64
  /// Where the published part ends: for a segment found at start the end of its file, torn tail included.
  var end: UInt64
  /// Samples ever taken up to `end`; nil where the next segment, which would tell, is missing.
  var endSequence: UInt64?
  var lastAppendMs: Int64
  /// Takes further records.
  var isGrowing: Bool
}

/// All of the log that changes, guarded by one lock.
struct LogState: Sendable {
  /// In ascending order. Only the last one may be growing.
  var segments: [SegmentEntry] = []
  var nextNumber: SegmentNumber = 1
  var endSequence: UInt64 = 0
  var end: LogPosition = .start
  /// Everything before this has been confirmed by the disk.
  var synced: LogPosition = .start
  /// The file of the growing segment.
  var active: (any LogFile)?
  /// Files of full segments that wait for their last sync.
  var unsynced: [any LogFile] = []
  /// The record being made; reused from append to append.
  var record: [UInt8] = []
  var isClosed = false

  /// Index of the first segment whose number is at least `number`.
  func index(atOrAfter number: SegmentNumber) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Lets no further record into the active segment: the next append begins a new one.
  mutating func seal() {
    guard let file = active else { return }
    active = nil
    unsynced.append(file)
    segments[segments.count - 1].isGrowing = false
  }
}
