import DurableLog
import SampleLog
import Settings
import Telemetry

/// From the log into the assembler: what of it is this shard's, and what has been lost.
extension Shard {
  /// Reads on until a request is full or there is nothing more to read.
  func fill() -> Filling {
    if reachedBarrier != nil { return .atBarrier }
    let (index, lanes) = (index, lanes)
    var barrierBefore = control.orders.barrier?.position
    while assembler.keptCount < endpoint.settings.queue.maxSamplesPerSend && assembler.columnCount < columnsMax {
      let event: LogReadEvent
      do {
        event = try reader.next { lane in lanes.shard(of: lane) == index }
      } catch {
        endpoint.report.unreadable(error)
        return .unreadable
      }
      let extent = extent(of: event)
      let barrier = control.barrier(afterReading: extent.begin, upTo: extent.end)?.position
      if let barrier, event != .end, extent.begin >= barrier {
        reachedBarrier = barrier
        return .atBarrier
      }
      switch event {
      case .end:
        // A barrier that was raised after the end was read may have records before it that came in between.
        if barrier == barrierBefore {
          reachedBarrier = barrier
          return barrier == nil ? .caughtUp : .atBarrier
        }
      case .record(let record): take(record)
      case .damaged(let damage): takeDamage(damage)
      case .missing(let segments, let samples): takeMissing(segments, samples)
      }
      barrierBefore = barrier
    }
    return .full
  }

  /// The part of the log that an event is about.
  private func extent(of event: LogReadEvent) -> (begin: LogPosition, end: ShardControl.Barrier) {
    switch event {
    case .end: return (reader.position, ShardControl.Barrier(position: reader.position))
    case .record(let record):
      let sequence = record.sequence + UInt64(record.sampleCount)
      return (record.position, ShardControl.Barrier(position: record.next, sequence: sequence))
    case .damaged(let damage):
      let end = LogPosition(segment: damage.segment, offset: damage.range.upperBound)
      return (
        LogPosition(segment: damage.segment, offset: damage.range.lowerBound), ShardControl.Barrier(position: end)
      )
    case .missing(let segments, _):
      let end = LogPosition(segment: segments.upperBound + 1, offset: 0)
      return (LogPosition(segment: segments.lowerBound, offset: 0), ShardControl.Barrier(position: end))
    }
  }

  private func take(_ record: LogRecord) {
    resolver.begin(record.position.segment, oldestWaiting: assembler.oldestSegment)
    let isSettled = record.next <= resumeMark.position
    let first = record.position == resumeMark.position ? min(Int(resumeMark.samplesDone), record.sampleCount) : 0
    do throws(SampleRecordError) {
      try decoded.decode(record, from: reader.bytes)
      resolver.define(decoded.definitions, in: reader.bytes)
    } catch {
      // Later records name what this one has defined before it broke off.
      resolver.define(decoded.definitions, in: reader.bytes)
      if isSettled { return }
      endpoint.report.undecodable(record, error)
      lose(UInt64(record.sampleCount - first), at: record.position, before: record.next, timeMs: record.timeMs)
      return
    }
    if isSettled { return }
    lastTaken = alarm.now()
    assembler.append(
      record, decoded, from: first, resolver,
      RequestAssembler.Filter(
        keepsExemplars: endpoint.settings.sendExemplars, keepsHistograms: endpoint.settings.sendNativeHistograms,
        oldestMs: endpoint.oldestToSendMs))
    if let newest = decoded.newestMs {
      endpoint.metrics.highestRead.raise(to: Double(newest) / 1000)
    }
  }

  private func takeDamage(_ damage: LogDamage) {
    endpoint.report.damaged(damage)
    let position = LogPosition(segment: damage.segment, offset: damage.range.lowerBound)
    guard position >= resumeMark.position else { return }
    // Damage whose lane is unknown is met by every shard; the first one accounts for it.
    let isMine = damage.lane.map { lanes.shard(of: $0) == index } ?? (index == 0)
    let done = position == resumeMark.position ? UInt64(resumeMark.samplesDone) : 0
    let samples = damage.samples ?? 0
    lose(
      isMine && samples > done ? samples - done : 0, at: position,
      before: LogPosition(segment: damage.segment, offset: damage.range.upperBound), timeMs: 0)
  }

  private func takeMissing(_ segments: ClosedRange<SegmentNumber>, _ samples: UInt64?) {
    endpoint.report.missing(segments, samples)
    guard index == 0 else { return }
    lose(
      samples ?? 0, at: LogPosition(segment: segments.lowerBound, offset: 0),
      before: LogPosition(segment: segments.upperBound + 1, offset: 0), timeMs: 0)
  }

  private func lose(_ samples: UInt64, at position: LogPosition, before next: LogPosition, timeMs: Int64) {
    var lost = SettledCounts()
    lost.damaged = samples
    assembler.append(lost: lost, position: position, next: next, timeMs: timeMs)
  }

  /// Counts what lies before `floor` as expired.
  ///
  /// Whole segments are passed by their headers alone. In the segment of the floor itself records are read as ever and
  /// marked by the assembler, because what lies behind the floor needs their definitions.
  func expire(before floor: LogPosition) {
    assembler.expire(before: floor)
    let target = LogPosition(segment: floor.segment, offset: 0)
    let from = reader.position
    guard from < target else { return }
    let (index, lanes) = (index, lanes)
    func wants(_ lane: UInt32) -> Bool { lanes.shard(of: lane) == index }
    do {
      // What lies before the mark was counted in an earlier life, and so was a part of the record at the mark.
      let isResuming = from <= resumeMark.position && resumeMark.position < target
      if from < resumeMark.position { _ = try reader.skim(to: min(resumeMark.position, target), wanted: wants) }
      let skim = try reader.skim(to: target, wanted: wants)
      var lost = SettledCounts()
      lost.expired = skim.samples
      for case .damaged(let damage) in skim.losses where damage.lane.map(wants) ?? (index == 0) {
        lost.damaged += damage.samples ?? 0
      }
      for case .missing(_, let samples) in skim.losses where index == 0 { lost.expired += samples ?? 0 }
      if isResuming { lost.expired -= min(lost.expired, UInt64(resumeMark.samplesDone)) }
      assembler.append(lost: lost, position: from, next: reader.position, timeMs: 0)
    } catch {
      // Once more from where it began: what was counted on the way is forgotten with the error.
      reader = LogReader(endpoint.log, from: from)
      endpoint.report.unreadable(error)
    }
  }
}
