import GodwitTesting
import MetricModel
import Testing

@testable import RemoteWriteProtocol

@Suite("Requests of the reference implementation")
struct GoldenRequestTests {
  @Test("Every one decodes to exactly what went in")
  func decodes() throws {
    let requests = try GoldenRequest.all()
    #expect(requests.count == 400)
    for (line, golden) in requests.enumerated() {
      let decoded = try DecodedWriteRequest(decoding: golden.body(), version: golden.version)
      try #require(decoded.series.count == golden.timeseries?.count ?? 0, "line \(line + 1)")
      for (series, expected) in zip(decoded.series, golden.timeseries ?? []) {
        try compare(series, expected, "line \(line + 1)")
      }
      let families = try (golden.metadata ?? []).map {
        DecodedFamily(
          familyName: $0.metric_family_name, metadata: try metadata(type: $0.type, help: $0.help, unit: $0.unit))
      }
      #expect(decoded.metadata == families, "line \(line + 1)")
    }
  }

  @Test("Encoded again by us, every one decodes to the same")
  func reencodes() throws {
    for (line, golden) in try GoldenRequest.all().enumerated() {
      let decoded = try DecodedWriteRequest(decoding: golden.body(), version: golden.version)
      var (encoder, table) = (WriteRequestEncoder(try golden.version), SymbolTable())
      for series in decoded.series {
        let names = series.labels.pairs.map { table.intern($0.name) }
        let values = series.labels.pairs.map { table.intern($0.value) }
        let metadata = MetadataSymbols(
          type: series.metadata?.type ?? .unknown, help: table.intern(series.metadata?.help ?? ""),
          unit: table.intern(series.metadata?.unit ?? ""))
        encoder.appendSeries(
          names: names[...], values: values[...], symbols: table, metadata: metadata, samples: series.samples,
          exemplars: series.exemplars.map(\.exemplar), histograms: Array(series.histograms))
      }
      let omitted = encoder.omissions.histogramsWithCustomBuckets
      let again = try DecodedWriteRequest(decoding: encoder.finish(), version: golden.version)
      #expect(again.sampleCount == decoded.sampleCount, "line \(line + 1)")
      #expect(again.histogramCount == decoded.histogramCount - omitted, "line \(line + 1)")
      for (left, right) in zip(again.series, decoded.series) where omitted == 0 {
        #expect(left.labels.labelSet == right.labels.labelSet, "line \(line + 1)")
        #expect(left.samples.map(\.value.bitPattern) == right.samples.map(\.value.bitPattern), "line \(line + 1)")
        #expect(left.histograms.map(\.sum.bitPattern) == right.histograms.map(\.sum.bitPattern), "line \(line + 1)")
      }
    }
  }

  @Test("With any byte changed or cut off, it is decoded or refused but never traps", arguments: [1, 2] as [UInt64])
  func mutations(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var (refused, decoded) = (0, 0)
    for golden in try GoldenRequest.all() {
      let body = try golden.body()
      let compressed = try golden.compressed()
      for _ in 0..<40 where !body.isEmpty {
        var mutant = body
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          mutant[Int.random(in: 0..<mutant.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if Bool.random(using: &random) { mutant.removeLast(Int.random(in: 0..<mutant.count, using: &random)) }
        do {
          let request = try DecodedWriteRequest(decoding: mutant, version: golden.version)
          _ = RequestValidation(of: request)
          for series in request.series { _ = series.labels.labelSet }
          decoded += 1
        } catch { refused += 1 }

        var block = compressed
        block[Int.random(in: 0..<block.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        var output: [UInt8] = []
        try? Snappy.decompress(block[...], into: &output, maximum: 1 << 20)
        #expect(output.count <= 1 << 20, "seed \(seed)")
      }
    }
    #expect(refused > 1000 && decoded > 1000, "seed \(seed): \(refused) refused, \(decoded) decoded")
  }

  private func compare(_ series: DecodedSeries, _ expected: GoldenRequest.Series, _ comment: Comment) throws {
    #expect(series.labels.pairs.map { [$0.name, $0.value] } == expected.labels ?? [], comment)
    let samples = expected.samples ?? []
    try #require(series.samples.count == samples.count, comment)
    for (sample, expected) in zip(series.samples, samples) {
      #expect(sample.value.bitPattern == (try double(bits: expected.bits)).bitPattern, comment)
      #expect(sample.timestampMs == expected.timestamp_ms, comment)
      #expect(sample.startTimestampMs == expected.start_timestamp_ms ?? 0, comment)
    }
    let exemplars = expected.exemplars ?? []
    try #require(series.exemplars.count == exemplars.count, comment)
    for (exemplar, expected) in zip(series.exemplars, exemplars) {
      #expect(exemplar.labels.pairs.map { [$0.name, $0.value] } == expected.labels ?? [], comment)
      #expect(exemplar.value.bitPattern == (try double(bits: expected.bits)).bitPattern, comment)
      #expect(exemplar.timestampMs ?? 0 == expected.timestamp_ms, comment)
    }
    let histograms = expected.histograms ?? []
    try #require(series.histograms.count == histograms.count, comment)
    for (histogram, expected) in zip(series.histograms, histograms) {
      try compare(histogram, expected, comment)
    }
    let expectedMetadata = try expected.metadata.map { try metadata(type: $0.type, help: $0.help, unit: $0.unit) }
    #expect(series.metadata ?? MetricMetadata.none == expectedMetadata ?? MetricMetadata.none, comment)
    #expect(series.mixedHistogramCount == 0, comment)
  }

  private func compare(
    _ histogram: NativeHistogram, _ expected: GoldenRequest.Histogram, _ comment: Comment
  ) throws {
    #expect(histogram.sum.bitPattern == (try double(bits: expected.sum_bits)).bitPattern, comment)
    let zeroThreshold = try double(bits: expected.zero_threshold_bits)
    #expect(histogram.zeroThreshold.bitPattern == zeroThreshold.bitPattern, comment)
    #expect(histogram.schema == expected.schema, comment)
    #expect(histogram.resetHint.rawValue == expected.reset_hint, comment)
    #expect(histogram.timestampMs == expected.timestamp_ms, comment)
    #expect(histogram.startTimestampMs == expected.start_timestamp_ms ?? 0, comment)
    #expect(histogram.customValues == expected.custom_values, comment)
    let spans = [histogram.negativeSpans, histogram.positiveSpans].map { spans in
      spans.map { [Int64($0.offset), Int64($0.length)] }
    }
    #expect(spans == [expected.negative_spans ?? [], expected.positive_spans ?? []], comment)
    let counts: NativeHistogram.Counts =
      if let count = expected.count_float {
        .float(
          count: count, zeroCount: expected.zero_count_float ?? 0, negativeCounts: expected.negative_counts ?? [],
          positiveCounts: expected.positive_counts ?? [])
      } else {
        .integer(
          count: expected.count_int ?? 0, zeroCount: expected.zero_count_int ?? 0,
          negativeDeltas: expected.negative_deltas ?? [], positiveDeltas: expected.positive_deltas ?? [])
      }
    #expect(histogram.counts == counts, comment)
  }

  private func metadata(type: UInt8, help: String, unit: String) throws -> MetricMetadata {
    MetricMetadata(type: try #require(MetricMetadata.MetricType(rawValue: type)), help: help, unit: unit)
  }
}
