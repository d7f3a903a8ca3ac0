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
  /// - Complexity: O(payload); no allocation once the buffer has grown to the size of the usual record.
  public func append(
    lane: UInt32, kind: UInt8, sampleCount: Int, encode: (SegmentNumber, inout [UInt8]) -> Void
  ) throws(LogError) -> LogPosition {
    let (position, syncFailures) = try writer.withLock { (writer) throws(LogError) -> (LogPosition, Int) in
      guard !state.withLock({ $0.isClosed }) else { throw .closed(directory) }
      guard let sampleCount = UInt32(exactly: sampleCount) else {
        throw .recordTooLarge(directory, what: "samples", count: sampleCount, max: Int(UInt32.max))
      }
      let now = nowMs()
      wait.begin(.append, atMs: now)
      defer { wait.end(.append) }
      let file = try writableSegment(&writer, now)
      // Nobody else moves the end while the writer's lock is held.
      let (start, sequence) = state.withLock { ($0.end, $0.endSequence) }
      writer.record.removeAll(keepingCapacity: true)
      for _ in 0..<RecordHeader.bytes { writer.record.append(0) }
      encode(start.segment, &writer.record)
      let header = try write(
        RecordHeader(
          kind: kind, lane: lane, sampleCount: sampleCount, payloadBytes: 0, payloadChecksum: 0,
          sequence: sequence, timeMs: now),
        to: file, at: start, &writer)
      return state.withLock { state in
        state.publish(header)
        return (state.end, state.syncFailures)
      }
    }
    signal.raise(Append(lane: lane, sampleCount: sampleCount))
    if case .everyAppend = settings.syncPolicy { try awaitConfirmation(upTo: position, failures: syncFailures) }
    return position
  }

  /// Completes the header of the record in `writer.record` and writes it.
  private func write(
    _ draft: RecordHeader, to file: any LogFile, at start: LogPosition, _ writer: inout LogWriter
  ) throws(LogError) -> RecordHeader {
    precondition(
      writer.record.count >= RecordHeader.bytes, "encode removed bytes of the header: \(writer.record.count) left")
    let payloadBytes = writer.record.count - RecordHeader.bytes
    let payloadBytesMax = min(settings.payloadBytesMax, LogSettings.payloadBytesLimit)
    guard payloadBytes <= payloadBytesMax else {
      seal(&writer)
      writer.record = []
      throw .recordTooLarge(path(of: start.segment), what: "bytes", count: payloadBytes, max: payloadBytesMax)
    }
    var header = draft
    header.payloadBytes = UInt32(payloadBytes)
    header.payloadChecksum = Checksum.crc32c(writer.record[RecordHeader.bytes...])
    let salt = state.withLock { $0.segments[$0.segments.count - 1].salt }
    header.put(into: &writer.record, at: 0, seed: RecordHeader.seed(salt: salt, offset: start.offset))
    do {
      try file.writeAll(writer.record, at: start.offset)
    } catch {
      // If the torn record cannot be cut off, it stays: readers stop at the published end, and after a restart know it
      // by its missing rest.
      try? file.truncate(to: start.offset)
      seal(&writer)
      throw .writing(path(of: start.segment), at: start, error)
    }
    return header
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
