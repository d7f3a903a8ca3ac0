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
        // Both locks are free nearly always: appends come one at a time, and the table is held for a request at most.
        encoder.withLock { encoder in
          registry.withTable { table in
            encoder.encode(
              batch, segment: UInt32(truncatingIfNeeded: segment), lane: lane, table: &table, into: &bytes)
          }
        }
      }
    } catch {
      throw SampleSinkError(SampleSinkError.Reason(error.code), error.description)
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
