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

/// What the log shows to whoever looks. Its lock is held for a moment and never across a call to the disk, so a disk
/// that hangs keeps nobody from looking. All but `synced`, the failures of syncs and the removal of segments is changed
/// under the writer's lock alone.
struct LogState: Sendable {
  /// In ascending order. Only the last one may be growing.
  var segments: [SegmentEntry] = []
  var nextNumber: SegmentNumber = 1
  var endSequence: UInt64 = 0
  var end: LogPosition = .start
  /// Everything before this has been confirmed by the disk, but for what a failed sync was about.
  var synced: LogPosition = .start
  /// When the last sync began, or this.
  var lastSync = ContinuousClock.now
  /// Whether there are records that no sync was asked about.
  var hasUnsynced = false
  /// How many syncs have failed, so that an append that waits for one knows that it cannot be sure any more.
  var syncFailures = 0
  var lastSyncFailure: DiskFailure?
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

  mutating func note(_ syncFailure: DiskFailure) {
    // Wraps only after 2^63 failures; the count is compared, never used as a number.
    syncFailures &+= 1
    lastSyncFailure = syncFailure
  }

  /// Shows what has been written to the last segment.
  mutating func publish(byteCount: UInt64, nextSequence: UInt64, timeMs: Int64) {
    let last = segments.count - 1
    end.offset += byteCount
    endSequence = nextSequence
    segments[last].end = end.offset
    segments[last].endSequence = endSequence
    segments[last].lastAppendMs = timeMs
    hasUnsynced = true
  }
}
