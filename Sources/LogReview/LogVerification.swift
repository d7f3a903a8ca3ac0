import DurableLog
import SampleLog

/// Reads every record of a log, checks its payload against the checksum and decodes it.
struct LogVerification {
  /// A record that is whole and not to be decoded.
  struct Undecodable {
    var record: LogRecord
    var cause: SampleRecordError
  }

  /// How many losses and undecodable records are described one by one; the rest is counted.
  static let describedMax = 100
  /// How often progress is told, in bytes read.
  private static let progressStep: UInt64 = 4 << 20

  private let inspection: LogInspection
  private(set) var sums = LogReport.Verification()
  private(set) var losses: [LogReadEvent] = []
  private(set) var undecodable: [Undecodable] = []

  init(_ inspection: LogInspection) { self.inspection = inspection }

  consuming func run(progress: (UInt64, UInt64) -> Void) throws(LogError) -> LogVerification {
    let segments = inspection.segments()
    let total = segments.reduce(0 as UInt64) { $0 &+ $1.bytes }
    var before: [SegmentNumber: UInt64] = [:]
    var sum: UInt64 = 0
    for segment in segments {
      before[segment.number] = sum
      sum &+= segment.bytes
    }
    var reader = inspection.reader(from: .start)
    var decoded = DecodedRecord()
    var told: UInt64 = 0
    while true {
      let event = try reader.next { _ in true }
      switch event {
      case .end:
        progress(total, total)
        return self
      case .record(let record):
        take(record, reader.bytes, &decoded)
      case .damaged(let damage): lose(event, damage.samples)
      case .missing(let missing, let samples):
        let removed = segments.filter { missing.contains($0.number) && !inspection.exists($0.number) }
        if removed.isEmpty { lose(event, samples) } else { sums.removedMeanwhile &+= UInt64(removed.count) }
      }
      let done = (before[reader.position.segment] ?? sum) &+ reader.position.offset
      if done >= told &+ Self.progressStep {
        told = done
        progress(min(done, total), total)
      }
    }
  }

  private mutating func take(_ record: LogRecord, _ bytes: [UInt8], _ decoded: inout DecodedRecord) {
    sums.records &+= 1
    sums.samples &+= UInt64(record.sampleCount)
    sums.bytes &+= record.next.offset - record.position.offset
    do {
      try decoded.decode(record, from: bytes)
    } catch {
      sums.undecodable += 1
      if undecodable.count < Self.describedMax { undecodable.append(Undecodable(record: record, cause: error)) }
    }
  }

  private mutating func lose(_ event: LogReadEvent, _ samples: UInt64?) {
    sums.losses += 1
    sums.samplesLost &+= samples ?? 0
    if losses.count < Self.describedMax { losses.append(event) }
  }
}
