import GodwitTesting
import MetricModel
import Testing

@testable import RemoteWriteProtocol

@Suite("What is encoded is what is decoded")
struct EncoderRoundTripTests {
  /// One call of `appendSeries`, in the terms of the model.
  struct ModelSeries {
    var labels: LabelSet
    var metadata: MetricMetadata
    var samples: [Sample]
    var exemplars: [Exemplar]
    var histograms: [NativeHistogram]
  }

  @Test(
    "Random requests survive both ways, request after request with one encoder and symbols coming and going",
    arguments: WriteMessageVersion.allCases, [1, 2, 3] as [UInt64])
  func randomRequests(version: WriteMessageVersion, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var table = SymbolTable()
    var encoder = WriteRequestEncoder(version)
    for request in 0..<60 {
      var sent: [ModelSeries] = []
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        let series = randomSeries(&random)
        append(series, to: &encoder, &table, &random)
        sent.append(series)
      }
      let byteCount = encoder.byteCount
      let omissions = encoder.omissions
      let counts = (encoder.sampleCount, encoder.histogramCount, encoder.exemplarCount)
      let body = encoder.finish()
      #expect(body.count == byteCount, "seed \(seed), request \(request)")
      #expect(encoder.isEmpty)
      let decoded = try DecodedWriteRequest(decoding: body, version: version)
      #expect(counts == (decoded.sampleCount, decoded.histogramCount, decoded.exemplarCount))
      try compare(decoded, expected(sent, version), "seed \(seed), request \(request)")
      let customCount = sent.reduce(0) { $0 + $1.histograms.count { $0.schema == -53 } }
      #expect(omissions.histogramsWithCustomBuckets == (version == .v1 ? customCount : 0))
      let breaches = RequestValidation(of: decoded).breaches.map(\.code)
      #expect(!breaches.contains(.duplicateSymbols), "seed \(seed), request \(request)")
      #expect(!breaches.contains(.samplesAndHistograms), "seed \(seed), request \(request)")
      #expect(!breaches.contains(.unsortedLabels), "seed \(seed), request \(request)")
    }
  }

  @Test(
    "Texts and label sets of all sizes that change the width of a length survive",
    arguments: [
      0, 1, 15, 16, 17, 59, 60, 61, 62, 63, 120, 124, 125, 126, 127, 128, 129, 4000, 16_383, 16_384, 70_000,
    ])
  func widths(size: Int) throws {
    for version in WriteMessageVersion.allCases {
      var (encoder, table) = (WriteRequestEncoder(version), SymbolTable())
      let value = String(repeating: "v", count: size)
      let many = (0..<min(size, 300)).map { (name: "label_\(1000 + $0)", value: "x") }
      for labels in [LabelSet(["__name__": "m", "a": value]), LabelSet(many + [("__name__", "m")])] {
        let names = labels.pairs.map { table.intern($0.name) }
        let values = labels.pairs.map { table.intern($0.value) }
        let samples = (0..<max(1, size / 100)).map { Sample(timestampMs: Int64($0), value: 1) }
        encoder.appendSeries(
          names: names[...], values: values[...], symbols: table,
          metadata: MetadataSymbols(type: .gauge, help: 0, unit: 0), samples: samples[...])
        encoder.appendSeries(
          names: names[...], values: values[...], symbols: table,
          metadata: MetadataSymbols(type: .unknown, help: 0, unit: 0), samples: samples[..<1])
      }
      encoder.appendSeries(
        names: [table.intern("__name__")], values: [table.intern(value + "m")], symbols: table,
        metadata: MetadataSymbols(type: .unknown, help: 0, unit: 0), samples: [Sample(timestampMs: 1, value: 1)])
      let decoded = try DecodedWriteRequest(decoding: encoder.finish(), version: version)
      #expect(decoded.series.count == 5)
      #expect(decoded.series[4].labels["__name__"]?.utf8.count == size + 1)
      #expect(decoded.series[0].labels["a"] == (size == 0 ? nil : value))
      #expect(decoded.series[2].labels.count == many.count + 1)
      #expect(decoded.sampleCount == 2 * max(1, size / 100) + 3)
    }
  }

  @Test("A symbol number that is given to another text in the middle of a request names the right text each time")
  func reusedSymbol() throws {
    var (encoder, table) = (WriteRequestEncoder(.v2), SymbolTable())
    let name = table.intern("__name__")
    let none = MetadataSymbols(type: .unknown, help: 0, unit: 0)
    let sample = [Sample(timestampMs: 1, value: 1)]
    for text in ["first", "second", "first", "third", "second"] {
      let number = table.intern(text)
      encoder.appendSeries(
        names: [name], values: [number], symbols: table, metadata: none, samples: sample[...])
      table.release(number)
    }
    let decoded = try DecodedWriteRequest(decoding: encoder.finish(), version: .v2)
    #expect(decoded.series.map { $0.labels["__name__"] } == ["first", "second", "first", "third", "second"])
    #expect(decoded.symbols.count == 5, "empty, __name__ and three names, none of them twice")
  }

  @Test("S22: exemplars without data are left out and counted in 2.0, and sent in 1.0")
  func exemplarsAlone() throws {
    let exemplar = Exemplar(labels: LabelSet(["trace_id": "1"]), value: 2, timestampMs: 3)
    var untimed = exemplar
    untimed.timestampMs = nil
    for version in WriteMessageVersion.allCases {
      var (encoder, table) = (WriteRequestEncoder(version), SymbolTable())
      encoder.appendSeries(
        names: [table.intern("__name__")], values: [table.intern("m")], symbols: table,
        metadata: MetadataSymbols(type: .counter, help: 0, unit: 0), samples: [], exemplars: [exemplar, untimed])
      #expect(encoder.exemplarCount == (version == .v1 ? 1 : 0))
      #expect(encoder.omissions.exemplarsWithoutData == (version == .v1 ? 0 : 2))
      #expect(encoder.omissions.exemplarsWithoutTimestamp == (version == .v1 ? 1 : 0))
    }
  }

  @Test("A 1.0 metadata request holds its families and nothing else")
  func metadataRequest() throws {
    let families = MetricMetadata.MetricType.allCases.map {
      (familyName: "family_\($0.word)", metadata: MetricMetadata(type: $0, help: "Zażółć", unit: ""))
    }
    let decoded = try DecodedWriteRequest(decoding: MetadataRequest.encode(families), version: .v1)
    #expect(decoded.series.isEmpty)
    #expect(decoded.metadata == families.map { DecodedFamily(familyName: $0.familyName, metadata: $0.metadata) })
  }
}

