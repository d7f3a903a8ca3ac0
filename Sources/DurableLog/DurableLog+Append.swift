import ByteCoding
import Synchronization

extension DurableLog {
  /// Appends one record: one `write(2)`, and a checksum of the payload.
  ///
  /// Either the whole record is in the log when this returns, or it throws and nothing of it is. After any error that
  /// came after `encode`, the next append begins a new segment, so what `encode` assumed to be defined in the old one
  /// never has to be taken back. The log goes on by itself once the cause is gone.
  /// - Parameters:
  ///   - lane: what readers choose records by.
  ///   - kind: handed back to readers; the log gives it no meaning.
  ///   - sampleCount: counted into `endSequence`; at most 2^32 − 1.
  ///   - encode: appends the payload to the bytes, which already hold the room for the header and must not be changed
  ///     otherwise. It is told the segment that the record will be in. It runs under the log's lock, so it must not
  ///     call the log.
  /// - Returns: the position behind the record.
  /// - Complexity: O(payload); no allocation once the buffer has grown to the size of the usual record.
  public func append(
    lane: UInt32, kind: UInt8, sampleCount: Int, encode: (SegmentNumber, inout [UInt8]) -> Void
  ) throws(LogError) -> LogPosition {
    let position = try state.withLock { (state) throws(LogError) -> LogPosition in
      guard !state.isClosed else { throw .closed(directory) }
      guard let sampleCount = UInt32(exactly: sampleCount) else {
        throw .recordTooLarge(directory, what: "samples", count: sampleCount, max: Int(UInt32.max))
      }
      let now = nowMs()
      let file = try writableSegment(&state, now)
      state.record.removeAll(keepingCapacity: true)
      for _ in 0..<RecordHeader.bytes { state.record.append(0) }
      encode(state.end.segment, &state.record)
      try write(
        RecordHeader(
          kind: kind, lane: lane, sampleCount: sampleCount, payloadBytes: 0, payloadChecksum: 0,
          sequence: state.endSequence, timeMs: now),
        to: file, &state)
      return state.end
    }
    signal.raise()
    return position
  }

  /// Completes the header of the record in `state.record`, writes it and publishes the new end.
  private func write(_ draft: RecordHeader, to file: any LogFile, _ state: inout LogState) throws(LogError) {
    precondition(
      state.record.count >= RecordHeader.bytes, "encode removed bytes of the header: \(state.record.count) left")
    let payloadBytes = state.record.count - RecordHeader.bytes
    let payloadBytesMax = min(settings.payloadBytesMax, LogSettings.payloadBytesLimit)
    guard payloadBytes <= payloadBytesMax else {
      state.seal()
      state.record = []
      throw .recordTooLarge(
        path(of: state.end.segment), what: "bytes", count: payloadBytes, max: payloadBytesMax)
    }
    var header = draft
    header.payloadBytes = UInt32(payloadBytes)
    header.payloadChecksum = Checksum.crc32c(state.record[RecordHeader.bytes...])
    let last = state.segments.count - 1
    let start = state.end.offset
    let seed = RecordHeader.seed(salt: state.segments[last].salt, offset: start)
    header.put(into: &state.record, at: 0, seed: seed)
    do {
      try file.writeAll(state.record, at: start)
    } catch {
      // If the torn record cannot be cut off, it stays: readers stop at the published end, and after a restart know it
      // by its missing rest.
      try? file.truncate(to: start)
      state.seal()
      throw .writing(path(of: state.end.segment), at: state.end, error)
    }
    state.end.offset += header.recordBytes
    state.endSequence = header.nextSequence
    state.segments[last].end = state.end.offset
    state.segments[last].endSequence = state.endSequence
    state.segments[last].lastAppendMs = header.timeMs
  }

  /// The segment that takes the next record; a new one if the last is full, old or sealed.
  private func writableSegment(_ state: inout LogState, _ now: Int64) throws(LogError) -> any LogFile {
    if let last = state.segments.last, last.isGrowing {
      let age = now.subtractingReportingOverflow(last.createdMs)
      let isOld = !age.overflow && age.partialValue >= settings.segmentAgeMaxMs
      if isOld || last.end >= settings.segmentBytesMax { state.seal() }
    }
    if let file = state.active { return file }
    return try beginSegment(&state, now)
  }

  private func beginSegment(_ state: inout LogState, _ now: Int64) throws(LogError) -> any LogFile {
    let header = SegmentHeader(
      number: state.nextNumber, firstSequence: state.endSequence, createdMs: now, salt: .random(in: 0...UInt32.max))
    let path = path(of: header.number)
    try syncOldestIfMany(&state)
    let file: any LogFile
    do {
      file = try disk.open(path, .new)
    } catch {
      // Whoever put a file there, its number is used. The next append tries the one after it.
      if error.kind == .nameTaken { state.nextNumber += 1 }
      throw .opening(path, error)
    }
    do {
      try file.writeAll(header.encoded(), at: 0)
      // The name must be on disk before a ledger can speak of it: a number that came back after a power cut would
      // stand for other records.
      try disk.synchronizeDirectory(directory + "/segments")
    } catch {
      do { try disk.remove(path) } catch { state.nextNumber += 1 }
      throw .writing(path, error)
    }
    state.nextNumber += 1
    state.active = file
    state.segments.append(
      SegmentEntry(
        number: header.number, salt: header.salt, firstSequence: header.firstSequence, createdMs: now,
        end: UInt64(SegmentHeader.bytes), endSequence: state.endSequence, lastAppendMs: now, isGrowing: true))
    state.end = LogPosition(segment: header.number, offset: UInt64(SegmentHeader.bytes))
    return file
  }

  /// Keeps the count of open files bounded where nobody calls `sync`.
  private func syncOldestIfMany(_ state: inout LogState) throws(LogError) {
    guard state.unsynced.count >= Self.unsyncedSegmentsMax else { return }
    let oldest = state.unsynced.removeFirst()
    do { try oldest.synchronize() } catch { throw .syncing(directory + "/segments", error) }
  }

  private static let unsyncedSegmentsMax = 16
}
