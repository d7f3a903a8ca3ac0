import Delivery
import DurableLog
import Foundation
import Logging
import MetricModel
import SampleLog
import Settings
import Synchronization
import Telemetry
import Testing

/// A log in a directory of its own, with series to append to it; gone after the test.
final class World: Sendable {
  let folder: String
  let log: DurableLog
  let registry = SeriesRegistry()
  let telemetry = MetricsRegistry()
  let nowMs: Int64 = 1_000_000
  private let samples: SampleLog
  private let counter = Mutex(0.0)

  init(
    segmentBytesMax: UInt64 = 128 << 20, folder: String? = nil, disk: any LogDisk = SystemDisk(),
    nowMs: @escaping @Sendable () -> Int64 = { 1_000_000 }
  ) throws {
    self.folder =
      folder ?? FileManager.default.temporaryDirectory.appending(path: "delivery-\(UUID().uuidString)").path
    var settings = LogSettings()
    settings.segmentBytesMax = segmentBytesMax
    log = try DurableLog(directory: self.folder, settings: settings, disk: disk, nowMs: nowMs)
    samples = SampleLog(log: log, registry: registry)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Appends a record with one sample for each series; values rise over the life of the world.
  ///
  /// - Returns: the values.
  @discardableResult
  func append(_ series: [Int], lane: UInt32, timestampMs: Int64? = nil, histograms: Bool = false) throws -> [Double] {
    var batch = SampleBatch()
    var values: [Double] = []
    for number in series {
      let labels = LabelSet(["__name__": "m", "n": "\(number)"])
      let id = registry.withTable { $0.register(labels) }
      let value = counter.withLock { counter in
        counter += 1
        return counter
      }
      values.append(value)
      if histograms && number % 2 == 0 {
        batch.append(
          id,
          histogram: NativeHistogram(
            timestampMs: timestampMs ?? Int64(value), sum: value, schema: 0, zeroThreshold: 0,
            counts: .integer(count: 1, zeroCount: 1, negativeDeltas: [], positiveDeltas: [])))
      } else {
        batch.append(id, timestampMs: timestampMs ?? Int64(value), value: value)
      }
    }
    try samples.take(batch, lane: lane)
    return values
  }

  /// Appends a record with whatever `fill` puts into it.
  func append(lane: UInt32 = 0, _ fill: (inout SampleBatch) -> Void) throws {
    var batch = SampleBatch()
    fill(&batch)
    try samples.take(batch, lane: lane)
  }

  func series(_ labels: [String: String], _ metadata: MetricMetadata = .none) -> SeriesID {
    let labels = LabelSet(labels)
    return registry.withTable { $0.register(labels, metadata) }
  }

  static func settings(_ change: (inout EndpointSettings) -> Void = { _ in }) -> EndpointSettings {
    var settings = EndpointSettings(name: "backend", url: "http://localhost/write")
    settings.queue.batchSendDeadline = .zero
    settings.queue.maxSamplesPerSend = 7
    settings.queue.minBackoff = .nanoseconds(1000)
    settings.queue.maxBackoff = .nanoseconds(2000)
    change(&settings)
    return settings
  }

  func delivery(
    _ settings: EndpointSettings = World.settings(), to courier: ScriptedCourier, external: LabelSet = LabelSet(),
    planInterval: Duration = .seconds(3600), nowMs: Int64 = 1_000_000, books: EndpointBooks? = nil,
    clock: (@Sendable () -> Int64)? = nil, shared: SharedRequests = SharedRequests()
  ) throws -> EndpointDelivery {
    var quiet = Logger(label: "test")
    quiet.logLevel = .critical
    return try EndpointDelivery(
      settings, books: books ?? EndpointBooks(settings, log: log), externalLabels: external, log: log,
      registry: registry, shared: shared, courier: courier.courier, telemetry: telemetry,
      place: "http://localhost/write", logger: quiet, planInterval: planInterval, nowMs: clock ?? { nowMs })
  }
}

extension EndpointDelivery {
  /// Runs until all that is in the log has been delivered, or given up on for now. Not beside another run.
  func runToEnd() async {
    drain()
    await run()
  }
}

/// Nothing is waiting, nothing is unexplained, and so many have left each way.
func expectSettled(
  _ delivery: EndpointDelivery, taken: Int, acknowledged: Int, refused: Int = 0, dropped: Int = 0, expired: Int = 0,
  damaged: Int = 0, _ story: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  let status = delivery.status
  #expect(status.isBalanced, story, sourceLocation: sourceLocation)
  #expect(status.taken == UInt64(taken), story, sourceLocation: sourceLocation)
  #expect(status.waiting == 0, story, sourceLocation: sourceLocation)
  #expect(status.settled.acknowledged == UInt64(acknowledged), story, sourceLocation: sourceLocation)
  #expect(status.settled.refused == UInt64(refused), story, sourceLocation: sourceLocation)
  #expect(status.settled.dropped == UInt64(dropped), story, sourceLocation: sourceLocation)
  #expect(status.settled.expired == UInt64(expired), story, sourceLocation: sourceLocation)
  #expect(status.settled.damaged == UInt64(damaged), story, sourceLocation: sourceLocation)
}

/// Each series' samples arrived with rising values, which is the order they were taken in.
func expectOrder(
  _ arrivals: [ScriptedCourier.Arrival], _ story: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  var newest: [String: Double] = [:]
  for arrival in arrivals {
    let last = newest[arrival.series, default: 0]
    #expect(last < arrival.value, story ?? "series \(arrival.series)", sourceLocation: sourceLocation)
    newest[arrival.series] = arrival.value
  }
}
