import AgentConfiguration
import Delivery
import Diagnostics
import Discovery
import DurableLog
import EventLoops
import Foundation
import Intake
public import Listening
public import Logging
import MetricModel
import SampleLog
import Scraping
import Settings
import UnixSignals
import Synchronization
public import Telemetry
import Transport

/// The agent: scrapes what its configuration names, keeps it in the log, delivers it to every endpoint.
///
///     let agent = try Agent(options, logger: logger)
///     try await agent.run()       // until SIGTERM, SIGINT or ``quit()``
///
/// Data goes one way: targets → scrape set → log → endpoint set. What composes them is all that is here.
public final class Agent: AgentControls {
  private enum Event: Sendable {
    case reload(answer: (@Sendable (String) -> Void)?)
    case end(reason: String)
  }

  public let options: AgentOptions
  public let telemetry: MetricsRegistry
  private let logger: Logger
  private let log: DurableLog
  private let gate = LogGate()
  private let watched: WatchedLog
  private let troubles: Troubles
  private let transport = HTTPTransport()
  private let listener: WebListener
  /// Scrapers, shards and pushes, each on one thread with its timers and connections. They wait for the disk there: pages
  /// and signals are answered elsewhere, whatever the disk does.
  private let scrapeThreads = LoopThreads(name: "scrape")
  private let deliveryThreads = LoopThreads(name: "deliver")
  private let pushThreads = LoopThreads(name: "push")
  /// For all else that waits for the disk.
  private let diskThreads = DiskThreads()
  private let pushGate = PushGate()
  private let pushStore: PushStore
  let pushes: WriteRoute<PushStore>?
  private let scrapes: ScrapeSet
  private let endpoints: EndpointSet
  private let metrics: AgentMetrics
  private let configuration: Mutex<LoadedConfiguration>
  private let lastReload = Mutex(ReloadOutcome(runningSinceMs: 0))
  private let ready = Mutex(false)
  private let events: AsyncStream<Event>
  private let eventsIn: AsyncStream<Event>.Continuation

  /// Reads the configuration and opens the log. Nothing runs yet.
  ///
  /// - Parameter security: TLS and users of the agent's pages; nil for plain HTTP that is open to all.
  public init(
    _ options: AgentOptions, security: WebSecurity? = nil, telemetry: MetricsRegistry = MetricsRegistry(),
    logger: Logger
  ) throws(AgentError) {
    let configuration = try LoadedConfiguration(options)
    let logSettings = LogSettings(options, endpoints: configuration.settings.endpoints)
    do {
      log = try DurableLog(directory: Self.trimmed(options.storagePath), settings: logSettings)
    } catch {
      throw .log(error.description)
    }
    let series = SeriesRegistry()
    troubles = Troubles(registry: telemetry, logger: logger, nowMs: SystemDisk.nowMs)
    watched = WatchedLog(SampleLog(log: log, registry: series, gate: gate), troubles: troubles)
    let scrapes = ScrapeSet(
      context: ScrapeContext(
        pages: transport.pageSource(), sink: watched, registry: series, metrics: ScrapeMetrics(registry: telemetry),
        clock: .ofLoopThreads, logger: logger, threads: { [scrapeThreads] in scrapeThreads[Int($0)] },
        disk: diskThreads),
      sources: DiscoverySources(
        fetch: transport.discoveryFetcher(), lookup: SystemResolver(), metrics: DiscoveryMetrics(registry: telemetry),
        logger: logger))
    self.scrapes = scrapes
    let pushStore = PushStore(
      registry: series, sink: watched, gate: pushGate, metrics: PushMetrics(registry: telemetry), bounds: PushBounds())
    self.pushStore = pushStore
    pushes =
      options.enableRemoteWriteReceiver
      ? WriteRoute(to: pushStore, options, threads: diskThreads, telemetry: telemetry) : nil
    endpoints = EndpointSet(
      log: log, registry: series, transport: transport, telemetry: telemetry, logger: logger,
      threads: DeliveryThreads(loops: deliveryThreads, disk: diskThreads),
      families: { scrapes.families + pushStore.families })
    metrics = AgentMetrics(registry: telemetry, log: log, watched: watched, series: series)
    listener = WebListener(options.listener, security: security, logger: logger)
    self.options = options
    self.telemetry = telemetry
    self.logger = logger
    self.configuration = Mutex(configuration)
    (events, eventsIn) = AsyncStream.makeStream(of: Event.self)
    warn(of: configuration)
  }

