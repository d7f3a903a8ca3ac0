import ByteCoding
import Synchronization

extension DurableLog {
  /// Appends one record: one `write(2)`, and a checksum of the payload. Under `SyncPolicy.everyAppend` it then waits
  /// for the disk to confirm.
  ///
  /// Either the whole record is in the log when this returns, or it throws and nothing of it is. After any error that
  /// came after `encode`, the next append begins a new segment, so what `encode` assumed to be defined in the old one
  /// never has to be taken back. The log goes on by itself once the cause is gone. One error is different: `syncFailed`
  /// under `SyncPolicy.everyAppend` says that the record is in the log and readers get it, but a power cut may take it.
  /// - Parameters:
  ///   - lane: what readers choose records by.
  ///   - kind: handed back to readers; the log gives it no meaning.
  ///   - sampleCount: counted into `endSequence`; at most 2^32 − 1.
  ///   - encode: appends the payload to the bytes, which already hold the room for the header and must not be changed
  ///     otherwise. It is told the segment that the record will be in. It runs under the writer's lock, so it must not
  ///     append or sync.
  /// - Returns: the position behind the record.
  /// - Complexity: O(payload); no allocation once the buffer has grown to the size of the usual append.
  public func append(
    lane: UInt32, kind: UInt8, sampleCount: Int, encode: (SegmentNumber, inout [UInt8]) -> Void
  ) throws(LogError) -> LogPosition {
    try append(each: CollectionOfOne(RecordPlan(lane: lane, kind: kind, sampleCount: sampleCount))) {
      encode($1, &$2)
    }
  }

  /// Appends records one behind the other with one `write(2)`, as ``append(lane:kind:sampleCount:encode:)`` does one:
  /// either all of them are in the log when this returns, in one segment, or it throws and none of them is. That holds
  /// for a process that dies on the way too.
  ///
  /// - Parameters:
  ///   - plans: 16 MiB together, behind the first, are too large.
  ///   - encode: is told which of the plans it is to encode, one after the other.
  /// - Returns: the position behind the last record.
  public func append(
    _ plans: [RecordPlan], encode: (Int, SegmentNumber, inout [UInt8]) -> Void
  ) throws(LogError) -> LogPosition {
    plans.isEmpty ? end : try append(each: plans, encode: encode)
  }

  private func append<Plans: RandomAccessCollection<RecordPlan>>(
    each plans: Plans, encode: (Int, SegmentNumber, inout [UInt8]) -> Void
  ) throws(LogError) -> LogPosition where Plans.Index == Int {
    let (position, syncFailures) = try writer.withLock { (writer) throws(LogError) -> (LogPosition, Int) in
      guard !state.withLock({ $0.isClosed }) else { throw .closed(directory) }
      for plan in plans where UInt32(exactly: plan.sampleCount) == nil {
        throw .recordTooLarge(directory, what: "samples", count: plan.sampleCount, max: Int(UInt32.max))
      }
      let now = nowMs()
      wait.begin(.append, atMs: now)
      defer { wait.end(.append) }
      let file = try writableSegment(&writer, now)
      // Nobody else moves the end while the writer's lock is held.
      let start = state.withLock { $0.end }
      writer.records.removeAll(keepingCapacity: true)
      writer.starts.removeAll(keepingCapacity: true)
      for index in plans.indices {
        writer.starts.append(writer.records.count)
        for _ in 0..<RecordHeader.bytes { writer.records.append(0) }
        encode(index, start.segment, &writer.records)
      }
      let nextSequence = try putHeaders(plans, at: start, now, &writer)
      try write(to: file, at: start, &writer)
      let byteCount = UInt64(writer.records.count)
      return state.withLock { state in
        state.publish(byteCount: byteCount, nextSequence: nextSequence, timeMs: now)
        return (state.end, state.syncFailures)
      }
    }
    for plan in plans { signal.raise(Append(lane: plan.lane, sampleCount: plan.sampleCount)) }
    if case .everyAppend = settings.syncPolicy { try awaitConfirmation(upTo: position, failures: syncFailures) }
    return position
  }

