import Discovery
import Logging
public import MetricModel
public import Relabeling
public import Settings
import Synchronization
import Telemetry

/// The targets of one job, each with its own scraper.
public final class ScrapePool: Sendable {
  private struct Running {
    var scraper: TargetScraper
    var task: Task<Void, Never>
  }

  private struct State {
    /// By ``Target/spreadHash``: one target found twice, or described otherwise, is scraped once and goes on.
    var running: [UInt64: Running] = [:]
    var dropped: [LabelSet] = []
    var droppedCount = 0
    var isStopped = false
  }

  public let settings: ScrapeSettings
  private let builder: TargetBuilder
  private let metricProgram: RelabelProgram
  private let context: ScrapeContext
  private let state = Mutex(State())

  /// - Throws: when a relabelling rule of the job is not valid.
  public init(_ settings: ScrapeSettings, context: ScrapeContext) throws(RelabelRuleError) {
    self.settings = settings
    self.context = context
    builder = TargetBuilder(job: settings, program: try RelabelProgram(settings.relabelRules))
    metricProgram = try RelabelProgram(settings.metricRelabelRules)
    context.metrics.setTargetLimit(settings.limits.targets, job: settings.jobName)
  }

  /// Makes the targets of `groups` the job's targets: starts what is new, ends what is gone, leaves the rest alone.
  public func update(_ groups: [TargetGroup]) {
    var wanted: [UInt64: Target] = [:]
    var dropped: [LabelSet] = []
    for verdict in groups.flatMap(builder.verdicts(on:)) {
      switch verdict {
      case .active(let target): wanted[target.spreadHash] = target
      case .dropped(let labels): dropped.append(labels)
      case .invalid(let labels, let reason):
        context.logger.error(
          "A target cannot be scraped",
          metadata: [
            "scrape_pool": "\(settings.jobName)", "address": "\(labels["__address__"] ?? "")", "cause": "\(reason)",
          ])
      }
    }
    let overLimit = overTargetLimit(wanted.count)
    state.withLock { state in
      guard !state.isStopped else { return }
      state.dropped = keep(dropped)
      state.droppedCount = dropped.count
      // By lane: a target that is described otherwise has the same series, and they end before they go on.
      var ending: [UInt32: Task<Void, Never>] = [:]
      for (identity, running) in state.running where wanted[identity] == nil {
        running.scraper.markGone()
        running.task.cancel()
        ending[running.scraper.target.lane] = running.task
        state.running[identity] = nil
        context.load.end(scrapingEvery: running.scraper.target.interval)
      }
      // All before the first of them looks.
      for (identity, target) in wanted where state.running[identity] == nil {
        context.load.begin(scrapingEvery: target.interval)
      }
      for (identity, target) in wanted {
        let known = state.running[identity]?.scraper
        let scraper = known ?? TargetScraper(target, settings, metricProgram, context)
        scraper.force(overLimit)
        scraper.rediscovered(target.discoveredLabels)
        if known == nil {
          let predecessor = ending[target.lane]
          let task = Task(executorPreference: context.threads(target.lane)) {
            await predecessor?.value
            await scraper.run()
          }
          state.running[identity] = Running(scraper: scraper, task: task)
        }
      }
      context.metrics.setTargets(state.running.count, job: settings.jobName)
    }
  }

  /// Stops scraping and waits for what is under way.
  ///
  /// - Parameter targetsAreGone: whether the job is no more, so that its series end; at shutdown they do not, for the
  ///   next start goes on with them.
  public func stop(targetsAreGone: Bool) async {
    let tasks = state.withLock { state in
      if !state.isStopped {
        for running in state.running.values { context.load.end(scrapingEvery: running.scraper.target.interval) }
      }
      state.isStopped = true
      let running = Array(state.running.values)
      if targetsAreGone { state.running.removeAll() }
      return running.map { running in
        if targetsAreGone { running.scraper.markGone() }
        running.task.cancel()
        return running.task
      }
    }
    for task in tasks { await task.value }
    if targetsAreGone { context.metrics.remove(job: settings.jobName) }
  }

  /// How often the targets of all jobs are scraped together.
  var scrapesPerSecond: Double { context.load.perSecond }

  public var activeTargets: [TargetStatus] {
    state.withLock { $0.running.values.map(\.scraper.status) }.sorted { $0.url < $1.url }
  }

  /// The labels of targets that `relabel_configs` dropped, as discovered.
  public var droppedTargets: [LabelSet] { state.withLock { $0.dropped } }

  /// How many targets were dropped, shown or not.
  public var droppedTargetCount: Int { state.withLock { $0.droppedCount } }

  /// What the job's pages say about their metric families, each target's own word.
  public var families: [(name: String, metadata: MetricMetadata)] {
    state.withLock { $0.running.values.map(\.scraper) }.flatMap(\.families)
  }

  private func keep(_ dropped: [LabelSet]) -> [LabelSet] {
    let limit = settings.limits.keepDroppedTargets
    return limit > 0 ? Array(dropped.prefix(limit)) : dropped
  }

  private func overTargetLimit(_ count: Int) -> ScrapeFailure? {
    let limit = settings.limits.targets
    guard limit > 0 && count > limit else { return nil }
    context.metrics.exceededTargetLimit.add(1)
    return ScrapeFailure(.targetLimit, "target_limit: the job has \(count) targets, \(limit) are allowed")
  }
}
