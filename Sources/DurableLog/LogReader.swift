import ByteCoding

/// Reads the records of some lanes, in order, from a position on.
///
/// ```swift
/// var reader = LogReader(log, from: position)
/// reading: while true {
///   switch try reader.next(wanted: { $0 % 4 == shard }) {
///   case .record(let record): deliver(reader.bytes[record.payload])
///   case .end: break reading  // wait until log.listen(…) calls
///   case .damaged(let damage): count(damage)
///   case .missing(let segments, let samples): count(segments, samples)
///   }
/// }
/// ```
///
/// It has one owner; any number of readers work beside each other and beside the writer. It never reads beyond what
/// has been published. Damage costs the records it hit and nothing else. O(1) for a record of another lane, whose
/// payload is neither looked at nor checked; O(payload) otherwise, without allocation once the buffer has its size.
public struct LogReader: ~Copyable, Sendable {
  /// Where the next event begins.
  public private(set) var position: LogPosition

  /// What the payload ranges of records are in. Valid until the next call of `next` or `skim`; a copy held beyond that
  /// is safe, at the price of a new buffer.
  public var bytes: [UInt8] { window.bytes }

  private let log: DurableLog
  private var readAhead = ReadAhead()
  private var window = ReadWindow(blockBytes: ReadAhead().bytes)
  private var current: Current?
  /// A segment whose file was gone when it was to be opened.
  private var lost: SegmentNumber?
  /// The range that ended the walk through the current segment without being a record.
  private var tail: Range<UInt64>?

  /// The segment being read.
  private struct Current: Sendable {
    var entry: SegmentEntry
    var walk: SegmentWalk
  }

  /// - Parameter position: a position that the log or a reader gave, in this life of the process or a former one.
  ///   `LogPosition.start` means the oldest record there is.
  public init(_ log: DurableLog, from position: LogPosition) {
    self.log = log
    self.position = position
  }

  /// The next event among the lanes wanted.
  /// - Throws: `readFailed` or `fileNotOpened` when the disk does not answer; a later call tries the same place again.
  public mutating func next(wanted: (_ lane: UInt32) -> Bool) throws(LogError) -> LogReadEvent {
    try advance(wanted: wanted, until: nil)
  }

  /// Steps over all records that begin before `target`, reading nothing but headers: to account for what expires.
  public mutating func skim(
    to target: LogPosition, wanted: (_ lane: UInt32) -> Bool
  ) throws(LogError) -> LogSkim {
    var skim = LogSkim()
    while true {
      let event = try advance(wanted: wanted, until: target)
      switch event {
      case .record(let record): skim.samples &+= UInt64(record.sampleCount)
      case .damaged, .missing: skim.losses.append(event)
      case .end: return skim
      }
    }
  }

  /// The next event before `target`, reading nothing but headers: the payload of a record is empty and not checked. The
  /// end is `target`, or that of the log.
  public mutating func skimNext(
    to target: LogPosition, wanted: (_ lane: UInt32) -> Bool
  ) throws(LogError) -> LogReadEvent {
    try advance(wanted: wanted, until: target)
  }

  /// Gives the memory of ``bytes`` back until the next read, for a reader that has come to the end and may stay there.
  public mutating func giveBack() { window.giveBack() }

  private mutating func advance(
    wanted: (UInt32) -> Bool, until target: LogPosition?
  ) throws(LogError) -> LogReadEvent {
    while true {
      if let target, position >= target { return .end }
      guard let entry = current?.entry else {
        switch try enter() {
        case .nothing: return .end
        case .passed(let event): return event
        case .entered: continue
        }
      }
      let start = position
      switch try step(limit: entry.end) {
      case .record(let header, _):
        let isWanted = wanted(header.lane)
        readAhead.meet(recordBytes: header.recordBytes, isRead: isWanted && target == nil)
        window.blockBytes = readAhead.bytes
        guard isWanted else { continue }
        return try event(header, from: start, in: entry, isRead: target == nil)
      case .damaged(let range, let sequence):
        return damageEvent(range, resumingAt: sequence, in: entry)
      case .torn(let range): tail = range
      case .end:
        if let event = try finish(entry) { return event }
      }
    }
  }

