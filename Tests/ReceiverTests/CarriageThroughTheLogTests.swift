import Delivery
import Intake
import Logging
import MetricModel
import RemoteWriteProtocol
import SampleLog
import Settings
import Synchronization
import Telemetry
import Testing

@testable import Agent

/// From a sender through the agent's log to an endpoint, with everything of the agent between the two requests.
@Suite("What is pushed, when it is delivered")
struct CarriageThroughTheLogTests {
  private static let headers = WriteHeaders(
    contentType: WriteMessageVersion.v2.contentType, contentEncoding: "snappy", version: "2.0.0", userAgent: "test/1")

  /// One series of a request.
  private struct Given {
    var name: String
    var metadata = MetricMetadata.none
    var samples: [Sample] = []
    var histograms: [NativeHistogram] = []
    var exemplars: [Exemplar] = []
  }

  private static let trace = Exemplar(labels: LabelSet(["trace_id": "abc", "span": "ü"]), value: 0.25, timestampMs: 19)

  private static let given = [
    Given(
      name: "requests_total", metadata: MetricMetadata(type: .counter, help: "Requests.", unit: "requests"),
      samples: [
        Sample(timestampMs: 10, value: 1, startTimestampMs: 5), Sample(timestampMs: 20, value: 2, startTimestampMs: 0),
        Sample(timestampMs: 30, value: 0, startTimestampMs: 25),
      ], exemplars: [trace]),
    Given(
      name: "ended",
      samples: [Sample(timestampMs: 10, value: .infinity), Sample(timestampMs: 20, value: SpecialNaN.staleMarker)]),
    Given(
      name: "integers", metadata: MetricMetadata(type: .histogram, help: "Of integers."),
      histograms: [
        NativeHistogram(
          timestampMs: 10, startTimestampMs: 3, sum: 7.5, schema: 3, zeroThreshold: 0.001,
          counts: .integer(count: 7, zeroCount: 1, negativeDeltas: [1], positiveDeltas: [2, 1]),
          negativeSpans: [.init(offset: -4, length: 1)],
          positiveSpans: [.init(offset: 2, length: 1), .init(offset: 3, length: 1)], resetHint: .no),
        .staleMarker(timestampMs: 20, custom: false),
      ], exemplars: [trace]),
    Given(
      name: "floats",
      histograms: [
        NativeHistogram(
          timestampMs: 10, sum: -1, schema: 8, zeroThreshold: 0,
          counts: .float(count: 1.5, zeroCount: 0.5, negativeCounts: [], positiveCounts: [1]),
          positiveSpans: [.init(offset: -1, length: 1)], resetHint: .gauge)
      ]),
    Given(
      name: "custom",
      histograms: [
        NativeHistogram(
          timestampMs: 10, startTimestampMs: 9, sum: 4, schema: NativeHistogram.customBucketsSchema, zeroThreshold: 0,
          counts: .integer(count: 3, zeroCount: 0, negativeDeltas: [], positiveDeltas: [1, 1]),
          positiveSpans: [.init(offset: 0, length: 1), .init(offset: 1, length: 1)], customValues: [0.5, 1]),
        .staleMarker(timestampMs: 20, custom: true),
      ], exemplars: [Exemplar(labels: LabelSet(), value: .nan, timestampMs: 4)]),
  ]

  private static var body: [UInt8] {
    var table = SeriesTable()
    var encoder = WriteRequestEncoder(.v2)
    for one in given {
      let id = table.register(LabelSet(["__name__": one.name, "job": "a"]), one.metadata)
      encoder.appendSeries(
        names: table.labelNames(of: id), values: table.labelValues(of: id), symbols: table.symbols,
        metadata: table.metadata(of: id),
        samples: one.samples[...], exemplars: one.exemplars, histograms: one.histograms)
    }
    var body: [UInt8] = []
    Snappy.compress(encoder.finish()[...], into: &body)
    return body
  }

