import MetricModel
import Testing

@testable import RemoteWriteProtocol

@Suite("Breaches of the specification")
struct ValidationTests {
  typealias Code = SpecificationBreach.Code

  /// A series as a peer might send it: labels in any order, anything missing.
  struct Peer: Sendable {
    var labels: [(String, String)] = [("__name__", "m"), ("a", "1")]
    var samples: [Sample] = [Sample(timestampMs: 1, value: 1)]
    var exemplars: [Exemplar] = []
    var histograms: [NativeHistogram] = []
  }

  /// A request decoded from what the encoder makes of labels that it does not check.
  private func breaches(of peer: Peer, _ version: WriteMessageVersion = .v2) throws -> [Code] {
    var (encoder, table) = (WriteRequestEncoder(version), SymbolTable())
    let names = peer.labels.map { table.intern($0.0) }
    let values = peer.labels.map { table.intern($0.1) }
    encoder.appendSeries(
      names: names[...], values: values[...], symbols: table,
      metadata: MetadataSymbols(type: .gauge, help: 0, unit: 0), samples: peer.samples[...], exemplars: peer.exemplars,
      histograms: peer.histograms)
    return RequestValidation(of: try DecodedWriteRequest(decoding: encoder.finish(), version: version))
      .breaches.map(\.code)
  }

  @Test("A proper series breaches nothing", arguments: WriteMessageVersion.allCases)
  func proper(version: WriteMessageVersion) throws {
    #expect(try breaches(of: Peer(), version) == [])
  }

  @Test(
    "Labels are held against the rules of both versions",
    arguments: [
      ([("a", "1"), ("__name__", "m")], [.unsortedLabels]),
      ([("__name__", "m"), ("a", "1"), ("a", "2")], [.duplicateLabelName]),
      ([("__name__", "m"), ("b", "1"), ("a", "1"), ("b", "2")], [.duplicateLabelName, .unsortedLabels]),
      ([("__name__", "m"), ("a", "")], [.emptyLabelValue]),
      ([("", "x"), ("__name__", "m")], [.emptyLabelName]),
      ([("a", "1")], [.missingMetricName]),
      ([("__name__", "")], [.emptyLabelValue, .missingMetricName]),
    ] as [([(String, String)], [Code])], WriteMessageVersion.allCases)
  func labels(labels: ([(String, String)], [Code]), version: WriteMessageVersion) throws {
    #expect(try breaches(of: Peer(labels: labels.0), version) == labels.1)
  }

  @Test(
    "S20: names beyond the old character set are a breach of 1.0 only",
    arguments: [
      [("__name__", "zażółć")], [("__name__", "9m")], [("__name__", "m"), ("a.b", "1")],
      [("__name__", "m"), ("a:b", "1")],
    ] as [[(String, String)]])
  func legacyNames(labels: [(String, String)]) throws {
    #expect(try breaches(of: Peer(labels: labels), .v1) == [.nameNotLegacy])
    #expect(try breaches(of: Peer(labels: labels), .v2) == [])
  }

  @Test("A colon is allowed in a metric's name")
  func colon() throws {
    #expect(try breaches(of: Peer(labels: [("__name__", "job:rate:sum")]), .v1) == [])
  }

  @Test("Times must rise within a series", arguments: [[2, 1], [1, 1], [1, 3, 2]] as [[Int64]])
  func order(timesMs: [Int64]) throws {
    let samples = timesMs.map { Sample(timestampMs: $0, value: 1) }
    #expect(try breaches(of: Peer(samples: samples)) == [.timestampsNotIncreasing])
  }