  private mutating func step(limit: UInt64) throws(LogError) -> SegmentWalk.Step {
    do {
      let step = try current?.walk.step(limit: limit, &window) ?? .end
      position.offset = current?.walk.offset ?? position.offset
      return step
    } catch {
      throw .reading(log.path(of: position.segment), at: position, error)
    }
  }
}

// MARK: - From segment to segment

extension LogReader {
  private enum Entrance {
    case nothing
    case entered
    case passed(LogReadEvent)
  }

  /// Opens the segment of `position`, or the one that comes next if that is gone.
  private mutating func enter() throws(LogError) -> Entrance {
    let number = position.segment
    if lost != number, let entry = log.entry(number) { return try open(entry, at: position.offset) }
    if let next = log.entry(after: number) {
      // Offset 0 names no record, so nothing is missing of that segment; and what is lost has been reported.
      let firstGone = position.offset == 0 || lost == number ? number + 1 : number
      let isFresh = position == .start
      position = LogPosition(segment: next.number, offset: UInt64(SegmentHeader.bytes))
      if isFresh || firstGone == next.number { return .entered }
      return .passed(.missing(segments: firstGone...next.number - 1, samples: nil))
    }
    let oldest = log.oldest
    guard lost != number, oldest.segment < number else { return .nothing }
    // The log was replaced by a younger one. What is in it may have been delivered; it is certainly not to be lost.
    position = oldest
    return .passed(.missing(segments: number...number, samples: nil))
  }

  private mutating func open(_ entry: SegmentEntry, at offset: UInt64) throws(LogError) -> Entrance {
    let path = log.path(of: entry.number)
    let first = UInt64(SegmentHeader.bytes)
    let start = max(offset, first)
    let isWhole = start == first
    do {
      let file = try log.disk.open(path, .existing)
      let walk = SegmentWalk(
        file: file, salt: entry.salt, from: start, expectedSequence: isWhole ? entry.firstSequence : nil)
      window.forget()
      position = LogPosition(segment: entry.number, offset: start)
      current = Current(entry: entry, walk: walk)
      return .entered
    } catch {
      guard error.kind == .nameUnknown else { throw .opening(path, error) }
      lost = entry.number
      position = LogPosition(segment: entry.number, offset: start)
      let samples = isWhole ? entry.endSequence.flatMap { Self.difference(entry.firstSequence, $0) } : nil
      return .passed(.missing(segments: entry.number...entry.number, samples: samples))
    }
  }

  /// At the end of what was known of a segment: takes in what has been appended since, or goes on to the next segment.
  /// - Returns: nil if there is more to read.
  private mutating func finish(_ entry: SegmentEntry) throws(LogError) -> LogReadEvent? {
    let expected = current?.walk.expectedSequence
    let lacking = expected.flatMap { first in entry.endSequence.flatMap { Self.difference(first, $0) } }
    if let lacking, lacking > 0 {
      current?.walk.expectedSequence = entry.endSequence
      let range = tail ?? entry.end..<entry.end
      tail = nil
      return damage(range, .segmentShortened, lane: nil, samples: lacking)
    }
    tail = nil
    let fresh = entry.isGrowing ? log.entry(entry.number) : entry
    if let fresh, fresh.isGrowing || fresh.end > entry.end {
      current?.entry = fresh
      return fresh.end > entry.end ? nil : .end
    }
    guard let next = log.entry(after: entry.number) else { return .end }
    // A segment that was removed while it was read may have grown unseen before.
    let firstGone = fresh == nil ? entry.number : entry.number + 1
    defer { turn(to: next) }
    guard firstGone < next.number else { return nil }
    // A reader that began at the very end of the segment has not met a header there; the gap needs the count.
    // What a death left unfinished behind the last record does not matter: the next segment says how many were taken.
    let counted = expected ?? (try? countedSequence(at: entry.end, in: entry))?.sequence
    let samples = counted.flatMap { Self.difference($0, next.firstSequence) }
    // A number without a sample is one that a process died over while it began the segment.
    return samples == 0 ? nil : .missing(segments: firstGone...next.number - 1, samples: samples)
  }

  private mutating func turn(to next: SegmentEntry) {
    position = LogPosition(segment: next.number, offset: UInt64(SegmentHeader.bytes))
    current = nil
  }

