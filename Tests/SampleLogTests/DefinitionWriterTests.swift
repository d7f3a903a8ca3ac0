import ByteCoding
import GodwitTesting
import MetricModel
import Testing

@testable import SampleLog

@Suite("Definitions as they are written")
struct DefinitionWriterTests {
  @Test("A record has each text once, and of each series its labels and its metadata", arguments: SeededRandom.seeds)
  func random(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var table = SeriesTable()
    var writer = DefinitionWriter()
    for round in 0..<20 {
      let story: Comment = "seed \(seed), round \(round)"
      // A first page now and then, and a few new series otherwise.
      let ids = (0..<(round % 7 == 0 ? 800 : 6)).map { _ in
        // Forms of different lengths, and values that neighbours share, repeat later or have alone.
        var labels = LabelSet(["__name__": "m_\(Int.random(in: 0...2, using: &random))"])
        for label in 0..<Int.random(in: 0...12, using: &random) {
          let value = random.oneIn(3) ? Int.random(in: 0...100_000, using: &random) : label % 3
          labels.set("label_\(label)", "\(value)")
        }
        return table.register(labels, MetricMetadata(type: .gauge, help: "h\(labels.count % 4)", unit: ""))
      }
      var bytes: [UInt8] = [7]
      writer.write(ids, of: table, into: &bytes)
      var reader = ByteReader(bytes, in: 1..<bytes.count)
      var definitions = SeriesDefinitions()
      let isWhole = definitions.read(&reader)
      #expect(isWhole, story)
      #expect(Set(definitions.strings.map { bytes[$0] }).count == definitions.strings.count, story)
      #expect(definitions.all.map(\.number) == ids.map(\.rawValue), story)
      for (definition, id) in zip(definitions.all, ids) {
        let (metadata, family) = (definitions.metadata(of: definition, in: bytes), table.metadata(of: id))
        #expect(definitions.labels(of: definition, in: bytes) == table.labels(of: id), story)
        #expect(metadata.type == family.type, story)
        #expect(metadata.help == table.symbols.string(of: family.help), story)
        #expect(metadata.unit == table.symbols.string(of: family.unit), story)
      }
      for id in ids where random.oneIn(2) { table.release(id) }
    }
  }

  @Test("What a record defines is forgotten with the next one, whether it was much or little", arguments: [3, 3000])
  func forgetting(count: Int) throws {
    var (table, encoder, decoded) = (SeriesTable(), SampleRecordEncoder(), DecodedRecord())
    for round in 0..<3 {
      var (batch, bytes) = (SampleBatch(), [] as [UInt8])
      for number in 0..<count {
        batch.append(table.register(LabelSet(["n": "\(round * count + number)"])), timestampMs: 1, value: 1)
      }
      encoder.encode(batch, segment: 1, lane: 0, table: &table, into: &bytes)
      try decoded.decode(bytes, in: 0..<bytes.count)
      #expect(decoded.definitions.all.map(\.number) == batch.series.map(\.rawValue))
      // The same batch once more defines nothing.
      bytes = []
      encoder.encode(batch, segment: 1, lane: 0, table: &table, into: &bytes)
      try decoded.decode(bytes, in: 0..<bytes.count)
      #expect(decoded.definitions.isEmpty)
    }
  }
}