  @Test("S21, S22, S24: what only raw bytes can show is found")
  func rawBytes() throws {
    func codes(_ body: [UInt8], _ version: WriteMessageVersion = .v2) throws -> Set<Code> {
      Set(RequestValidation(of: try DecodedWriteRequest(decoding: body, version: version)).breaches.map(\.code))
    }
    #expect(try codes([0x22, 0, 0x22, 1, 0x61, 0x22, 1, 0x61]) == [.duplicateSymbols])
    #expect(try codes([0x22, 0, 0x22, 0]) == [.duplicateSymbols])
    #expect(try codes([]) == [])
    #expect(try codes([0x2a, 0]) == [.missingMetricName, .seriesWithoutData, .metadataWithoutType])
    // One sample, one histogram, one exemplar with neither label nor time; a metadata type of gauge.
    let both: [UInt8] = [0x2a, 0x0a, 0x12, 0, 0x1a, 0, 0x22, 0, 0x2a, 2, 0x08, 2]
    #expect(try codes(both) == [.missingMetricName, .samplesAndHistograms, .exemplarWithoutTimestamp])
    // An integer count with float buckets.
    let mixed: [UInt8] = [0x2a, 0x12, 0x1a, 0x0c, 0x08, 0, 0x6a, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x2a, 2, 0x08, 2]
    #expect(try codes(mixed) == [.missingMetricName, .histogramMixedNumbers])
  }

  @Test("A list of breaches has an end, and the rest is counted")
  func bounded() throws {
    let body = [[UInt8]](repeating: [0x2a, 0], count: 50).flatMap { $0 }
    let validation = RequestValidation(of: try DecodedWriteRequest(decoding: body, version: .v2), breachesMax: 40)
    #expect(validation.breaches.count == 40)
    #expect(validation.unlistedCount == 110)
    #expect(validation.breaches.last?.seriesIndex == 13)
  }

  @Test("Codes are distinct words, and each has a severity")
  func codes() {
    #expect(Code.allCases.allSatisfy { $0.rawValue.allSatisfy { $0.isLowercase || $0 == "_" || $0 == "1" } })
    #expect(Code.allCases.filter { $0.severity < .violation } == [.missingMetricName, .metadataWithoutType])
  }

  // MARK: - Histograms

