import Delivery
import DurableLog
import MetricModel
import SampleLog
import SimulatedDisk

extension FuzzTarget {
  /// What the log finds on a disk: written by a former life of the process, and changed by who knows what.
  static let log = [
    FuzzTarget("segment", seeds: { [segment] }) { input in readLog(disk(with: input)) },
    FuzzTarget("segment-changed", seeds: { [[0, 200, 1, 1, 0, 90, 7]] }) { input in
      readLog(disk(with: changed(segment, by: input)))
    },
    FuzzTarget("record", seeds: { recordPayloads }) { input in
      var record = DecodedRecord()
      var defined = 0
      guard (try? record.decode(input, in: 0..<input.count) { _, labels, _ in defined += labels.count }) != nil
      else { return }
      // A sample takes eight bytes for its value, a histogram and a label more than one.
      precondition(record.values.count <= input.count && defined <= input.count, "more was read than there is")
      precondition(record.timestampsMs.count == record.values.count && record.series.count == record.values.count)
      for exemplar in record.exemplars {
        precondition(record.series.indices.contains(exemplar.sampleIndex), "an exemplar of no sample")
      }
    },
    FuzzTarget("ledger", seeds: { [ledger] }) { input in
      guard let ledger = DeliveryLedger(decoding: input) else { return }
      let again = DeliveryLedger(decoding: ledger.encoded())
      precondition(again == ledger, "a ledger changed when it was written and read again")
      _ = (ledger.lowWater, ledger.waiting(endSequence: .max))
    },
  ]

  private static let directory = "/log"
  private static let segmentPath = directory + "/segments/00000000000000000001.segment"

  private static func disk(with segment: [UInt8]) -> SimulatedDisk {
    let disk = SimulatedDisk()
    disk.put(segment, at: segmentPath)
    return disk
  }

  /// Opens a log for reading and reads all of it, records of samples decoded.
  private static func readLog(_ disk: SimulatedDisk) {
    // Its files know it, so it would never go.
    defer { disk.change { $0.files = [:] } }
    guard let log = try? LogInspection(directory: directory, disk: disk, nowMs: 1_000_000) else { return }
    var reader = log.reader(from: .start)
    var record = DecodedRecord()
    var position = LogPosition.start
    while true {
      guard let event = try? reader.next(wanted: { _ in true }) else { return }
      switch event {
      case .end: return
      case .damaged, .missing: break
      case .record(let found):
        precondition(found.next > position, "reading went back")
        position = found.next
        try? record.decode(found, from: reader.bytes) { _, _, _ in }
      }
    }
  }

  /// Each two bytes of `changes` are a place, the third what is written there. Checksums keep plain changes to a file
  /// from getting far, which is what this shows.
  private static func changed(_ bytes: [UInt8], by changes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var index = 0
    while index + 2 < changes.count {
      let place = Int(changes[index]) << 8 | Int(changes[index + 1])
      if place < bytes.count { bytes[place] = changes[index + 2] } else { bytes.append(changes[index + 2]) }
      index += 3
    }
    return bytes
  }

  // MARK: - Seeds

  private static let ledger: [UInt8] = {
    var ledger = DeliveryLedger(startSequence: 5, position: .start, shardCount: 2)
    var counts = SettledCounts()
    counts.acknowledged = 3
    ledger.settle(shard: 0, through: ShardMark(position: LogPosition(segment: 1, offset: 200), samplesDone: 1), counts)
    return ledger.encoded()
  }()

  /// A segment as the log writes it.
  private static let segment: [UInt8] = {
    let disk = SimulatedDisk()
    let registry = SeriesRegistry()
    guard
      let log = try? DurableLog(directory: directory, settings: LogSettings(), disk: disk, nowMs: { 1_000 })
    else { preconditionFailure("no log in memory") }
    let sink = SampleLog(log: log, registry: registry)
    var labels = LabelSet()
    labels.set("__name__", "up")
    let id = registry.withTable { [labels] in $0.register(labels) }
    for timestampMs in [1_000, 2_000] as [Int64] {
      var batch = SampleBatch()
      batch.append(id, timestampMs: timestampMs, value: 1, startTimestampMs: 500)
      batch.attach(Exemplar(labels: labels, value: 1, timestampMs: timestampMs))
      batch.append(
        id,
        histogram: NativeHistogram(
          timestampMs: timestampMs, sum: 1, schema: 0, zeroThreshold: 0,
          counts: .float(count: 1, zeroCount: 0, negativeCounts: [], positiveCounts: [1]),
          positiveSpans: [NativeHistogram.Span(offset: 0, length: 1)]))
      batch.attach(Exemplar(labels: labels, value: 1, timestampMs: nil))
      try? sink.take(batch, lane: 3)
    }
    return disk.bytes(of: segmentPath)
  }()

  /// The payloads of the records in ``segment``.
  private static let recordPayloads: [[UInt8]] = {
    guard let log = try? LogInspection(directory: directory, disk: disk(with: segment), nowMs: 1_000_000)
    else { return [] }
    var payloads: [[UInt8]] = []
    var reader = log.reader(from: .start)
    while case .record(let record)? = try? reader.next(wanted: { _ in true }) {
      payloads.append(Array(reader.bytes[record.payload]))
    }
    return payloads
  }()
}