// MARK: - The model

extension EncoderRoundTripTests {
  private func append(
    _ series: ModelSeries, to encoder: inout WriteRequestEncoder, _ table: inout SymbolTable,
    _ random: inout SeededRandom
  ) {
    let names = series.labels.pairs.map { table.intern($0.name) }
    let values = series.labels.pairs.map { table.intern($0.value) }
    let metadata = MetadataSymbols(
      type: series.metadata.type, help: table.intern(series.metadata.help), unit: table.intern(series.metadata.unit))
    encoder.appendSeries(
      names: names[...], values: values[...], symbols: table, metadata: metadata, samples: series.samples[...],
      exemplars: series.exemplars, histograms: series.histograms)
    // Most symbols stay; some are forgotten at once, in the middle of the request.
    if Int.random(in: 0..<3, using: &random) == 0 {
      for number in names + values + [metadata.help, metadata.unit] { table.release(number) }
    }
  }

  /// What the request must hold, by the rules of the version.
  private func expected(_ sent: [ModelSeries], _ version: WriteMessageVersion) -> [ModelSeries] {
    sent.flatMap { series -> [ModelSeries] in
      let lastMs = series.samples.last?.timestampMs ?? series.histograms.last?.timestampMs
      var timed = series
      timed.exemplars = series.exemplars.compactMap { exemplar in
        var exemplar = exemplar
        exemplar.timestampMs = exemplar.timestampMs ?? lastMs
        return exemplar.timestampMs == nil ? nil : exemplar
      }
      if version == .v1 {
        timed.metadata = .none
        timed.samples = timed.samples.map { Sample(timestampMs: $0.timestampMs, value: $0.value) }
        timed.histograms = timed.histograms.filter { $0.schema != -53 }
        for index in timed.histograms.indices { timed.histograms[index].startTimestampMs = 0 }
        return timed.samples.isEmpty && timed.histograms.isEmpty && timed.exemplars.isEmpty ? [] : [timed]
      }
      var (floats, histograms) = (timed, timed)
      floats.histograms = []
      histograms.samples = []
      if !floats.samples.isEmpty { histograms.exemplars = [] }
      return [floats, histograms].filter { !$0.samples.isEmpty || !$0.histograms.isEmpty }
    }
  }