  /// All that a request says, each part by itself and in a form in which NaNs are equal if their bits are.
  private func parts(_ body: [UInt8]) throws -> Set<String> {
    let request = try RequestReader(IntakeLimits()).read(body, Self.headers).get()
    #expect(request.refused.isEmpty)
    var parts: Set<String> = []
    for series in request.series {
      let name = "\(series.labels.labelSet)"
      parts.insert("\(name) \(series.metadata ?? .none)")
      for sample in series.samples { parts.insert("\(name) \(sample) \(sample.value.bitPattern)") }
      for histogram in series.histograms { parts.insert("\(name) \(histogram) \(histogram.sum.bitPattern)") }
      for exemplar in series.exemplars.map(\.exemplar) {
        parts.insert("\(name) \(exemplar) \(exemplar.value.bitPattern)")
      }
    }
    return parts
  }

  /// Runs a delivery of all that is in the log to an endpoint that takes everything.
  ///
  /// - Returns: the bodies.
  private func deliver(
    _ site: AgentSite, _ settings: EndpointSettings, _ books: EndpointBooks
  ) async throws -> [[UInt8]] {
    let bodies = Mutex<[[UInt8]]>([])
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let delivery = try EndpointDelivery(
      settings, books: books, externalLabels: LabelSet(), log: site.log, registry: site.registry,
      courier: { request in
        let counts = Self.counts(request.body)
        bodies.withLock { $0.append(request.body) }
        return .answered(
          WriteResponse(status: 204, receivedAtSeconds: 0) { name in
            switch name {
            case HeaderName.samplesWritten: "\(counts[0])"
            case HeaderName.histogramsWritten: "\(counts[1])"
            case HeaderName.exemplarsWritten: "\(counts[2])"
            default: nil
            }
          })
      }, telemetry: site.telemetry, place: "http://localhost/write", logger: logger, nowMs: { 1_000_000 })
    delivery.drain()
    await delivery.run()
    #expect(delivery.status.waiting == 0)
    #expect(delivery.status.settled.acknowledged == delivery.status.taken)
    return bodies.withLock { $0 }
  }

  /// What an endpoint says that it wrote.
  private static func counts(_ body: [UInt8]) -> [Int] {
    guard case .success(let request) = RequestReader(IntakeLimits()).read(body, headers) else { return [0, 0, 0] }
    var counts = [0, 0, 0]
    for series in request.series {
      counts[0] += series.samples.count
      counts[1] += series.histograms.count
      counts[2] += series.exemplars.count
    }
    return counts
  }

  @Test("Start timestamps, exemplars, histograms of all kinds, stale markers and metadata arrive as they were sent")
  func unharmed() async throws {
    let site = try AgentSite()
    var settings = EndpointSettings(name: "backend", url: "http://localhost/write")
    settings.message = .version2
    settings.sendExemplars = true
    settings.sendNativeHistograms = true
    let books = try EndpointBooks(settings, log: site.log)
    let body = Self.body
    let answer = site.route.intake.answer(body, Self.headers)
    #expect(answer.status == 204, "\(answer.reason)")
    #expect([answer.samplesWritten, answer.histogramsWritten, answer.exemplarsWritten] == [5, 5, 3])
    var arrived: Set<String> = []
    for delivered in try await deliver(site, settings, books) { arrived.formUnion(try parts(delivered)) }
    let sent = try parts(body)
    // Five series, each with its metadata.
    #expect(sent.count == 18)
    #expect(arrived.subtracting(sent).isEmpty)
    #expect(sent.subtracting(arrived).isEmpty)
  }

  @Test("R9 keeps a start timestamp of 0 as none, in the log too")
  func startTimestamps() async throws {
    let site = try AgentSite()
    #expect(site.route.intake.answer(Self.body, Self.headers).status == 204)
    var starts: [String: [Int64]] = [:]
    try site.read { _, decoded, series in
      for (index, number) in decoded.series.enumerated() {
        let name = series[number]?.labels["__name__"] ?? ""
        starts[name, default: []].append(decoded.startTimestampsMs.isEmpty ? 0 : decoded.startTimestampsMs[index])
      }
      for sample in decoded.histograms {
        starts[series[sample.series]?.labels["__name__"] ?? "", default: []].append(sample.histogram.startTimestampMs)
      }
    }
    let expected: [String: [Int64]] = [
      "requests_total": [5, 0, 25], "ended": [0, 0], "integers": [3, 0], "floats": [0], "custom": [9, 0],
    ]
    #expect(starts == expected)
  }
}
