import Delivery
import DurableLog
import Foundation
import Logging
import MetricModel
import Settings
import Synchronization
import Telemetry
import Transport

/// The endpoints that run, by name: the name is what keeps a backlog through every change of the rest.
final class EndpointSet: Sendable {
  /// How long a request under way may delay a change of its endpoint's settings.
  private static let handoverPatience: Duration = .seconds(5)

  private struct Running {
    var delivery: EndpointDelivery
    var metadata: Task<Void, Never>
    var task: Task<Void, Never>
    var externalLabels: LabelSet
  }

  private let log: DurableLog
  private let registry: SeriesRegistry
  private let transport: HTTPTransport
  private let telemetry: MetricsRegistry
  private let logger: Logger
  private let families: @Sendable () -> [(name: String, metadata: MetricMetadata)]
  private let running = Mutex<[String: Running]>([:])

  init(
    log: DurableLog, registry: SeriesRegistry, transport: HTTPTransport, telemetry: MetricsRegistry, logger: Logger,
    families: @escaping @Sendable () -> [(name: String, metadata: MetricMetadata)]
  ) {
    self.log = log
    self.registry = registry
    self.transport = transport
    self.telemetry = telemetry
    self.logger = logger
    self.families = families
  }

  /// Makes `endpoints` what runs. Endpoints whose settings did not change are left alone; a changed one goes on from
  /// where it stands.
  func apply(_ endpoints: [EndpointSettings], externalLabels: LabelSet) async throws(AgentError) {
    let names = Set(endpoints.map(\.name))
    for (name, old) in running.withLock({ $0 }) where !names.contains(name) {
      let waiting = old.delivery.status.waiting
      await end(old)
      old.delivery.removeMetrics()
      running.withLock { $0[name] = nil }
      logger.notice(
        "An endpoint is no longer configured; its place in the log is kept in case it comes back under the same name",
        metadata: ["remote_name": "\(name)", "waiting": "\(waiting)"])
    }
    for settings in endpoints {
      let old = running.withLock { $0[settings.name] }
      if let old {
        if old.delivery.settings == settings && old.externalLabels == externalLabels { continue }
        await end(old)
        logger.notice(
          "An endpoint has new settings and goes on where it stood", metadata: ["remote_name": "\(settings.name)"])
      }
      let new = try start(settings, externalLabels)
      running.withLock { $0[settings.name] = new }
    }
  }

  private func start(_ settings: EndpointSettings, _ externalLabels: LabelSet) throws(AgentError) -> Running {
    let courier = transport.courier(to: settings)
    let delivery: EndpointDelivery
    do {
      delivery = try EndpointDelivery(
        settings, externalLabels: externalLabels, log: log, registry: registry, courier: courier,
        telemetry: telemetry, place: Self.place(of: settings.url), logger: logger,
        nowMs: { Int64(Date().timeIntervalSince1970 * 1000) })
    } catch {
      throw .endpoint(name: settings.name, reason: error.description)
    }
    let metadata = MetadataSender(settings, courier: courier, metrics: delivery.metrics, families: families)
    return Running(
      delivery: delivery, metadata: Task { await metadata.run() }, task: Task { await delivery.run() },
      externalLabels: externalLabels)
  }

  private func end(_ old: Running) async {
    old.metadata.cancel()
    old.delivery.stop()
    await Self.wait(for: [old.task], atMost: Self.handoverPatience)
  }

  /// Delivers what the log holds, for `deadline` at most. What is left then stays in the log.
  func drain(within deadline: Duration) async {
    let all = running.withLock { Array($0.values) }
    for endpoint in all {
      endpoint.metadata.cancel()
      endpoint.delivery.drain()
    }
    await Self.wait(for: all.map(\.task), atMost: deadline)
  }

  /// Waits for the tasks; cancels them when the time is over, which ends them at once.
  private static func wait(for tasks: [Task<Void, Never>], atMost limit: Duration) async {
    let timer = Task {
      try await Task.sleep(for: limit)
      for task in tasks { task.cancel() }
    }
    for task in tasks { await task.value }
    timer.cancel()
  }

  var statuses: [EndpointStatus] {
    running.withLock { $0.values.map(\.delivery) }.map(\.status).sorted { $0.name < $1.name }
  }

  /// The position before which no endpoint needs anything; nil without endpoints.
  var lowWater: LogPosition? { running.withLock { $0.values.map(\.delivery) }.map(\.lowWater).min() }

  func expire(before position: LogPosition) {
    for delivery in running.withLock({ $0.values.map(\.delivery) }) { delivery.expire(before: position) }
  }

  /// What retention has to know of each endpoint, by name.
  var backlogs: [Retention.Endpoint] {
    running.withLock { $0.values.map(\.delivery) }
      .map {
        Retention.Endpoint(name: $0.settings.name, lowWater: $0.lowWater, bounds: $0.settings.delivery.backlog)
      }
      .sorted { $0.name < $1.name }
  }

  /// Lets everything before `position` expire for one endpoint.
  func expire(before position: LogPosition, for name: String) {
    running.withLock { $0[name]?.delivery }?.expire(before: position)
  }

  /// Scheme, host, port and path: what may be shown of a URL.
  static func place(of url: String) -> String {
    guard var parts = URLComponents(string: url) else { return "" }
    parts.user = nil
    parts.password = nil
    parts.query = nil
    parts.fragment = nil
    return parts.string ?? ""
  }
}
