import MetricModel
import Testing

@testable import SampleLog

@Suite("Definitions by roster")
struct RosterRecordTests {
  /// The numbers that a record of the batch defines.
  private static func defined(
    _ batch: SampleBatch, _ encoder: inout SampleRecordEncoder, segment: UInt32, lane: UInt32,
    _ table: inout SeriesTable
  ) throws -> [UInt32] {
    var bytes: [UInt8] = []
    encoder.encode(batch, segment: segment, lane: lane, table: &table, into: &bytes)
    var numbers: [UInt32] = []
    var decoded = DecodedRecord()
    try decoded.decode(bytes, in: 0..<bytes.count) { number, _, _ in numbers.append(number) }
    return numbers
  }

  private static func batch(_ ids: [SeriesID], _ roster: SeriesRoster?) -> SampleBatch {
    var batch = SampleBatch()
    for id in ids { batch.append(id, timestampMs: 1, value: 1) }
    batch.roster = roster
    return batch
  }

  @Test("A roster that the segment has is asked about newcomers alone; another lane or segment does not have it")
  func rosters() throws {
    var table = SeriesTable()
    let ids = (0..<3).map { table.register(LabelSet(["n": "\($0)"])) }
    var encoder = SampleRecordEncoder()
    var whole = SeriesRoster()
    whole.isWhole = true
    var grown = whole.blank
    grown.add(ids[2])
    let first = Self.batch([ids[0], ids[1]], whole)
    #expect(try Self.defined(first, &encoder, segment: 1, lane: 1, &table) == [0, 1])
    #expect(try Self.defined(first, &encoder, segment: 1, lane: 1, &table) == [])
    #expect(try Self.defined(Self.batch(ids, grown), &encoder, segment: 1, lane: 1, &table) == [2])
    #expect(try Self.defined(first, &encoder, segment: 1, lane: 2, &table) == [0, 1])
    #expect(try Self.defined(first, &encoder, segment: 2, lane: 1, &table) == [0, 1])
    #expect(try Self.defined(Self.batch(ids, nil), &encoder, segment: 2, lane: 1, &table) == [2])
  }

  @Test("A batch that has not all of its roster does not make the roster known")
  func partial() throws {
    var table = SeriesTable()
    let ids = (0..<2).map { table.register(LabelSet(["n": "\($0)"])) }
    var encoder = SampleRecordEncoder()
    let roster = SeriesRoster()
    let lone = Self.batch([ids[0]], roster)
    #expect(try Self.defined(lone, &encoder, segment: 1, lane: 1, &table) == [0])
    #expect(try Self.defined(Self.batch(ids, roster), &encoder, segment: 1, lane: 1, &table) == [1])
  }
}