  /// Completes the headers of `writer.records`.
  ///
  /// - Returns: the sequence behind the last of them.
  private func putHeaders(
    _ plans: some Collection<RecordPlan>, at start: LogPosition, _ now: Int64, _ writer: inout LogWriter
  ) throws(LogError) -> UInt64 {
    let salt = state.withLock { $0.segments[$0.segments.count - 1].salt }
    var sequence = endSequence
    let byteCount = writer.records.count
    let bounds = min(settings.payloadBytesMax, LogSettings.payloadBytesLimit)
    for (number, plan) in plans.enumerated() {
      let first = writer.starts[number]
      let end = number + 1 < writer.starts.count ? writer.starts[number + 1] : byteCount
      let payload = first + RecordHeader.bytes..<end
      guard payload.count <= bounds else { throw tooLarge(payload.count, max: bounds, at: start, &writer) }
      guard byteCount - end <= RecordHeader.followingBytesMax else {
        throw tooLarge(byteCount, max: RecordHeader.followingBytesMax, at: start, &writer)
      }
      let header = RecordHeader(
        kind: plan.kind, lane: plan.lane, sampleCount: UInt32(plan.sampleCount), payloadBytes: UInt32(payload.count),
        payloadChecksum: Checksum.crc32c(writer.records[payload]), sequence: sequence, timeMs: now,
        followingBytes: UInt32(byteCount - end))
      let seed = RecordHeader.seed(salt: salt, offset: start.offset + UInt64(first))
      header.put(into: &writer.records, at: first, seed: seed)
      sequence = header.nextSequence
    }
    return sequence
  }

  /// Gives up an append before anything of it was written.
  private func tooLarge(_ count: Int, max: Int, at start: LogPosition, _ writer: inout LogWriter) -> LogError {
    seal(&writer)
    writer.records = []
    return .recordTooLarge(path(of: start.segment), what: "bytes", count: count, max: max)
  }

  private func write(to file: any LogFile, at start: LogPosition, _ writer: inout LogWriter) throws(LogError) {
    do {
      try file.writeAll(writer.records, at: start.offset)
    } catch {
      // What was written and cannot be cut off stays: readers stop at the published end, and after a restart know the
      // append by its missing rest.
      try? file.truncate(to: start.offset)
      seal(&writer)
      throw .writing(path(of: start.segment), at: start, error)
    }
  }

  /// The segment that takes the next record; a new one if the last is full, old or sealed.
  private func writableSegment(_ writer: inout LogWriter, _ now: Int64) throws(LogError) -> any LogFile {
    if writer.active != nil, let last = state.withLock({ $0.segments.last }) {
      let age = now.subtractingReportingOverflow(last.createdMs)
      let isOld = !age.overflow && age.partialValue >= settings.segmentAgeMaxMs
      if isOld || last.end >= settings.segmentBytesMax { seal(&writer) }
    }
    if let file = writer.active { return file }
    return try beginSegment(&writer, now)
  }

  /// Lets no further record into the active segment: the next append begins a new one.
  func seal(_ writer: inout LogWriter) {
    guard let file = writer.active else { return }
    writer.active = nil
    writer.unsynced.append(file)
    state.withLock { $0.segments[$0.segments.count - 1].isGrowing = false }
  }

  private func beginSegment(_ writer: inout LogWriter, _ now: Int64) throws(LogError) -> any LogFile {
    let (number, sequence) = state.withLock { ($0.nextNumber, $0.endSequence) }
    let header = SegmentHeader(
      number: number, firstSequence: sequence, createdMs: now, salt: .random(in: 0...UInt32.max))
    let path = path(of: number)
    try syncOldestIfMany(&writer)
    let file: any LogFile
    do {
      file = try disk.open(path, .new)
    } catch {
      // Whoever put a file there, its number is used. The next append tries the one after it.
      if error.kind == .nameTaken { state.withLock { $0.nextNumber += 1 } }
      throw .opening(path, error)
    }
    do {
      try file.writeAll(header.encoded(), at: 0)
      // The name must be on disk before a ledger can speak of it: a number that came back after a power cut would
      // stand for other records.
      try disk.synchronizeDirectory(directory + "/segments")
    } catch {
      do { try disk.remove(path) } catch { state.withLock { $0.nextNumber += 1 } }
      throw .writing(path, error)
    }
    writer.active = file
    state.withLock { state in
      state.nextNumber += 1
      state.segments.append(
        SegmentEntry(
          number: number, salt: header.salt, firstSequence: sequence, createdMs: now,
          end: UInt64(SegmentHeader.bytes), endSequence: sequence, lastAppendMs: now, isGrowing: true))
      state.end = LogPosition(segment: number, offset: UInt64(SegmentHeader.bytes))
    }
    return file
  }

  /// Keeps the count of open files bounded where nobody calls `sync`.
  private func syncOldestIfMany(_ writer: inout LogWriter) throws(LogError) {
    guard writer.unsynced.count >= LogWriter.unsyncedSegmentsMax else { return }
    let oldest = writer.unsynced.removeFirst()
    do { try oldest.synchronize() } catch {
      state.withLock { $0.note(error) }
      throw .syncing(directory + "/segments", error)
    }
  }
}
