import AgentConfiguration
import Diagnostics
import Discovery
import Logging
import MetricModel
import Relabeling
import Scraping
import Settings
import Synchronization
import Telemetry

/// The scrape jobs that run, by name, each with what finds its targets.
final class ScrapeSet: Sendable {
  private struct Running {
    var pool: ScrapePool
    var discovery: Task<Void, Never>
  }

  /// How long a file's targets outlive it: long enough for one that is deleted and written anew, short enough for one
  /// that was meant to go.
  private static let vanishedFilePatience: Duration = .seconds(5)

  private let context: ScrapeContext
  private let metrics: DiscoveryMetrics
  private let running = Mutex<[String: Running]>([:])

  init(context: ScrapeContext, metrics: DiscoveryMetrics) {
    self.context = context
    self.metrics = metrics
  }

  /// Makes `jobs` what runs. A job whose settings did not change goes on undisturbed, with what it remembers; a
  /// changed one begins anew.
  func apply(_ jobs: [ScrapeSettings]) async throws(AgentError) {
    var pools: [ScrapePool] = []
    for job in jobs where running.withLock({ $0[job.jobName]?.pool.settings }) != job {
      do {
        pools.append(try ScrapePool(job, context: context))
      } catch {
        throw .job(name: job.jobName, reason: error.description)
      }
    }
    let names = Set(jobs.map(\.jobName))
    let changed = Set(pools.map(\.settings.jobName))
    for (name, old) in running.withLock({ $0 }) where !names.contains(name) || changed.contains(name) {
      old.discovery.cancel()
      await old.pool.stop(targetsAreGone: true)
      metrics.remove(job: name)
      running.withLock { $0[name] = nil }
    }
    for pool in pools {
      let discovery = Task { await self.discover(for: pool) }
      running.withLock { $0[pool.settings.jobName] = Running(pool: pool, discovery: discovery) }
    }
  }

  /// Stops scraping at once; the series do not end, the next start goes on with them.
  func stop() async {
    let all = running.withLock { Array($0.values) }
    for job in all { job.discovery.cancel() }
    await withTaskGroup { group in
      for job in all { group.addTask { await job.pool.stop(targetsAreGone: false) } }
    }
  }

  var pools: [ScrapePool] {
    running.withLock { $0.values.map(\.pool) }.sorted { $0.settings.jobName < $1.settings.jobName }
  }

  var families: [(name: String, metadata: MetricMetadata)] { pools.flatMap(\.families) }

  // MARK: - Discovery

  /// Feeds a pool with what all its sources say, for as long as the job runs.
  private func discover(for pool: ScrapePool) async {
    let sources = sources(of: pool.settings)
    // Unbounded, but every source keeps only its newest update until this loop has taken it.
    let (updates, input) = AsyncStream.makeStream(of: (source: Int, groups: [String: [TargetGroup]]).self)
    let readers = sources.enumerated().map { number, source in
      Task { for await groups in source.updates() { input.yield((number, groups)) } }
    }
    defer { for reader in readers { reader.cancel() } }
    var known = sources.map { _ in [String: [TargetGroup]]() }
    for await update in updates {
      known[update.source] = update.groups
      let groups = known.flatMap { $0.sorted { $0.key < $1.key }.flatMap(\.value) }
      metrics.noteUpdate(job: pool.settings.jobName, targets: groups.reduce(0) { $0 + $1.addresses.count })
      pool.update(groups)
    }
  }

  private func sources(of job: ScrapeSettings) -> [any DiscoverySource] {
    var sources: [any DiscoverySource] = []
    if !job.staticTargets.isEmpty { sources.append(StaticDiscovery(groups: job.staticTargets)) }
    for settings in job.fileDiscoveries {
      sources.append(
        FileDiscovery(settings: settings, vanishedFile: .keptFor(Self.vanishedFilePatience), parse: Self.parse) {
          [logger = context.logger, metrics] event in
          if event.isReadError { metrics.fileReadErrors.add(1) }
          logger.log(
            level: event.level, "\(event.sentence)",
            metadata: ["scrape_pool": "\(job.jobName)", "file": "\(event.path)"])
        })
    }
    return sources
  }

  private static func parse(_ bytes: [UInt8], _ path: String) -> Result<[TargetGroup], DiscoveryFileError> {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .failure(DiscoveryFileError("the file is not UTF-8"))
    }
    let result = TargetFile.read(text: text, path: path)
    if let groups = result.groups { return .success(groups) }
    return .failure(DiscoveryFileError(result.errors.map(\.text).joined(separator: "; ")))
  }
}

extension FileDiscoveryEvent {
  fileprivate var level: Logger.Level {
    switch self {
    case .unusable, .vanished: .warning
    case .forgotten, .recovered: .notice
    }
  }

  fileprivate var isReadError: Bool {
    if case .unusable = self { true } else { false }
  }

  fileprivate var path: String {
    switch self {
    case .unusable(let path, _), .vanished(let path), .forgotten(let path), .recovered(let path): path
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .unusable(_, let reason): "A file of targets cannot be used; its last good targets stay. \(reason)"
    case .vanished: "A file of targets is gone; its targets stay for a moment in case it comes back"
    case .forgotten: "The targets of a file that is gone are given up"
    case .recovered: "A file of targets is good again"
    }
  }
}