  /// Runs until it is told to end, then delivers what it can within the flush deadline.
  ///
  /// - Parameters:
  ///   - handlesSignals: SIGHUP reloads, SIGTERM and SIGINT end.
  ///   - started: called with the address once everything runs.
  public func run(
    handlesSignals: Bool = true, started: @Sendable (ListeningAddress) -> Void = { _ in }
  ) async throws(AgentError) {
    let address: ListeningAddress
    do {
      address = try await listener.start(
        AgentResponder(agent: self), staysWithConnection: AgentResponder.staysWithConnection,
        gathering: pushes.map { Gathering(PushGathering(route: $0), on: pushThreads) })
    } catch {
      throw .listening(error.description)
    }
    let signals = Task { if handlesSignals { await self.watchSignals() } }
    let stalls = StallWatch(troubles: troubles, nowMs: SystemDisk.nowMs) { [log] in log.stalledSinceMs }
    let lookout = Lookout(always: { stalls.look() })
    lookout.start()
    defer { lookout.stop() }
    let caretaker = LogUpkeep(
      log: log, endpoints: endpoints, retention: Retention(bounds: options.logBounds), gate: gate, watched: watched,
      troubles: troubles, pushes: pushStore, lookout: lookout, telemetry: telemetry, logger: logger)
    let upkeep = Task(executorPreference: diskThreads) { await caretaker.run() }
    do {
      try await apply(configuration.withLock { $0 })
    } catch {
      signals.cancel()
      await shutDown(upkeep)
      throw error
    }
    noteReload(problem: nil)
    pushGate.open()
    metrics.ready.set(1)
    ready.withLock { $0 = true }
    logStart(address)
    started(address)
    let watch = Task(executorPreference: diskThreads) { await self.watchConfiguration() }
    let memory = Task { await MemoryCare.run() }
    await handleEvents()
    memory.cancel()
    watch.cancel()
    signals.cancel()
    await shutDown(upkeep)
  }

  public func report() -> AgentReport {
    // Endpoints first: what the log takes meanwhile is then in the sum.
    let endpoints = endpoints.statuses
    let targets = scrapes.pools.flatMap(\.activeTargets).map { target in
      (job: target.job, isUp: target.health == .unknown ? nil : target.health == .up)
    }
    return AgentReport(samplesTaken: log.endSequence, logBytes: log.bytes, endpoints: endpoints, targets: targets)
  }

  /// Ends ``run(handlesSignals:started:)``.
  public func end(reason: String) { eventsIn.yield(.end(reason: reason)) }

  /// Has the tasks of this process that no thread was chosen for run on threads that sleep while there is nothing to do.
  /// Once, before the first of them.
  public static func takeSharedTasks() { LoopThreads(count: 2, name: "task").takeSharedTasks() }

  // MARK: - Events

  private func handleEvents() async {
    for await event in events {
      switch event {
      case .reload(let answer):
        let problem = await reloadNow()
        answer?(problem)
      case .end(let reason):
        logger.notice("Shutting down", metadata: ["reason": "\(reason)"])
        return
      }
    }
  }

