import GodwitTesting
import MetricModel
import Testing

@testable import RemoteWriteProtocol

@Suite("Requests made of columns")
struct ColumnEncodingTests {
  /// Series that mostly have the labels of the one before, with long texts, many labels and none among them.
  private func register(_ count: Int, in table: inout SeriesTable, _ random: inout SeededRandom) -> [SeriesID] {
    (0..<count).map { number in
      let long = String(repeating: "long", count: random.oneIn(9) ? Int.random(in: 0...40, using: &random) : 0)
      let huge = random.oneIn(100) ? String(repeating: "h", count: Int.random(in: 0...40_000, using: &random)) : ""
      let labels = (0..<Int.random(in: 0...(random.oneIn(50) ? 60 : 5), using: &random)).map {
        (name: "label_\($0)", value: "\(long)\(Int.random(in: 0...200, using: &random))\(huge)")
      }
      return table.register(
        LabelSet([("__name__", "metric_\(number / 20)"), ("number", "\(number)")] + labels),
        MetricMetadata(
          type: random.oneIn(9) ? .unknown : .counter, help: random.oneIn(3) ? "Help \(number / 20)." : "",
          unit: random.oneIn(5) ? "seconds" : ""))
    }
  }

  @Test(
    "They are the same as of the same series one by one, name what was given, and come out of a block as they went in",
    arguments: WriteMessageVersion.allCases, SeededRandom.seeds)
  func columns(version: WriteMessageVersion, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var table = SeriesTable()
    var ids = register(300, in: &table, &random)
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
      var said: [LabelSet] = []
      for column in 0..<count where series[column] < UInt32.max - 5 {
        let id = SeriesID(rawValue: series[column])
        bySeries.appendSeries(
          names: table.labelNames(of: id), values: table.labelValues(of: id), symbols: table.symbols,
          metadata: table.metadata(of: id),
          samples: [
            Sample(
              timestampMs: times[column], value: values[column],
              startTimestampMs: starts.isEmpty ? 0 : starts[column])
          ])
        said.append(table.labels(of: id))
      }
      #expect(byColumn.sampleCount == bySeries.sampleCount)
      let body = bySeries.finish()
      var block: [UInt8] = [1, 2, 3]
      byColumn.finish(compressedInto: &block)
      #expect(byColumn.isEmpty)
      var unpacked: [UInt8] = []
      try Snappy.decompress(block[...], into: &unpacked, maximum: body.count)
      #expect(unpacked == body, "seed \(seed), request \(request)")
      let read = try DecodedWriteRequest(decoding: body, version: version)
      #expect(read.series.map(\.labels.labelSet) == said, "seed \(seed), request \(request)")
      // Numbers change their meaning from one request to the next.
      for _ in 0..<20 { table.release(ids.remove(at: Int.random(in: 0..<ids.count, using: &random))) }
      ids += register(20, in: &table, &random)
    }
  }
}
