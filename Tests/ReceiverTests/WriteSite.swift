import DurableLog
import EventLoops
import Foundation
import Hummingbird
import Intake
import Listening
import Logging
import MetricModel
import SampleLog
import Telemetry
import Testing

@testable import Agent
@testable import Receiver

/// The two that take remote write.
enum WritePeer: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case agent, receiver
  var testDescription: String { rawValue }
}

/// A series as the one that took it remembers it.
struct StoredSeries: Hashable {
  var labels: [String: String]
  var samples = 0
  var histograms = 0
  var exemplars = 0
  var type = ""
  var help = ""
}

/// One of the two, listening, and a way to look at what it took.
struct WriteSite {
  var client: RawClient
  /// Every series with at least one point, by its labels.
  var stored: () throws -> [[String: String]: StoredSeries]
  /// The agent's metrics or the receiver's.
  var telemetry: MetricsRegistry
  /// The log of the agent.
  var log: AgentSite?
}

/// Runs `body` with a `peer` that listens on a free port and is stopped afterwards.
func withPeer(
  _ peer: WritePeer, limits change: (inout IntakeLimits) -> Void = { _ in },
  _ body: (WriteSite) async throws -> Void
) async throws {
  var limits = IntakeLimits()
  change(&limits)
  switch peer {
  case .receiver:
    try await withReceiver {
      $0.acceptedVersions = limits.acceptedVersions
      $0.bodyBytesMax = limits.bodyBytesMax
      $0.labelsPerSeriesMax = limits.labelsPerSeriesMax
    } _: { receiver, client in
      try await body(
        WriteSite(client: client, stored: { stored(in: receiver) }, telemetry: MetricsRegistry(), log: nil))
    }
  case .agent:
    let site = try AgentSite(limits: limits)
    try await site.serve { client in
      try await body(
        WriteSite(client: client, stored: { try site.stored() }, telemetry: site.telemetry, log: site))
    }
  }
}

private func stored(in receiver: RemoteWriteReceiver) -> [[String: String]: StoredSeries] {
  var result: [[String: String]: StoredSeries] = [:]
  for series in receiver.series(limit: 10_000) where series.samples + series.histograms > 0 {
    result[series.labels] = StoredSeries(
      labels: series.labels, samples: series.samples, histograms: series.histograms, exemplars: series.exemplars,
      type: series.type ?? "", help: series.help ?? "")
  }
  return result
}

/// The part of an agent that takes pushes, over a log in a directory of its own.
final class AgentSite: Sendable {
  let directory: String
  let log: DurableLog
  let logGate = LogGate()
  let gate = PushGate()
  let telemetry = MetricsRegistry()
  let registry = SeriesRegistry()
  let store: PushStore
  let allowance: BodyAllowance
  let route: WriteRoute<PushStore>
  private let threads = DiskThreads()
  private let loops = LoopThreads(count: 2)

  init(
    limits: IntakeLimits = IntakeLimits(), bounds: PushBounds = PushBounds(), allowance: Int = 64 << 20,
    logSettings: LogSettings = LogSettings(),
    sink: ((SampleLog) -> any SampleSink)? = nil, nowMs: @escaping @Sendable () -> Int64 = PushStore.elapsedMs
  ) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "push-\(UUID().uuidString)").path
    log = try DurableLog(directory: directory, settings: logSettings)
    let samples = SampleLog(log: log, registry: registry, gate: logGate)
    store = PushStore(
      registry: registry, sink: sink?(samples) ?? samples, gate: gate, metrics: PushMetrics(registry: telemetry),
      bounds: bounds, nowMs: nowMs)
    self.allowance = BodyAllowance(bytesMax: allowance)
    route = WriteRoute(
      intake: WriteIntake(limits: limits, store: store), allowance: self.allowance, threads: threads,
      telemetry: telemetry)
    gate.open()
  }

  deinit {
    threads.shutdown()
    loops.shutdown()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// - Parameter gathers: whether pushes are gathered where they arrive, as the agent does it where nobody is asked for
  ///   credentials.
  func serve(gathers: Bool = true, _ body: (RawClient) async throws -> Void) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let listener = WebListener(ListeningAddress(host: "127.0.0.1", port: 0), logger: logger)
    let address = try await listener.start(
      Responder(route: route), staysWithConnection: { _ in true },
      gathering: gathers ? Gathering(PushGathering(route: route), on: loops) : nil)
    do {
      try await body(RawClient(address: address))
    } catch {
      await listener.stop()
      throw error
    }
    await listener.stop()
  }

  private struct Context: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
  }

  private struct Responder: HTTPResponder {
    let route: WriteRoute<PushStore>
    func respond(to request: Request, context: Context) async throws -> Response {
      try await route.respond(to: request)
    }
  }

  /// One sample of the log, in its order.
  struct Point: Hashable {
    var lane: UInt32
    var labels: [String: String]
    var timestampMs: Int64
    var bits: UInt64
    var histogram: NativeHistogram?
  }

  /// How many records the log holds for each lane.
  func recordCounts() throws -> [UInt32: Int] {
    var counts: [UInt32: Int] = [:]
    try read { record, _, _ in counts[record.lane, default: 0] += 1 }
    return counts
  }

  func points() throws -> [Point] {
    var points: [Point] = []
    try read { record, decoded, series in
      for index in decoded.series.indices {
        points.append(
          Point(
            lane: record.lane, labels: series[decoded.series[index]]?.labels ?? [:],
            timestampMs: decoded.timestampsMs[index], bits: decoded.values[index].bitPattern))
      }
      for sample in decoded.histograms {
        points.append(
          Point(
            lane: record.lane, labels: series[sample.series]?.labels ?? [:],
            timestampMs: sample.histogram.timestampMs, bits: sample.histogram.sum.bitPattern,
            histogram: sample.histogram))
      }
    }
    return points
  }

  func stored() throws -> [[String: String]: StoredSeries] {
    var result: [[String: String]: StoredSeries] = [:]
    try read { _, decoded, series in
      for (index, number) in decoded.series.enumerated() {
        guard let one = series[number] else { continue }
        result[one.labels, default: one].samples += 1
        result[one.labels]?.type = one.type
        result[one.labels]?.help = one.help
        result[one.labels]?.exemplars += decoded.exemplars.count { $0.sampleIndex == index }
      }
      for sample in decoded.histograms {
        guard let one = series[sample.series] else { continue }
        result[one.labels, default: one].histograms += 1
      }
    }
    return result
  }

  /// Calls `body` with each record, and with what the numbers in it stand for in its lane.
  func read(_ body: (LogRecord, DecodedRecord, [UInt32: StoredSeries]) throws -> Void) throws {
    var reader = LogReader(log, from: .start)
    var decoded = DecodedRecord()
    var segment: SegmentNumber = 0
    var meanings: [UInt32: [UInt32: StoredSeries]] = [:]
    while case .record(let record) = try reader.next(wanted: { _ in true }) {
      // Nothing of an earlier segment or of another lane may be needed.
      if record.position.segment != segment { meanings = [:] }
      segment = record.position.segment
      var series = meanings[record.lane] ?? [:]
      try decoded.decode(record, from: reader.bytes) { number, labels, metadata in
        series[number] = StoredSeries(
          labels: Dictionary(labels.pairs.map { ($0.name, $0.value) }) { $1 },
          type: metadata.type == .unknown ? "" : metadata.type.word, help: metadata.help)
      }
      meanings[record.lane] = series
      try body(record, decoded, series)
    }
  }
}
