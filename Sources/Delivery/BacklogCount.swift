public import DurableLog

/// What waits for an endpoint, counted in the log itself: the other side of the balance that the ledger keeps.
///
/// ```swift
/// let ledger = …                                            // first the ledger, then the log
/// let count = try BacklogCount(of: ledger, in: log)
/// count.difference(to: ledger)                // 0: the balance holds
/// ```
///
/// The ledger knows what waits by subtraction. This counts it by the headers of the records behind each shard's mark, so
/// the two can be held against each other:
/// `taken = acknowledged + refused + dropped + expired + damaged + waiting`, with nothing derived from the rest.
public struct BacklogCount: Hashable, Sendable {
  /// In records of the endpoint's lanes that lie behind the marks of their shards.
  public private(set) var samples: UInt64 = 0
  /// What these records take in the log, headers included.
  public private(set) var recordBytes: UInt64 = 0
  /// What the log takes on disk from the low-water mark to the end, whoever's records they are.
  public private(set) var logBytes: UInt64 = 0
  /// When the oldest of these records was appended, milliseconds since the Unix epoch; nil if there is none.
  public private(set) var oldestMs: Int64?
  /// In parts that can no longer be read, as far as something tells how many; they will be settled as damaged.
  public private(set) var lost: UInt64 = 0
  /// How many such parts there are of which nothing tells how many samples they held.
  public private(set) var unknownLosses = 0
  /// The damage and the missing segments behind the low-water mark.
  public private(set) var losses: [LogReadEvent] = []
  /// How many such parts the shard that accounts for them has come past, and another has not. It will have
  /// counted them if it met them so; if they were whole then, nobody counts what the other shard loses.
  public private(set) var lossesPassed = 0
  /// The oldest segment, if a shard stands before it: what lay there is gone and cannot be counted.
  public private(set) var goneBefore: SegmentNumber?
  /// Where a mark lies behind the end of the log, that mark: the log is not the one that the ledger was written beside, or
  /// has lost its end.
  public private(set) var markBeyondEnd: LogPosition?
  /// How many samples the log had taken where the count ended.
  public let endSequence: UInt64

  /// Counts from the marks of `ledger` to the end of `log`.
  ///
  /// The ledger must be from before the call. It may go on meanwhile, and so may the log; segments that are removed
  /// meanwhile are met as missing.
  /// - Complexity: one pass over the headers behind the low-water mark.
  public init(of ledger: DeliveryLedger, in log: some LogSource) throws(LogError) {
    let (end, sequence) = log.endAndSequence
    let segments = log.segments()
    endSequence = sequence
    let first = segments.first.map { LogPosition(segment: $0.number, offset: 0) } ?? end
    // A number that was given up while its segment was begun, before the endpoint was known, held nothing.
    let mayHaveGone = segments.first.map { $0.firstSequence > ledger.startSequence } ?? false
    if ledger.lowWater < first && mayHaveGone { goneBefore = first.segment }
    // An empty log ends before its first segment, which a mark of its end may name with another offset.
    markBeyondEnd = ledger.allMarks.map(\.position).max().flatMap { $0 > end && $0.segment >= end.segment ? $0 : nil }
    let start = max(ledger.lowWater, first)
    for segment in segments where segment.number >= start.segment {
      let from = segment.number == start.segment ? min(start.offset, segment.bytes) : 0
      logBytes &+= segment.bytes - from
    }
    try count(from: start, to: end, ledger, log)
    for mark in ledger.allMarks where mark.position >= start {
      samples -= min(samples, UInt64(mark.samplesDone))
    }
  }

  private mutating func count(
    from start: LogPosition, to end: LogPosition, _ ledger: DeliveryLedger, _ log: some LogSource
  ) throws(LogError) {
    var reader = log.reader(from: start)
    while true {
      let event = try reader.skimNext(to: end) { _ in true }
      switch event {
      case .end: return
      case .record(let record):
        let marks = ledger.marks(at: record.position)
        guard record.position >= marks[LaneShares(count: marks.count).shard(of: record.lane)].position else { continue }
        samples &+= UInt64(record.sampleCount)
        recordBytes &+= record.next.offset - record.position.offset
        oldestMs = min(oldestMs ?? record.timeMs, record.timeMs)
      case .damaged, .missing:
        guard let loss = LogLoss(event) else { continue }
        losses.append(event)
        let marks = ledger.marks(at: loss.from)
        guard loss.from >= marks[LaneShares(count: marks.count).shard(of: loss)].position else {
          lossesPassed += 1
          continue
        }
        if let samples = loss.samples { lost &+= samples } else { unknownLosses += 1 }
      }
    }
  }

  /// How many samples went with the segments before ``goneBefore`` without being settled, by the ledger's own arithmetic:
  /// what is left of the taken when all the rest is accounted for. Nil where nothing is gone, or nothing tells.
  public func gone(by ledger: DeliveryLedger) -> UInt64? {
    guard goneBefore != nil, unknownLosses == 0, let waiting = ledger.waiting(endSequence: endSequence) else {
      return nil
    }
    return waiting - min(waiting, samples &+ lost)
  }

  /// By how many samples the ledger and the log disagree: positive if more was taken than is accounted for, negative if
  /// less, 0 if the balance holds.
  ///
  /// Nil where the log cannot tell, because a part is gone or nothing says what it held.
  public func difference(to ledger: DeliveryLedger) -> Int64? {
    guard goneBefore == nil, unknownLosses == 0, markBeyondEnd == nil else { return nil }
    let taken = endSequence &- ledger.startSequence
    // Wraps into a negative number where more is accounted for than was taken; both are far below 2^63.
    let difference = Int64(bitPattern: taken &- (ledger.settled.total &+ samples &+ lost))
    return difference != 0 && lossesPassed > 0 ? nil : difference
  }
}

/// A part of the log that can no longer be read, damaged or missing.
struct LogLoss {
  /// Where it begins.
  var from: LogPosition
  /// Nil where nothing tells, and where it is of all lanes.
  var lane: UInt32?
  /// How many samples it took, if anything tells.
  var samples: UInt64?

  /// Nil for a record and for the end.
  init?(_ event: LogReadEvent) {
    switch event {
    case .damaged(let damage):
      from = LogPosition(segment: damage.segment, offset: damage.range.lowerBound)
      (lane, samples) = (damage.lane, damage.samples)
    case .missing(let segments, let missing):
      from = LogPosition(segment: segments.lowerBound, offset: 0)
      (lane, samples) = (nil, missing)
    case .record, .end: return nil
    }
  }
}

/// Which shard accounts for what: a record belongs to the shard of its lane; what has no lane, to the first.
struct LaneShares {
  let count: UInt32

  init(count: Int) { self.count = UInt32(clamping: max(1, count)) }

  func shard(of lane: UInt32) -> Int { Int(lane % count) }
  func shard(of loss: LogLoss) -> Int { loss.lane.map(shard(of:)) ?? 0 }
}
