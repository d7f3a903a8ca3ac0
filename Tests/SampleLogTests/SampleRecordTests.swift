import GodwitTesting
import MetricModel
import Testing

@testable import SampleLog

@Suite("A record of samples")
struct SampleRecordTests {
  /// Some series, shuffled so that numbers are not in order.
  private static func series(_ count: Int, in table: inout SeriesTable, _ random: inout SeededRandom) -> [SeriesID] {
    let types = MetricMetadata.MetricType.allCases
    return (0..<count).map { number in
      table.register(
        LabelSet(["__name__": "m\(number % 7)", "number": "\(number)", "é": "ü"]),
        MetricMetadata(type: types[number % types.count], help: "help \(number % 3)", unit: number % 2 == 0 ? "s" : ""))
    }.shuffled(using: &random)
  }

  @Test("What goes in comes out, to the last bit", arguments: 0..<80 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var make = RandomBatch(seed: seed)
    var table = SeriesTable()
    let ids = Self.series(Int.random(in: 1...60, using: &make.random), in: &table, &make.random)
    var encoder = SampleRecordEncoder()
    var decoded = DecodedRecord()
    var meanings: [UInt32: LabelSet] = [:]
    var metadata: [UInt32: MetricMetadata] = [:]
    for round in 0..<4 {
      let batch = make.batch(of: round % 2 == 0 ? ids : ids.sorted())
      // A payload rarely begins where the array does.
      var bytes = Array(repeating: 0xaa as UInt8, count: 11)
      encoder.encode(batch, segment: 1, lane: 0, table: &table, into: &bytes)
      bytes.append(0xbb)
      try decoded.decode(bytes, in: 11..<bytes.count - 1) { number, labels, family in
        #expect(meanings[number] == nil, "seed \(seed): \(number) is defined twice")
        meanings[number] = labels
        metadata[number] = family
      }
      #expect(decoded.sampleCount == batch.sampleCount)
      #expect(decoded.series == batch.series.map(\.rawValue), "seed \(seed)")
      #expect(decoded.timestampsMs == batch.timestampsMs, "seed \(seed)")
      #expect(decoded.values.map(\.bitPattern) == batch.values.map(\.bitPattern), "seed \(seed)")
      #expect(decoded.startTimestampsMs == batch.startTimestampsMs, "seed \(seed)")
      #expect(decoded.exemplars.map(\.sampleIndex) == batch.exemplars.map(\.sampleIndex))
      #expect(decoded.exemplars.map { bits(of: $0.exemplar) } == batch.exemplars.map { bits(of: $0.exemplar) })
      #expect(decoded.histograms.map(\.series) == batch.histograms.map(\.series.rawValue))
      #expect(decoded.histograms.map { bits(of: $0.histogram) } == batch.histograms.map { bits(of: $0.histogram) })
      #expect(decoded.histogramExemplars.map(\.sampleIndex) == batch.histogramExemplars.map(\.sampleIndex))
      #expect(
        decoded.histogramExemplars.map { bits(of: $0.exemplar) }
          == batch.histogramExemplars.map { bits(of: $0.exemplar) })
      for id in batch.series + batch.histograms.map(\.series) {
        #expect(meanings[id.rawValue] == table.labels(of: id), "seed \(seed)")
        let family = table.metadata(of: id)
        #expect(metadata[id.rawValue]?.type == family.type)
        #expect(metadata[id.rawValue]?.help == table.symbols.string(of: family.help))
        #expect(metadata[id.rawValue]?.unit == table.symbols.string(of: family.unit))
      }
    }
  }

  @Test("A series is defined at its first mention in a segment, again in the next segment and for another lane")
  func definitions() throws {
    var table = SeriesTable()
    var random = SeededRandom(seed: 1)
    let ids = Self.series(3, in: &table, &random).sorted()
    var encoder = SampleRecordEncoder()
    var decoded = DecodedRecord()
    func defined(_ ids: [SeriesID], segment: UInt32, lane: UInt32) throws -> [UInt32] {
      var batch = SampleBatch()
      for id in ids { batch.append(id, timestampMs: 1, value: 1) }
      var bytes: [UInt8] = []
      encoder.encode(batch, segment: segment, lane: lane, table: &table, into: &bytes)
      var numbers: [UInt32] = []
      try decoded.decode(bytes, in: 0..<bytes.count) { number, _, _ in numbers.append(number) }
      return numbers
    }
    #expect(try defined([ids[0], ids[0], ids[1]], segment: 1, lane: 0) == [0, 1])
    #expect(try defined(ids, segment: 1, lane: 0) == [2])
    #expect(try defined(ids, segment: 1, lane: 0) == [])
    #expect(try defined([ids[1]], segment: 1, lane: 9) == [1])
    #expect(try defined(ids, segment: 2, lane: 0) == [0, 1, 2])
  }

  @Test("Samples of one time and consecutive numbers take little more than their values")
  func size() {
    var table = SeriesTable()
    var batch = SampleBatch()
    for number in 0..<1000 {
      batch.append(table.register(LabelSet(["n": "\(number)"])), timestampMs: 1_700_000_000_000, value: 1)
    }
    var encoder = SampleRecordEncoder()
    var bytes: [UInt8] = []
    encoder.encode(batch, segment: 1, lane: 0, table: &table, into: &bytes)
    bytes.removeAll()
    encoder.encode(batch, segment: 1, lane: 0, table: &table, into: &bytes)
    #expect(bytes.count < 8 * 1000 + 24)
  }

  @Test("One start for all samples takes a few bytes, and none takes nothing")
  func startTimestamps() throws {
    var table = SeriesTable()
    let ids = (0..<1000).map { table.register(LabelSet(["n": "\($0)"])) }
    var encoder = SampleRecordEncoder()
    func size(startTimestampMs: Int64) -> Int {
      var batch = SampleBatch()
      for id in ids { batch.append(id, timestampMs: 1, value: 1, startTimestampMs: startTimestampMs) }
      var bytes: [UInt8] = []
      encoder.encode(batch, segment: 1, lane: 0, table: &table, into: &bytes)
      return bytes.count
    }
    _ = size(startTimestampMs: 0)
    #expect(size(startTimestampMs: 1_700_000_000_000) == size(startTimestampMs: 0) + 5 + 6 + 2)
  }

  @Test("The documented example has exactly these bytes")
  func documentedExample() {
    var table = SeriesTable()
    var batch = SampleBatch()
    batch.append(
      table.register(LabelSet(["__name__": "up"]), MetricMetadata(type: .gauge)), timestampMs: 1000, value: 1)
    var encoder = SampleRecordEncoder()
    var bytes: [UInt8] = []
    encoder.encode(batch, segment: 1, lane: 0, table: &table, into: &bytes)
    let definitions: [UInt8] =
      [3, 8] + Array("__name__".utf8) + [2] + Array("up".utf8) + [0] + [1, 0, 2, 2, 2, 1, 0, 1]
    let samples: [UInt8] = [1, 0, 1, 0, 0xd0, 0x0f] + [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
    #expect(
      bytes == [1, UInt8(definitions.count), 0, 0, 0] + definitions + [2, UInt8(samples.count), 0, 0, 0] + samples)
  }
}