  struct HistogramCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var flaw: Code?
    /// Applied to a consistent histogram.
    var change: @Sendable (inout NativeHistogram) -> Void
    init(_ name: String, _ flaw: Code?, _ change: @escaping @Sendable (inout NativeHistogram) -> Void) {
      (testDescription, self.flaw, self.change) = (name, flaw, change)
    }
  }

  static func integer(_ count: UInt64, _ zero: UInt64, _ deltas: [Int64]) -> NativeHistogram.Counts {
    .integer(count: count, zeroCount: zero, negativeDeltas: [1], positiveDeltas: deltas)
  }

  static let histograms = [
    HistogramCase("a consistent one", nil) { _ in },
    HistogramCase("schema 53", .histogramSchema) { $0.schema = 53 },
    HistogramCase("schema -10", .histogramSchema) { $0.schema = -10 },
    HistogramCase("schema 9", .histogramReservedSchema) { $0.schema = 9 },
    HistogramCase("schema -9", .histogramReservedSchema) { $0.schema = -9 },
    HistogramCase("a flawed one of schema 9", .histogramCount) {
      $0.schema = 9
      $0.counts = integer(6, 3, [2, -1])
    },
    HistogramCase("schema -4", nil) { $0.schema = -4 },
    HistogramCase("an exponential one with bounds", .histogramCustomValues) { $0.customValues = [1] },
    HistogramCase("a span that goes back", .histogramSpanOffset) { $0.positiveSpans[1].offset = -1 },
    HistogramCase("spans longer than buckets", .histogramSpanLength) { $0.positiveSpans[1].length = 2 },
    HistogramCase("spans of 2^32", .histogramSpanLength) { $0.negativeSpans[0].length = .max },
    HistogramCase("a bucket below zero", .histogramNegativeBucket) { $0.counts = integer(7, 3, [2, -3]) },
    HistogramCase("a bucket beyond all integers", .histogramNegativeBucket) {
      $0.counts = integer(7, 3, [.max, .max])
    },
    HistogramCase("a sum beyond all integers", .histogramCount) { $0.counts = integer(7, .max, [2, -1]) },
    HistogramCase("a count too small", .histogramCount) { $0.counts = integer(6, 3, [2, -1]) },
    HistogramCase("a count too large", .histogramCount) { $0.counts = integer(8, 3, [2, -1]) },
    HistogramCase("a count made larger by NaN", nil) {
      $0.counts = integer(8, 3, [2, -1])
      $0.sum = .nan
    },
    HistogramCase("a stale marker", nil) {
      $0 = NativeHistogram(
        timestampMs: 1, sum: SpecialNaN.staleMarker, schema: 0, zeroThreshold: 0,
        counts: .integer(count: 0, zeroCount: 0, negativeDeltas: [], positiveDeltas: []))
    },
    HistogramCase("floats that do not exceed the count", nil) {
      $0.counts = .float(count: 4, zeroCount: 1, negativeCounts: [1], positiveCounts: [1, 0.5])
    },
    HistogramCase("floats that exceed the count", .histogramCount) {
      $0.counts = .float(count: 4, zeroCount: 1, negativeCounts: [1], positiveCounts: [2, 0.5])
    },
    HistogramCase("a negative float", .histogramNegativeBucket) {
      $0.counts = .float(count: 4, zeroCount: 1, negativeCounts: [1], positiveCounts: [1, -0.5])
    },
  ]

  @Test("Histograms that contradict themselves are found", arguments: histograms)
  func histogram(flawed: HistogramCase) throws {
    // Buckets of 1, 2 and 1, a zero bucket of 3: seven in all.
    var histogram = NativeHistogram(
      timestampMs: 1, sum: 1, schema: 3, zeroThreshold: 1e-128, counts: Self.integer(7, 3, [2, -1]),
      negativeSpans: [.init(offset: -4, length: 1)],
      positiveSpans: [.init(offset: 0, length: 1), .init(offset: 2, length: 1)])
    flawed.change(&histogram)
    let codes = try breaches(of: Peer(samples: [], histograms: [histogram]))
    #expect(codes == (flawed.flaw.map { [$0] } ?? []))
  }

  static let customHistograms = [
    HistogramCase("a consistent one", nil) { _ in },
    HistogramCase("the bucket up to infinity", nil) { $0.positiveSpans = [.init(offset: 2, length: 2)] },
    HistogramCase("a bucket beyond infinity", .histogramCustomValues) {
      $0.positiveSpans = [.init(offset: 3, length: 2)]
    },
    HistogramCase("a bucket before the first", .histogramSpanOffset) {
      $0.positiveSpans = [.init(offset: -1, length: 2)]
    },
    HistogramCase("bounds that do not rise", .histogramCustomValues) { $0.customValues = [1, 1, 2] },
    HistogramCase("an infinite bound", .histogramCustomValues) { $0.customValues = [1, 2, .infinity] },
    HistogramCase("a zero threshold", .histogramCustomValues) { $0.zeroThreshold = 1 },
    HistogramCase("a zero bucket", .histogramCustomValues) {
      $0.counts = .integer(count: 4, zeroCount: 1, negativeDeltas: [], positiveDeltas: [2, -1])
    },
    HistogramCase("negative spans", .histogramCustomValues) { $0.negativeSpans = [.init(offset: 0, length: 0)] },
  ]

  @Test("Histograms with custom bounds have rules of their own", arguments: customHistograms)
  func customHistogram(flawed: HistogramCase) throws {
    var custom = NativeHistogram(
      timestampMs: 1, sum: 1, schema: -53, zeroThreshold: 0,
      counts: .integer(count: 3, zeroCount: 0, negativeDeltas: [], positiveDeltas: [2, -1]),
      positiveSpans: [.init(offset: 0, length: 2)], customValues: [1, 2, 3])
    flawed.change(&custom)
    let codes = try breaches(of: Peer(samples: [], histograms: [custom]))
    #expect(codes == (flawed.flaw.map { [$0] } ?? []))
  }
}
