import GodwitTesting
import MetricModel
import Testing

@testable import RemoteWriteProtocol

@Suite("Packing of messages")
struct PackingTests {
  /// What the format allows a block to take, by the library's own reckoning.
  private func lengthMax(_ count: Int) -> Int { 32 + count + count / 6 }

  private func unpacked(_ block: [UInt8], _ count: Int) throws -> [UInt8] {
    var output: [UInt8] = []
    try Snappy.decompress(block[...], into: &output, maximum: count)
    return output
  }

  @Test(
    "Random messages with true, false and impossible hints are unpacked as they were", arguments: SeededRandom.seeds)
  func randomMessages(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var packer = MessagePacker()
    for round in 0..<400 {
      let count = Int.random(in: 0...[7, 8, 9, 40, 3000, 90_000][round % 6], using: &random)
      let text = resemblingText(count, &random)
      let texts = resemblingText(Int.random(in: 0...300, using: &random), &random)
      let hints = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        Resemblance(
          position: UInt32.random(in: 0...UInt32(count) + 9, using: &random),
          distance: random.oneIn(4) ? UInt32(truncatingIfNeeded: random.next()) : .random(in: 0...80, using: &random))
      }.sorted { $0.position < $1.position }
      var block: [UInt8] = [1, 2, 3]
      packer.begin(count: texts.count + count)
      packer.append(texts: texts[...])
      packer.append(text.span, hints.span)
      packer.finish(into: &block)
      #expect(try unpacked(block, texts.count + count) == texts + text, "seed \(seed), round \(round)")
      #expect(block.count <= lengthMax(texts.count + count), "seed \(seed), round \(round)")
    }
  }

  /// Runs of noise, of zeros, and of what stood a little or far before with some bytes changed.
  private func resemblingText(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < count {
      let run = min(Int.random(in: 1...90, using: &random), count - text.count)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: text += (0..<run).map { _ in UInt8.random(in: 0...255, using: &random) }
      case 1: text += [UInt8](repeating: 0, count: run)
      default:
        let reach = random.oneIn(3) ? 80_000 : 60
        let distance = Int.random(in: 1...reach, using: &random)
        for _ in 0..<run {
          let isChanged = text.count < distance || random.oneIn(20)
          text.append(isChanged ? UInt8.random(in: 0...255, using: &random) : text[text.count - distance])
        }
      }
    }
    return text
  }

  @Test("Literals and copies of all lengths and distances mean what they say")
  func tokens() throws {
    var random = SeededRandom(seed: 5)
    let noise = (0..<70_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    for literal in [1, 2, 7, 8, 59, 60, 61, 255, 256, 257, 65_536, 65_537] {
      for distance in [1, 3, 255, 2047, 2048, 65_535] where distance <= literal {
        let lengths = [4, 11, 12, 63, 64, 65, 67, 68, 69, 128, 129, 131, 132, 200]
        for length in literal < 1000 ? lengths : [12, 67] {
          var expected = Array(noise[..<literal])
          for _ in 0..<length { expected.append(expected[expected.count - distance]) }
          var buffer = WireBuffer()
          buffer.write(room: literal + 100) { writer in
            writer.varint(UInt64(expected.count))
            writer.literal(noise.span, start: 0, count: literal)
            let start = writer.position
            writer.copyBack(length: length, distance: distance)
            #expect(writer.position - start <= SnappyToken.width(length: length, distance: distance))
          }
          #expect(try unpacked(Array(buffer.bytes), expected.count) == expected, "\(literal) \(distance) \(length)")
        }
      }
    }
  }

  @Test(
    "Columns are encoded as the same series one by one, and packed as what they are",
    arguments: WriteMessageVersion.allCases, SeededRandom.seeds)
  func columns(version: WriteMessageVersion, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var table = SeriesTable()
    let ids = (0..<300).map { number in
      let long = String(repeating: "long", count: random.oneIn(9) ? Int.random(in: 0...40, using: &random) : 0)
      let labels = (0..<Int.random(in: 0...(random.oneIn(50) ? 60 : 5), using: &random)).map {
        (name: "label_\($0)", value: "\(long)\(Int.random(in: 0...200, using: &random))")
      }
      return table.register(
        LabelSet([("__name__", "metric_\(number / 20)"), ("number", "\(number)")] + labels),
        MetricMetadata(type: .counter, help: random.oneIn(3) ? "Help \(number / 20)." : "", unit: ""))
    }
    var (byColumn, bySeries) = (WriteRequestEncoder(version), WriteRequestEncoder(version))
    for request in 0..<20 {
      let count = Int.random(in: 0...ids.count, using: &random)
      let series = (0..<count).map { random.oneIn(10) ? UInt32.max - 3 : ids[$0].rawValue }
      let times = (0..<count).map { random.oneIn(20) ? Int64($0) - 5 : 1_763_820_702_796 }
      let values = (0..<count).map { _ in Double(Int.random(in: 0...5000, using: &random)) / 100 }
      let starts = Bool.random(using: &random) ? [] : (0..<count).map { Int64($0 % 3) * 1_763_820_000_000 }
      // In two calls, as a caller does who gives a lock back in between.
      let middle = count / 3
      for part in [0..<middle, middle..<count] {
        byColumn.appendSamples(
          series: series.span.extracting(part), timestampsMs: times.span.extracting(part),
          values: values.span.extracting(part),
          startTimestampsMs: starts.isEmpty ? Span() : starts.span.extracting(part), below: UInt32.max - 5, of: table)
      }
      for column in 0..<count where series[column] < UInt32.max - 5 {
        let id = SeriesID(rawValue: series[column])
        bySeries.appendSeries(
          labels: table.labelSymbols(of: id), symbols: table.symbols, metadata: table.metadata(of: id),
          samples: [
            Sample(
              timestampMs: times[column], value: values[column],
              startTimestampMs: starts.isEmpty ? 0 : starts[column])
          ])
      }
      #expect(byColumn.sampleCount == bySeries.sampleCount)
      let resemblances = bySeries.cursor.resemblances
      #expect(byColumn.cursor.resemblances == resemblances, "seed \(seed), request \(request)")
      let body = bySeries.finish()
      var block: [UInt8] = []
      byColumn.finish(compressedInto: &block)
      #expect(try unpacked(block, body.count) == body, "seed \(seed), request \(request)")
      #expect(byColumn.isEmpty && byColumn.cursor.resemblances.isEmpty)
    }
  }

  @Test("Series that look like one another are packed smaller than the library does it")
  func size() throws {
    var random = SeededRandom(seed: 3)
    var (table, encoder) = (SymbolTable(), WriteRequestEncoder(.v2))
    let help = table.intern("Seconds the CPUs spent in each mode.")
    for cpu in 0..<64 {
      for mode in ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"] {
        let labels = ["__name__", "node_cpu_seconds_total", "cpu", "\(cpu)", "instance", "a:9100", "mode", mode]
        let numbers = labels.map { table.intern($0) }
        let value = Double(Int.random(in: 10_000_000...50_000_000, using: &random)) / 100
        encoder.appendSeries(
          labels: numbers[...], symbols: table, metadata: MetadataSymbols(type: .counter, help: help, unit: 0),
          samples: [Sample(timestampMs: 1_763_820_702_796, value: value)])
      }
    }
    var same = encoder
    var (packed, compressed): ([UInt8], [UInt8]) = ([], [])
    encoder.finish(compressedInto: &packed)
    Snappy.compress(same.finish()[...], into: &compressed)
    #expect(packed.count * 100 < compressed.count * 97, "\(packed.count) of \(compressed.count)")
  }
}
