public import DurableLog
public import MetricModel
import Synchronization

/// The log of samples: batches in, records on disk.
///
///     let samples = SampleLog(log: log, registry: registry)
///     try samples.take(batch, lane: lane)        // in the log with write(2) when this returns
///
/// A segment defines every series it mentions for each lane that mentions it, at the first mention and in the same
/// record, so a reader of one lane needs nothing but that lane's records of the segment.
public final class SampleLog: SampleSink {
  public let log: DurableLog
  private let registry: SeriesRegistry
  private let gate: LogGate
  private let encoder = Mutex(SampleRecordEncoder())

  /// - Parameter gate: where it is closed, nothing is taken.
  public init(log: DurableLog, registry: SeriesRegistry, gate: LogGate = LogGate()) {
    self.log = log
    self.registry = registry
    self.gate = gate
  }

  public func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError) {
    guard !batch.isEmpty else { return }
    try gate.check()
    // A closure cannot capture a borrowed parameter; the copy shares the columns.
    let batch = copy batch
    do {
      _ = try log.append(lane: lane, kind: RecordKind.samples, sampleCount: batch.sampleCount) { segment, bytes in
        encode(batch, lane: lane, segment, into: &bytes)
      }
    } catch {
      throw SampleSinkError(SampleSinkError.Reason(error.code), error.description)
    }
  }

  public func take(_ batches: [LaneBatch]) throws(SampleSinkError) {
    let batches = batches.filter { !$0.batch.isEmpty }
    guard !batches.isEmpty else { return }
    try gate.check()
    let plans = batches.map {
      RecordPlan(lane: $0.lane, kind: RecordKind.samples, sampleCount: $0.batch.sampleCount)
    }
    do {
      _ = try log.append(plans) { index, segment, bytes in
        encode(batches[index].batch, lane: batches[index].lane, segment, into: &bytes)
      }
    } catch {
      throw SampleSinkError(SampleSinkError.Reason(error.code), error.description)
    }
  }

  private func encode(
    _ batch: borrowing SampleBatch, lane: UInt32, _ segment: SegmentNumber, into bytes: inout [UInt8]
  ) {
    let batch = copy batch
    // Both locks are free nearly always: appends come one at a time, and the table is held for a request at most.
    encoder.withLock { encoder in
      registry.withTable { table in
        encoder.encode(batch, segment: UInt32(truncatingIfNeeded: segment), lane: lane, table: &table, into: &bytes)
      }
    }
  }
}

extension SampleSinkError.Reason {
  /// What a failed append means for the batch.
  init(_ code: LogError.Code) {
    self =
      switch code {
      case .diskFull: .diskFull
      case .recordTooLarge: .tooLarge
      default: .disk
      }
  }
}
