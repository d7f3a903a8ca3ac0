import Delivery
import Diagnostics
import DurableLog
import Foundation
import LogReview
import Logging
import MetricModel
import RemoteWriteProtocol
import SampleLog
import Settings
import Synchronization
import Telemetry
import Testing

/// A storage path as an agent leaves it, made by the agent's own writers; gone after the test.
final class World {
  static let nowMs: Int64 = 1_800_000_000_000

  let folder: String
  private let segmentBytesMax: UInt64
  private(set) var log: DurableLog
  private let registry = SeriesRegistry()
  private var value = 0.0

  init(segmentBytesMax: UInt64 = 128 << 20) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "log-review-\(UUID().uuidString)").path
    self.segmentBytesMax = segmentBytesMax
    log = try Self.open(folder, segmentBytesMax)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static func open(_ folder: String, _ segmentBytesMax: UInt64) throws -> DurableLog {
    var settings = LogSettings()
    settings.segmentBytesMax = segmentBytesMax
    return try DurableLog(directory: folder, settings: settings, nowMs: { World.nowMs })
  }

  /// Appends a record with one sample for each of `count` series.
  func take(_ count: Int, lane: UInt32 = 0) throws {
    var batch = SampleBatch()
    for number in 0..<count {
      value += 1
      let id = registry.withTable { $0.register(LabelSet(["__name__": "metric", "n": "\(lane)-\(number)"])) }
      batch.append(id, timestampMs: Self.nowMs, value: value)
    }
    try SampleLog(log: log, registry: registry).take(batch, lane: lane)
  }

  /// Appends a record with `count` histograms, which Remote Write 1.0 cannot carry.
  func takeHistograms(_ count: Int) throws {
    var batch = SampleBatch()
    for number in 0..<count {
      let id = registry.withTable { $0.register(LabelSet(["__name__": "histogram", "n": "\(number)"])) }
      batch.append(
        id,
        histogram: NativeHistogram(
          timestampMs: Self.nowMs, sum: 1, schema: -53, zeroThreshold: 0,
          counts: .integer(count: 1, zeroCount: 0, negativeDeltas: [], positiveDeltas: [1]),
          positiveSpans: [.init(offset: 0, length: 1)], customValues: [1, 2]))
    }
    try SampleLog(log: log, registry: registry).take(batch, lane: 0)
  }

  /// Runs the delivery of an endpoint until `courier` took what the log holds, or does not take it.
  func deliver(
    to name: String, shards: Int = 1, perRequest: Int = 1000, _ courier: @escaping Courier = answering(204)
  ) async throws {
    var settings = EndpointSettings(name: name, url: "http://localhost/write")
    settings.queue.minShards = shards
    settings.queue.maxSamplesPerSend = perRequest
    settings.queue.batchSendDeadline = .zero
    settings.sendNativeHistograms = true
    var quiet = Logger(label: "test")
    quiet.logLevel = .critical
    let delivery = try EndpointDelivery(
      settings, books: EndpointBooks(settings, log: log), externalLabels: LabelSet(), log: log, registry: registry,
      courier: courier,
      telemetry: MetricsRegistry(), place: "http://localhost/write", logger: quiet, planInterval: .seconds(3600),
      nowMs: { World.nowMs })
    delivery.drain()
    await delivery.run()
  }

  func report(endpoint: String? = nil) throws -> LogReport {
    try LogReview(directory: folder, endpoint: endpoint, nowMs: { World.nowMs }).report()
  }

  func verify() throws -> LogReport { try LogReview(directory: folder, nowMs: { World.nowMs }).verify() }

  func path(of segment: Int) -> String { folder + "/segments/" + String(format: "%020d", segment) + ".segment" }

  /// Changes the bytes of a file.
  func edit(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    change(&bytes)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Gives a file the time of a write that is long over.
  func age(_ path: String) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: path)
  }

  /// Every file and folder below the storage path with its bytes and the time of its last change.
  func snapshot() throws -> [String: String] {
    var files: [String: String] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      let full = folder + "/" + path
      let attributes = try FileManager.default.attributesOfItem(atPath: full)
      let bytes = try? Data(contentsOf: URL(fileURLWithPath: full))
      files[path] = "\(attributes[.modificationDate] ?? "") \(bytes?.count ?? -1) \(bytes?.hashValue ?? 0)"
    }
    return files
  }
}

/// A courier that answers every request with one status.
func answering(_ status: Int, _ words: String = "") -> Courier {
  { _ in .answered(WriteResponse(status: status, bodyPrefix: Array(words.utf8)[...], receivedAtSeconds: 0)) }
}

/// A courier that answers by the number of the request, from 0, and remembers what it was posted.
final class ScriptedCourier: Sendable {
  private let posts = Mutex<[OutgoingRequest]>([])
  private let script: @Sendable (Int) -> CourierAnswer

  init(_ script: @escaping @Sendable (Int) -> CourierAnswer) { self.script = script }

  var requests: [OutgoingRequest] { posts.withLock { $0 } }

  var courier: Courier {
    { request in
      let number = self.posts.withLock { posts in
        posts.append(request)
        return posts.count - 1
      }
      return self.script(number)
    }
  }
}

extension LogReport {
  var ids: [String] { findings.map(\.id) }

  func endpoint(_ name: String) throws -> EndpointReport { try #require(endpoints.first { $0.name == name }) }

  func delivery(_ name: String) throws -> EndpointReport.Delivery { try #require(try endpoint(name).delivery) }
}
