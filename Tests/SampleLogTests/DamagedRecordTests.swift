import ByteCoding
import DurableLog
import Foundation
import MetricModel
import Testing

@testable import SampleLog

@Suite("A record that is not what was written")
struct DamagedRecordTests {
  private static func record(seed: UInt64) -> [UInt8] {
    var make = RandomBatch(seed: seed)
    var table = SeriesTable()
    let ids = (0..<9).map { table.register(LabelSet(["__name__": "m", "n": "\($0)"]), MetricMetadata(help: "h")) }
    var bytes: [UInt8] = []
    var encoder = SampleRecordEncoder()
    encoder.encode(make.batch(of: ids), segment: 1, lane: 0, table: &table, into: &bytes)
    return bytes
  }

  /// Decodes whatever it is; columns must fit each other wherever that succeeds.
  private func expectSoundness(_ bytes: [UInt8], _ range: Range<Int>, _ story: String) {
    var decoded = DecodedRecord()
    do {
      try decoded.decode(bytes, in: range) { _, _, _ in }
      #expect(decoded.timestampsMs.count == decoded.series.count, "\(story)")
      #expect(decoded.values.count == decoded.series.count, "\(story)")
      #expect(decoded.startTimestampsMs.isEmpty || decoded.startTimestampsMs.count == decoded.series.count, "\(story)")
      #expect(decoded.exemplars.allSatisfy { decoded.series.indices.contains($0.sampleIndex) }, "\(story)")
      #expect(
        decoded.histogramExemplars.allSatisfy { decoded.histograms.indices.contains($0.sampleIndex) }, "\(story)")
    } catch {
      #expect((0...range.count).contains(error.offset), "\(story)")
      #expect(!error.section.isEmpty)
    }
  }

  @Test("Any flipped bit yields an error or a record", arguments: 0..<12 as Range<UInt64>)
  func flipped(seed: UInt64) {
    var bytes = Self.record(seed: seed)
    for bit in 0..<bytes.count * 8 {
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      expectSoundness(bytes, 0..<bytes.count, "seed \(seed), bit \(bit)")
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    }
  }

  @Test("Any byte set to its extremes yields an error or a record", arguments: 0..<12 as Range<UInt64>)
  func extremes(seed: UInt64) {
    let whole = Self.record(seed: seed)
    for index in whole.indices {
      for value in [0, 0x7f, 0x80, 0xff] as [UInt8] {
        var bytes = whole
        bytes[index] = value
        expectSoundness(bytes, 0..<bytes.count, "seed \(seed), byte \(index) = \(value)")
      }
    }
  }

  @Test("Any truncation yields an error or a record", arguments: 0..<12 as Range<UInt64>)
  func truncated(seed: UInt64) {
    let bytes = Self.record(seed: seed)
    for end in bytes.indices { expectSoundness(bytes, 0..<end, "seed \(seed), end \(end)") }
    for start in bytes.indices { expectSoundness(bytes, start..<bytes.count, "seed \(seed), start \(start)") }
  }

  private static func section(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var bytes = [tag]
    LittleEndian.append(UInt32(content.count), to: &bytes)
    return bytes + content
  }

  private static let oneSample: [UInt8] = [1, 0, 1, 0, 0] + Array(repeating: 0, count: 8)

  /// Sections that name a sample there is none of, each as a whole record.
  private static let strays: [[UInt8]] = [
    section(3, exemplar(of: 0)),
    section(6, exemplar(of: 0)),
    section(2, oneSample) + section(3, exemplar(of: 1)),
    section(2, oneSample) + section(6, exemplar(of: 0)),
    // What −1 becomes in an unsigned number.
    section(2, oneSample) + section(3, exemplar(of: .max)),
    section(3, exemplar(of: .max)),
    section(6, exemplar(of: .max)),
    section(5, [0, 1]),
    section(2, oneSample) + section(5, [0, 2]),
    section(2, oneSample) + section(5, [0, 0]),
    section(2, oneSample) + section(5, []),
    section(2, oneSample) + section(5, [0, 1, 0]),
    section(2, oneSample) + section(5, [0, 1]) + section(5, [0, 1]),
  ]

  private static func exemplar(of sample: UInt64) -> [UInt8] {
    var bytes: [UInt8] = [1]
    Varint.append(sample, to: &bytes)
    return bytes + Array(repeating: 0, count: 8) + [0, 0]
  }

  @Test("An exemplar or a start that belongs to no sample is an error", arguments: strays)
  func stray(bytes: [UInt8]) {
    var decoded = DecodedRecord()
    #expect(throws: SampleRecordError.self) { try decoded.decode(bytes, in: 0..<bytes.count) { _, _, _ in } }
  }

  @Test("A second section of samples is an error")
  func twoSections() {
    let bytes = Self.section(2, Self.oneSample) + Self.section(2, Self.oneSample)
    var decoded = DecodedRecord()
    #expect(throws: SampleRecordError.self) { try decoded.decode(bytes, in: 0..<bytes.count) { _, _, _ in } }
  }

  @Test("A section of a later version is stepped over")
  func unknownSection() throws {
    let bytes = Self.section(200, [1, 2, 3]) + Self.section(2, Self.oneSample) + Self.section(0, [])
    var decoded = DecodedRecord()
    try decoded.decode(bytes, in: 0..<bytes.count) { _, _, _ in }
    #expect(decoded.sampleCount == 1)
  }

  @Test("A definition with a number beyond all reason is an error, and nothing is defined")
  func hugeNumber() {
    var content: [UInt8] = [1, 1, 0x61, 1]
    Varint.append(UInt64(UInt32.max), to: &content)
    content += [0, 0, 0, 0]
    let bytes = Self.section(1, content)
    var decoded = DecodedRecord()
    #expect(throws: SampleRecordError.self) {
      try decoded.decode(bytes, in: 0..<bytes.count) { number, _, _ in Issue.record("defined \(number)") }
    }
  }

  @Test("A record of the log must be of samples, and as many as its header says")
  func headers() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sample-log-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let log = try DurableLog(directory: folder)
    let payload = Self.section(2, Self.oneSample)
    for (kind, count) in [(RecordKind.samples, 1), (RecordKind.samples, 2), (77, 1)] as [(UInt8, Int)] {
      _ = try log.append(lane: 0, kind: kind, sampleCount: count) { _, bytes in bytes += payload }
    }
    var reader = LogReader(log, from: .start)
    var decoded = DecodedRecord()
    var outcomes: [Bool] = []
    while case .record(let record) = try reader.next(wanted: { _ in true }) {
      let bytes = reader.bytes
      outcomes.append((try? decoded.decode(record, from: bytes) { _, _, _ in }) != nil)
    }
    #expect(outcomes == [true, false, false])
  }

  @Test("Batches go through the log, and a log that refuses says why")
  func throughTheLog() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sample-log-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let registry = SeriesRegistry()
    let log = try DurableLog(directory: folder)
    let samples = SampleLog(log: log, registry: registry)
    try samples.take(SampleBatch(), lane: 1)
    #expect(log.endSequence == 0)
    var batch = SampleBatch()
    batch.append(registry.withTable { $0.register(LabelSet(["a": "1"])) }, timestampMs: 5, value: 7)
    try samples.take(batch, lane: 1)
    try samples.take(batch, lane: 2)
    #expect(log.endSequence == 2)
    for lane in [1, 2] as [UInt32] {
      var reader = LogReader(log, from: .start)
      guard case .record(let record) = try reader.next(wanted: { $0 == lane }) else {
        Issue.record("lane \(lane) has no record")
        continue
      }
      var decoded = DecodedRecord()
      var defined: [LabelSet] = []
      let bytes = reader.bytes
      try decoded.decode(record, from: bytes) { _, labels, _ in defined.append(labels) }
      #expect(defined == [LabelSet(["a": "1"])], "a reader of lane \(lane) sees no other lane")
      #expect(decoded.values == [7])
    }
    try log.close()
    #expect(throws: SampleSinkError.self) { try samples.take(batch, lane: 1) }
  }
}