  private func compare(_ decoded: DecodedWriteRequest, _ expected: [ModelSeries], _ comment: Comment) throws {
    try #require(decoded.series.count == expected.count, comment)
    for (series, model) in zip(decoded.series, expected) {
      #expect(series.labels.pairs.map(\.name) == model.labels.pairs.map(\.name), comment)
      #expect(series.labels.labelSet == model.labels, comment)
      #expect(series.metadata ?? MetricMetadata.none == model.metadata, comment)
      #expect(Array(series.samples) == model.samples, comment)
      #expect(series.histograms.map { $0 } == model.histograms, comment)
      #expect(series.exemplars.map(\.exemplar) == model.exemplars, comment)
    }
  }

  private func randomSeries(_ random: inout SeededRandom) -> ModelSeries {
    var labels = LabelSet(["__name__": "metric_\(Int.random(in: 0..<40, using: &random))"])
    for _ in 0..<Int.random(in: 0...9, using: &random) {
      let length = Int.random(in: 0...30, using: &random)
      let value = "\(Int.random(in: 0..<20, using: &random))" + String(repeating: "ż", count: length)
      labels.set("label_\(Int.random(in: 0..<15, using: &random))", value)
    }
    let times: [Int64] = [1_763_820_702_796, 0, 1, -5, .max, .min, 1 << 55, 1 << 56]
    func time(_ random: inout SeededRandom) -> Int64 { times.randomElement(using: &random) ?? 0 }
    let values = [0, -0.0, 1.5, .infinity, -.infinity, .leastNonzeroMagnitude] as [Double]
    let samples = (0..<Int.random(in: 0...3, using: &random)).map { _ in
      Sample(
        timestampMs: time(&random), value: values.randomElement(using: &random) ?? 0,
        startTimestampMs: Bool.random(using: &random) ? time(&random) : 0)
    }
    let exemplars = (0..<Int.random(in: 0...2, using: &random)).map { _ in
      // A time of 0 reads as none, so the model has none there.
      Exemplar(
        labels: LabelSet(["trace_id": "\(Int.random(in: 0..<50, using: &random))"]), value: 1,
        timestampMs: Bool.random(using: &random) ? Int64.random(in: 1...9, using: &random) : nil)
    }
    let hasTime = samples.last.map { $0.timestampMs != 0 } ?? true
    let isBare = Int.random(in: 0..<3, using: &random) > 0
    let histograms = isBare ? [] : [randomHistogram(&random)]
    return ModelSeries(
      labels: labels,
      metadata: MetricMetadata(
        type: MetricMetadata.MetricType.allCases.randomElement(using: &random) ?? .unknown,
        help: Bool.random(using: &random) ? "Help \(Int.random(in: 0..<9, using: &random))" : "",
        unit: Bool.random(using: &random) ? "bytes" : ""),
      samples: samples, exemplars: hasTime ? exemplars : [], histograms: histograms)
  }

  private func randomHistogram(_ random: inout SeededRandom) -> NativeHistogram {
    let isFloat = Bool.random(using: &random)
    let isCustom = Bool.random(using: &random)
    let count = Int.random(in: 0...200, using: &random)
    return NativeHistogram(
      timestampMs: Int64.random(in: 1...99, using: &random), startTimestampMs: Bool.random(using: &random) ? 77 : 0,
      sum: 2.5, schema: isCustom ? -53 : Int32.random(in: -4...8, using: &random), zeroThreshold: 1e-128,
      counts: isFloat
        ? .float(count: 3, zeroCount: 0, negativeCounts: [1], positiveCounts: Array(repeating: 0.5, count: count))
        : .integer(
          count: .max, zeroCount: 9, negativeDeltas: [.min, .max, -1],
          positiveDeltas: Array(repeating: -3, count: count)),
      negativeSpans: [.init(offset: .min, length: .max)], positiveSpans: [.init(offset: 1, length: UInt32(count))],
      resetHint: .gauge, customValues: isCustom ? [1, 2, 3] : [])
  }
}
