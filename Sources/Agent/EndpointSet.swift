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
///
/// A change never waits for an endpoint. What an old delivery has under way may end in its own time, bounded by a few
/// seconds; the new one of the same name begins when it has, in the same books.
final class EndpointSet: Sendable {
  /// How long a request under way may delay the beginning of the endpoint's next delivery.
  private static let handoverPatience: Duration = .seconds(5)

  private struct Running {
    var delivery: EndpointDelivery
    var metadata: Task<Void, Never>
    var task: Task<Void, Never>
    var externalLabels: LabelSet
  }

  /// A delivery that was told to end.
  private struct Ending {
    var number: Int
    var books: EndpointBooks
    var task: Task<Void, Never>
  }

  private struct State {
    var running: [String: Running] = [:]
    /// The one told last, of each name.
    var ending: [String: Ending] = [:]
    var endingCount = 0
  }

  private let log: DurableLog
  private let registry: SeriesRegistry
  private let transport: HTTPTransport
  private let telemetry: MetricsRegistry
  private let logger: Logger
  private let threads: DeliveryThreads
  private let shared = SharedRequests()
  private let families: @Sendable () -> [(name: String, metadata: MetricMetadata)]
  private let state = Mutex(State())

  init(
    log: DurableLog, registry: SeriesRegistry, transport: HTTPTransport, telemetry: MetricsRegistry, logger: Logger,
    threads: DeliveryThreads, families: @escaping @Sendable () -> [(name: String, metadata: MetricMetadata)]
  ) {
    self.log = log
    self.registry = registry
    self.transport = transport
    self.telemetry = telemetry
    self.logger = logger
    self.threads = threads
    self.families = families
  }

  /// Makes `endpoints` what runs. Endpoints whose settings did not change are left alone; a changed one goes on from
  /// where it stands. Not to be called twice at once.
  ///
  /// - Throws: when an endpoint cannot be delivered to; those before it in the list run by then.
  func apply(_ endpoints: [EndpointSettings], externalLabels: LabelSet) throws(AgentError) {
    let before = state.withLock { $0.running }
    let isStart = before.isEmpty
    let names = Set(endpoints.map(\.name))
    let removed = before.filter { !names.contains($0.key) }.map(\.value)
    for settings in endpoints {
      let old = before[settings.name]
      if let old, old.delivery.settings == settings && old.externalLabels == externalLabels { continue }
      try replace(old, with: settings, externalLabels)
      if !isStart { explain(settings, replacing: old, removed) }
    }
    for old in removed {
      retire(old)
      old.delivery.removeMetrics()
      logger.notice(
        "An endpoint is no longer configured; its place in the log is kept in case it comes back under the same name",
        metadata: ["remote_name": "\(old.delivery.settings.name)", "waiting": "\(old.delivery.status.waiting)"])
    }
  }

  private func replace(
    _ old: Running?, with settings: EndpointSettings, _ externalLabels: LabelSet
  ) throws(AgentError) {
    let courier = transport.courier(to: settings)
    let place = Self.place(of: settings.url)
    let ending = state.withLock { $0.ending[settings.name] }
    let delivery: EndpointDelivery
    do throws(EndpointError) {
      let books: EndpointBooks
      if let known = old?.delivery.books ?? ending?.books {
        books = known
      } else {
        books = try EndpointBooks(settings, log: log)
      }
      // The metrics of the old place would stand still for ever beside those of the new one.
      if let old, Self.place(of: old.delivery.settings.url) != place { old.delivery.removeMetrics() }
      delivery = try EndpointDelivery(
        settings, books: books, externalLabels: externalLabels, log: log, registry: registry, shared: shared,
        courier: courier, telemetry: telemetry, place: place, logger: logger, threads: threads,
        nowMs: { Int64(Date().timeIntervalSince1970 * 1000) })
    } catch {
      throw .endpoint(name: settings.name, reason: error.description)
    }
    let predecessor = old.map(retire) ?? ending?.task
    let metadata = MetadataSender(
      settings, courier: courier, metrics: delivery.metrics, pace: delivery.pace,
      message: { delivery.message }, families: families)
    let new = Running(
      delivery: delivery, metadata: Task { await metadata.run() },
      task: Task(executorPreference: threads.disk) {
        await predecessor?.value
        await delivery.run()
      }, externalLabels: externalLabels)
    state.withLock { $0.running[settings.name] = new }
  }

  /// Tells a delivery to end, without waiting for it.
  ///
  /// - Returns: a task that ends with it.
  @discardableResult
  private func retire(_ old: Running) -> Task<Void, Never> {
    let name = old.delivery.settings.name
    old.metadata.cancel()
    old.delivery.stop()
    return state.withLock { state in
      state.endingCount += 1
      let number = state.endingCount
      let task = Task {
        await Self.wait(for: [old.task], atMost: Self.handoverPatience)
        forget(name, number)
      }
      state.running[name] = nil
      state.ending[name] = Ending(number: number, books: old.delivery.books, task: task)
      return task
    }
  }

  /// From here on the books of an endpoint that is gone are opened anew: the log may have let go of segments.
  private func forget(_ name: String, _ number: Int) {
    state.withLock { state in
      if state.ending[name]?.number == number { state.ending[name] = nil }
    }
  }

  private func explain(_ settings: EndpointSettings, replacing old: Running?, _ removed: [Running]) {
    let metadata: Logger.Metadata = ["remote_name": "\(settings.name)"]
    if old != nil {
      logger.notice("An endpoint has new settings and goes on where it stood", metadata: metadata)
    } else if let former = removed.first(where: { $0.delivery.settings.url == settings.url }) {
      let status = former.delivery.status
      logger.warning(
        """
        An endpoint has another name, and a name is what keeps a backlog: it gets what is taken from now on; give it \
        the former name again to send what waits for that
        """,
        metadata: metadata.merging(["former": "\(status.name)", "waiting": "\(status.waiting)"]) { $1 })
    } else {
      let waiting = state.withLock { $0.running[settings.name] }?.delivery.status.waiting ?? 0
      logger.notice(
        waiting > 0 ? "An endpoint is back and goes on where it stood" : "An endpoint is new",
        metadata: metadata.merging(["waiting": "\(waiting)"]) { $1 })
    }
  }

  /// Delivers what the log holds, for `deadline` at most. What is left then stays in the log.
  func drain(within deadline: Duration) async {
    let (all, ending) = state.withLock { (Array($0.running.values), $0.ending.values.map(\.task)) }
    for endpoint in all {
      endpoint.metadata.cancel()
      endpoint.delivery.drain()
    }
    await Self.wait(for: all.map(\.task), atMost: deadline)
    for task in ending { await task.value }
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

  private var deliveries: [EndpointDelivery] { state.withLock { $0.running.values.map(\.delivery) } }

  var statuses: [EndpointStatus] {
    deliveries.map(\.status).sorted { $0.name < $1.name }
  }

  /// What retention has to know of each endpoint, by name.
  var backlogs: [Retention.Endpoint] {
    deliveries
      .map {
        Retention.Endpoint(name: $0.settings.name, lowWater: $0.lowWater, bounds: $0.settings.delivery.backlog)
      }
      .sorted { $0.name < $1.name }
  }

  /// Lets everything before `position` expire for one endpoint.
  func expire(before position: LogPosition, for name: String) {
    state.withLock { $0.running[name]?.delivery }?.expire(before: position)
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
