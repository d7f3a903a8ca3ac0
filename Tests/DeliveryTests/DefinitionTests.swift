import GodwitTesting
import MetricModel
import Relabeling
import Testing

@testable import Delivery
@testable import SampleLog

/// What a record defines is taken in by the symbols of its texts where it can, and by its labels where it must.
@Suite("Definitions of a record")
struct DefinitionTests {
  /// Two resolvers for the same records: one takes the definitions of a record at once, the other each by its labels.
  private struct Pair {
    let registry = SeriesRegistry()
    var quick: SeriesResolver
    var simple: SeriesResolver

    init(_ rules: [RelabelRule], external: LabelSet) throws {
      let program = try RelabelProgram(rules)
      quick = SeriesResolver(registry: registry, externalLabels: external, program: program)
      simple = SeriesResolver(registry: registry, externalLabels: external, program: program)
    }

    var held: Int { registry.withTable { $0.count } }
  }

  @Test(
    "By texts or by labels, the same series are sent and as many are held", arguments: 0..<30 as Range<UInt64>)
  func quickAndSimple(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let rules = [
      RelabelRule(sourceLabels: ["n"], regex: "1.*", action: "drop"),
      RelabelRule(sourceLabels: ["n"], targetLabel: "two", regex: "(2).*"),
    ]
    var pair = try Pair(
      seed % 3 == 0 ? [] : rules, external: seed % 3 == 2 ? LabelSet(["region": "eu"]) : LabelSet())
    if seed % 5 == 0 {
      pair.quick.beginEscaping(by: .underscores)
      pair.simple.beginEscaping(by: .underscores)
    }
    // The log of this process, which has our numbers; or another one's, of some of whose series we know nothing.
    let isOwn = seed % 2 == 1
    let writer = isOwn ? pair.registry : SeriesRegistry()
    var encoder = SampleRecordEncoder()
    var decoded = DecodedRecord()
    for segment in 1...12 as ClosedRange<UInt64> {
      let story: Comment = "seed \(seed), segment \(segment)"
      for resolver in 0..<2 {
        if resolver == 0 {
          pair.quick.begin(segment, oldestWaiting: nil)
        } else {
          pair.simple.begin(segment, oldestWaiting: nil)
        }
      }
      var batch = SampleBatch()
      var meant: [SeriesID: LabelSet] = [:]
      for number in 0..<400 where !random.oneIn(3) {
        let labels = LabelSet([
          "__name__": number % 9 == 0 ? "m.\(number % 7)" : "m_\(number % 7)", "n": "\(number)", "job": "j",
        ])
        let family = MetricMetadata(type: .counter, help: "help \(number % 7)", unit: "")
        let id = writer.withTable { $0.register(labels, family) }
        // Some are known already, as those of our own targets are.
        if random.oneIn(2) && segment == 1 { _ = pair.registry.withTable { $0.register(labels, family) } }
        meant[id] = labels
        batch.append(id, timestampMs: 1, value: 1)
      }
      var bytes: [UInt8] = []
      writer.withTable { encoder.encode(batch, segment: UInt32(segment), lane: 0, table: &$0, into: &bytes) }
      try decoded.decode(bytes, in: 0..<bytes.count) { pair.simple.define($0, $1, $2) }
      let before = pair.held
      pair.quick.define(decoded.definitions, in: bytes)
      #expect(pair.held == before, "both send the same, so nothing new is held: \(story)")
      for (id, labels) in meant {
        let (quick, simple) = (pair.quick.resolve(id.rawValue), pair.simple.resolve(id.rawValue))
        #expect(quick == simple, story)
        if seed % 3 == 0 { #expect(pair.registry.withTable { $0.labels(of: SeriesID(rawValue: quick)) } == labels) }
        #expect(pair.quick.escapes.sent[quick] == pair.simple.escapes.sent[simple], story)
      }
    }
    let own = pair.held
    pair.simple.release()
    #expect(pair.held == own, "the other one holds them too")
    pair.quick.release()
    #expect(isOwn ? pair.held <= own : pair.held < own)
  }

  @Test("A number that another series has now is not taken for the defined one")
  func strangeNumber() throws {
    var pair = try Pair([], external: LabelSet())
    let family = MetricMetadata(type: .counter, help: "h", unit: "")
    // Each differs from what the record defines under its number in one thing.
    let others: [(LabelSet, MetricMetadata)] = [
      (LabelSet(["__name__": "m", "n": "other"]), family), (LabelSet(["__name__": "m", "o": "1"]), family),
      (LabelSet(["__name__": "m"]), family), (LabelSet(["__name__": "m", "n": "3", "o": "1"]), family),
      (LabelSet(["__name__": "m", "n": "4"]), MetricMetadata(type: .gauge, help: "h", unit: "")),
      (LabelSet(["__name__": "m", "n": "5"]), MetricMetadata(type: .counter, help: "i", unit: "")),
      (LabelSet(["__name__": "m", "n": "6"]), MetricMetadata(type: .counter, help: "h", unit: "s")),
    ]
    for (labels, metadata) in others { _ = pair.registry.withTable { $0.register(labels, metadata) } }
    var (writer, batch) = (SeriesTable(), SampleBatch())
    for number in 0..<10 {
      batch.append(writer.register(LabelSet(["__name__": "m", "n": "\(number)"]), family), timestampMs: 1, value: 1)
    }
    var (encoder, decoded, bytes) = (SampleRecordEncoder(), DecodedRecord(), [UInt8]())
    encoder.encode(batch, segment: 1, lane: 0, table: &writer, into: &bytes)
    try decoded.decode(bytes, in: 0..<bytes.count) { _, _, _ in }
    pair.quick.begin(1, oldestWaiting: nil)
    pair.quick.define(decoded.definitions, in: bytes)
    for id in batch.series {
      let sent = SeriesID(rawValue: pair.quick.resolve(id.rawValue))
      let (labels, metadata) = pair.registry.withTable { table in
        (table.labels(of: sent), table.symbols.string(of: table.metadata(of: sent).help))
      }
      #expect(labels == writer.labels(of: id))
      #expect(metadata == "h")
    }
  }

  @Test("Where nothing changes labels, a series takes at most sixteen bytes of an endpoint")
  func memory() throws {
    var pair = try Pair([], external: LabelSet())
    pair.quick.begin(1, oldestWaiting: nil)
    for number in 0..<10_000 as Range<UInt32> {
      pair.quick.define(number, LabelSet(["__name__": "m", "n": "\(number)"]), .none)
    }
    #expect(pair.quick.byteCount < 160_000)
    pair.quick.release()
    #expect(pair.quick.byteCount == 0)
  }
}