  private func watchSignals() async {
    for await signal in await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint) {
      eventsIn.yield(signal == .sighup ? .reload(answer: nil) : .end(reason: "\(signal)"))
    }
  }

  /// Looks at the files of the configuration at the interval of the options, and reloads where they changed.
  private func watchConfiguration() async {
    guard let interval = options.autoReloadInterval else { return }
    while (try? await Task.sleep(for: interval)) != nil {
      let running = configuration.withLock { $0 }
      let found = ConfigurationFingerprint.current(
        of: options.configFile, deliveryFile: options.deliveryFile, patterns: running.settings.scrapeFilePatterns,
        files: LocalConfigurationFiles())
      let lastLoadFailed = lastReload.withLock { $0.problem != nil }
      if ConfigurationFingerprint.asksForReload(
        running: running.fingerprint, found: found, lastLoadFailed: lastLoadFailed)
      {
        eventsIn.yield(.reload(answer: nil))
      }
    }
  }

  /// - Returns: what went wrong; empty for nothing. The running configuration stays where something did.
  private func reloadNow() async -> String {
    do throws(AgentError) {
      let new = try LoadedConfiguration(options)
      try await apply(new)
      configuration.withLock { $0 = new }
      noteReload(problem: nil)
      warn(of: new)
      logger.notice("The configuration was read again", metadata: ["file": "\(options.configFile)"])
      return ""
    } catch {
      noteReload(problem: error.description)
      return error.description
    }
  }

  private func noteReload(problem: String?) {
    metrics.noteReload(succeeded: problem == nil)
    lastReload.withLock { outcome in
      outcome.problem = problem
      if problem == nil { outcome.runningSinceMs = SystemDisk.nowMs() }
    }
    guard let problem else { return troubles.clear(.reloadFailed) }
    // The first line is in the message, so that another mistake is told in the log again.
    let first = problem.split(separator: "\n").first ?? ""
    troubles.raise(
      .reloadFailed, "The configuration could not be read again; the running one stays: \(first)", evidence: problem,
      fix: "correct the file and reload once more")
  }

  private func apply(_ new: LoadedConfiguration) async throws(AgentError) {
    // Endpoints before targets: a new endpoint begins at the end of the log, and is to have what new targets bring.
    try endpoints.apply(new.settings.endpoints, externalLabels: new.settings.externalLabels)
    try await scrapes.apply(new.settings.scrapes)
  }

  private func shutDown(_ upkeep: Task<Void, Never>) async {
    ready.withLock { $0 = false }
    metrics.ready.set(0)
    await pushGate.close()
    await scrapes.stop()
    await endpoints.drain(within: options.flushDeadline)
    upkeep.cancel()
    await upkeep.value
    await listener.stop()
    transport.shutdown()
    for endpoint in endpoints.statuses { logBalance(endpoint) }
    do { try log.close() } catch {
      logger.error("The log could not be closed properly", metadata: ["cause": "\(error)"])
    }
    scrapeThreads.shutdown()
    deliveryThreads.shutdown()
    pushThreads.shutdown()
    diskThreads.shutdown()
  }

  // MARK: - Words

  private func logStart(_ address: ListeningAddress) {
    let settings = configuration.withLock { $0.settings }
    logger.notice(
      "Godwit agent is running",
      metadata: [
        "version": "\(BuildInformation.version)", "config": "\(options.configFile)", "log": "\(log.directory)",
        "address": "\(listener.scheme)://\(address)", "jobs": "\(settings.scrapes.count)",
        "endpoints": "\(settings.endpoints.map { EndpointSet.place(of: $0.url) }.joined(separator: " "))",
      ])
  }

  private func warn(of configuration: LoadedConfiguration) {
    for finding in configuration.warnings {
      logger.warning(
        "\(finding.message)",
        metadata: [
          "code": "\(finding.id)", "file": "\(finding.path)", "line": "\(finding.line ?? 0)", "why": "\(finding.why)",
          "fix": "\(finding.fix)",
        ])
    }
  }

  private func logBalance(_ endpoint: EndpointStatus) {
    let metadata: Logger.Metadata = [
      "remote_name": "\(endpoint.name)", "taken": "\(endpoint.taken)",
      "acknowledged": "\(endpoint.settled.acknowledged)", "waiting": "\(endpoint.waiting)",
      "refused": "\(endpoint.settled.refused)", "dropped": "\(endpoint.settled.dropped)",
      "expired": "\(endpoint.settled.expired)", "damaged": "\(endpoint.settled.damaged)",
    ]
    if endpoint.isBalanced {
      logger.notice("Balance at shutdown; what waits is sent after the next start", metadata: metadata)
    } else {
      logger.error("The balance at shutdown does not hold", metadata: metadata)
    }
  }

  private static func trimmed(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  // MARK: - Pages

  var isReady: Bool { ready.withLock { $0 } }

  func metricsPage() -> [UInt8] { telemetry.render() }

  func configurationText() -> String { configuration.withLock { $0.redactedText } }

  var pageTitle: String { options.pageTitle }

  func flags() -> [(name: String, value: String)] { options.flags }

  func targetsPage(state: String, job: String?) -> String {
    StatusPages.targets(scrapes.pools, state: state, job: job)
  }

  func poolsPage() -> String { StatusPages.pools(scrapes.pools.map(\.settings.jobName)) }

  func metadataPage(_ question: MetadataQuestion) -> String { StatusPages.metadata(question, scrapes.families) }

  func status() -> AgentStatus {
    let segments = log.segments()
    return AgentStatus(
      troubles: troubles.current,
      log: LogFigures(log, segments, bytesMax: options.logBounds.bytesMax, nowMs: SystemDisk.nowMs()),
      samplesNotTaken: watched.samplesNotTaken, report: report(),
      backlogBytes: Dictionary(
        endpoints.backlogs.map { ($0.name, Backlog(segments, from: $0.lowWater).bytes) }, uniquingKeysWith: max),
      reload: lastReload.withLock { $0 })
  }

  func reload() async -> String? {
    guard options.enableLifecycle else { return nil }
    return await withCheckedContinuation { continuation in
      eventsIn.yield(.reload(answer: { continuation.resume(returning: $0) }))
    }
  }

  func quit() -> Bool {
    if options.enableLifecycle { end(reason: "asked for by /-/quit") }
    return options.enableLifecycle
  }
}