  /// Nil where the order is impossible: numbers from a disk are not trusted to be in order.
  private static func difference(_ first: UInt64, _ end: UInt64) -> UInt64? { end >= first ? end - first : nil }
}

// MARK: - Records and damage

extension LogReader {
  private mutating func event(
    _ header: RecordHeader, from start: LogPosition, in entry: SegmentEntry, isRead: Bool
  ) throws(LogError) -> LogReadEvent {
    var payload = 0..<0
    if isRead {
      let range = start.offset..<start.offset + header.recordBytes
      let samples = UInt64(header.sampleCount)
      guard let index = try load(header, at: start, in: entry) else {
        return damage(range, .segmentShortened, lane: header.lane, samples: samples)
      }
      payload = index + RecordHeader.bytes..<index + Int(header.recordBytes)
      guard Checksum.crc32c(window.bytes[payload]) == header.payloadChecksum else {
        return damage(range, .payloadChanged, lane: header.lane, samples: samples)
      }
    }
    return .record(
      LogRecord(
        kind: header.kind, lane: header.lane, sampleCount: Int(header.sampleCount), sequence: header.sequence,
        timeMs: header.timeMs, position: start, next: position, payload: payload))
  }

  /// Brings a whole record into memory. If the disk does not answer, the reader stands before the record again.
  private mutating func load(
    _ header: RecordHeader, at start: LogPosition, in entry: SegmentEntry
  ) throws(LogError) -> Int? {
    guard let file = current?.walk.file else { return nil }
    do {
      return try window.index(of: start.offset, wanted: Int(header.recordBytes), limit: entry.end, in: file)
    } catch {
      position = start
      current?.walk = SegmentWalk(
        file: file, salt: entry.salt, from: start.offset, expectedSequence: header.sequence)
      throw .reading(log.path(of: start.segment), at: start, error)
    }
  }

  private mutating func damageEvent(
    _ range: Range<UInt64>, resumingAt sequence: UInt64?, in entry: SegmentEntry
  ) -> LogReadEvent {
    let expected: UInt64?
    if let known = current?.walk.expectedSequence {
      expected = known
    } else {
      // Without an answer of the disk the count stays unknown; the damage is reported all the same.
      let counted = try? countedSequence(at: range.lowerBound, in: entry)
      expected = counted.flatMap { $0.isCertain ? $0.sequence : nil }
    }
    let resumed = sequence ?? entry.endSequence
    var samples = expected.flatMap { first in resumed.flatMap { Self.difference(first, $0) } }
    // At the very end of a segment found at start nobody counted what the damaged bytes held, if they held anything.
    if sequence == nil && samples == 0 { samples = nil }
    current?.walk.expectedSequence = resumed
    return damage(range, .headerChanged, lane: nil, samples: samples)
  }

  /// Counts through the segment up to `offset`: the sequence after the last readable record before it, and whether all
  /// between that record and `offset` is readable. Only for what is met before a reader's first record.
  private func countedSequence(
    at offset: UInt64, in entry: SegmentEntry
  ) throws(DiskFailure) -> (sequence: UInt64?, isCertain: Bool) {
    guard let file = current?.walk.file else { return (nil, false) }
    var window = ReadWindow(blockBytes: ReadWindow.scanBlockBytes)
    var walk = SegmentWalk(
      file: file, salt: entry.salt, from: UInt64(SegmentHeader.bytes), expectedSequence: entry.firstSequence)
    var isCertain = true
    // Up to the end, for a record counts only where those that were appended with it are there.
    while walk.offset < offset {
      switch try walk.step(limit: entry.end, &window) {
      case .record: isCertain = true
      case .damaged, .torn: isCertain = false
      case .end: break
      }
    }
    return (walk.expectedSequence, isCertain)
  }

  private func damage(
    _ range: Range<UInt64>, _ reason: LogDamage.Reason, lane: UInt32?, samples: UInt64?
  ) -> LogReadEvent {
    let copy = current.flatMap { log.damaged.copy(range, of: $0.entry.number, in: $0.walk.file) }
    return .damaged(
      LogDamage(
        segment: position.segment, range: range, reason: reason, lane: lane, samples: samples, copiedTo: copy))
  }
}
