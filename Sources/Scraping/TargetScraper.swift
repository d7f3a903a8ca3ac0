import Discovery
import Exposition
public import Logging
public import MetricModel
import Relabeling
import Settings
import Synchronization
import Telemetry

/// A page as it came over the network.
public struct FetchedPage: Sendable {
  /// After decompression.
  public var body: [UInt8]
  public var contentType: String?

  public init(body: [UInt8], contentType: String?) {
    self.body = body
    self.contentType = contentType
  }
}

/// Fetches the page of one target. What is the same each time is made before.
public typealias PageFetcher = @Sendable () async -> Result<FetchedPage, ScrapeFailure>

/// Makes what fetches the page of a target. The agent makes one from its HTTP transport, tests from a script.
public typealias PageSource = @Sendable (ScrapeRequest) -> PageFetcher

/// What all scrapers share.
public struct ScrapeContext: Sendable {
  public var pages: PageSource
  public var sink: any SampleSink
  public var registry: SeriesRegistry
  public var metrics: ScrapeMetrics
  public var clock: ScrapeClock
  public var logger: Logger
  /// Where the scraper of a lane runs; nil for the threads that all tasks share. It waits for the disk with every page.
  public var threads: @Sendable (_ lane: UInt32) -> (any TaskExecutor)?
  /// The files that failed scrapes are noted in.
  public let failureLogs: ScrapeFailureLogs
  let spareBatches = SpareBatches()
  let load = ScrapeLoad()

  public init(
    pages: @escaping PageSource, sink: any SampleSink, registry: SeriesRegistry, metrics: ScrapeMetrics,
    clock: ScrapeClock = .system, logger: Logger,
    threads: @escaping @Sendable (_ lane: UInt32) -> (any TaskExecutor)? = { _ in nil },
    disk: (any TaskExecutor)? = nil
  ) {
    self.pages = pages
    self.sink = sink
    self.registry = registry
    self.metrics = metrics
    self.clock = clock
    self.logger = logger
    self.threads = threads
    failureLogs = ScrapeFailureLogs(logger: logger, threads: disk)
  }
}

/// Scrapes one target for as long as its task runs.
///
/// The target's samples go to one lane, so they stay in order on the way to every endpoint.
final class TargetScraper: Sendable {
  let target: Target
  private let settings: ScrapeSettings
  private let fetch: PageFetcher
  private let program: RelabelProgram
  private let context: ScrapeContext
  private let failureLog: ScrapeFailureLog?
  private let state: Mutex<TargetStatus>
  private let publishedFamilies = Mutex<[(name: String, metadata: MetricMetadata)]>([])
  /// Set while the job has more targets than allowed: then every scrape fails with this.
  private let forcedFailure = Mutex<ScrapeFailure?>(nil)
  /// Whether the task's end means that the target is gone, so that its series end too.
  private let isGone = Mutex(false)

  init(_ target: Target, _ settings: ScrapeSettings, _ program: RelabelProgram, _ context: ScrapeContext) {
    self.target = target
    self.settings = settings
    fetch = context.pages(ScrapeRequest(url: target.url, settings: settings, timeout: target.timeout))
    self.program = program
    self.context = context
    failureLog = settings.failureLogFile.map { context.failureLogs.log(at: $0) }
    state = Mutex(
      TargetStatus(
        job: settings.jobName, labels: target.labels, discoveredLabels: target.discoveredLabels, url: target.url,
        interval: target.interval, timeout: target.timeout))
  }

  /// What the target's pages say about their metric families.
  var families: [(name: String, metadata: MetricMetadata)] { publishedFamilies.withLock { $0 } }

  var status: TargetStatus { state.withLock { $0 } }

  /// Discovery says other things about the target now, none of which changes its series.
  func rediscovered(_ labels: LabelSet) { state.withLock { $0.discoveredLabels = labels } }

  func force(_ failure: ScrapeFailure?) { forcedFailure.withLock { $0 = failure } }

  /// The target is gone: when the task is cancelled, its series are ended with stale markers.
  func markGone() { isGone.withLock { $0 = true } }

  /// Scrapes at every tick until the task is cancelled.
  func run() async {
    let work = WorkKeeper(Work(target, settings, program, context))
    var schedule = ScrapeSchedule(intervalMs: target.interval.milliseconds, targetHash: target.spreadHash)
    let interval = context.metrics.intervalLength(target.interval)
    var lastStartMs: Int64?
    var tickMs = schedule.tick(after: context.clock.nowMs())
    while (try? await context.clock.sleep(tickMs)) != nil && !Task.isCancelled {
      let startMs = context.clock.nowMs()
      if let lastStartMs { interval.observe(Double(startMs - lastStartMs) / 1000) }
      lastStartMs = startMs
      // In a task of its own, because a task keeps until its end what it has used for the frames of its calls, and an
      // exchange takes 17 kB of that: more than all else that a target needs between two pages.
      let timestampMs = schedule.timestamp(tickMs: tickMs, nowMs: startMs)
      async let pageBytes = scrape(at: timestampMs, with: work)
      if let bytes = await pageBytes { schedule.share(pageBytes: bytes, scrapesPerSecond: context.load.perSecond) }
      tickMs = schedule.tick(following: tickMs, at: context.clock.nowMs())
    }
    if isGone.withLock({ $0 }) { work.value.withLock { $0.end(at: context.clock.nowMs()) } }
    work.value.withLock { $0.release() }
  }

  /// - Returns: how many bytes the page had, if there was one.
  private func scrape(at timestampMs: Int64, with work: WorkKeeper) async -> Int? {
    let started = ContinuousClock.now
    let page: Result<FetchedPage, ScrapeFailure>
    if let failure = forcedFailure.withLock({ $0 }) {
      page = .failure(failure)
    } else {
      page = await fetch()
    }
    // A scrape that the end of the target cut off says nothing about the target.
    if Task.isCancelled { return nil }
    let seconds = (ContinuousClock.now - started).seconds
    let pageBytes = (try? page.get())?.body.count
    let (failure, families) = work.value.withLock { work in
      (work.take(page, at: timestampMs, durationSeconds: seconds), work.takeChangedFamilies())
    }
    if let families { publishedFamilies.withLock { $0 = families } }
    note(failure, at: timestampMs, seconds)
    return pageBytes
  }

  private func note(_ failure: ScrapeFailure?, at timestampMs: Int64, _ seconds: Double) {
    if let failure, let failureLog {
      failureLog.note(
        failure.message, job: settings.jobName, target: QueryParameter.maskingSecrets(inURL: target.url),
        atMs: timestampMs)
    }
    let before = state.withLock { state in
      defer {
        state.health = failure == nil ? .up : .down
        state.lastError = failure?.message ?? ""
        state.lastFailure = failure?.code
        state.lastScrapeMs = timestampMs
        state.lastDurationSeconds = seconds
      }
      return (health: state.health, error: state.lastError, failure: state.lastFailure)
    }
    // A target that stays down says so once, not at every scrape; /api/v1/targets always tells. That the log takes
    // nothing is told once by whoever watches the log, not by every target.
    if let failure, before.health != .down || before.error != failure.message {
      context.logger.log(
        level: failure.code == .log ? .debug : .warning, "Scrape failed",
        metadata: place.merging(["cause": "\(failure)"]) { $1 })
    } else if failure == nil && before.health == .down {
      context.logger.log(
        level: before.failure == .log ? .debug : .notice, "Scrape succeeds again", metadata: place)
    }
  }

  /// What log lines say of the target.
  private var place: Logger.Metadata {
    [
      "component": "scrape", "scrape_pool": "\(settings.jobName)",
      "target": "\(QueryParameter.maskingSecrets(inURL: target.url))",
    ]
  }
}

extension TargetScraper {
  /// Hands the work from one scrape to the next. They never come at once, so the lock costs next to nothing; outside of
  /// the frames of the tasks because each of those would have room for several copies.
  private final class WorkKeeper: Sendable {
    let value: Mutex<Work>

    init(_ work: consuming sending Work) { value = Mutex(work) }
  }

  /// The part of a scraper that only the scrape under way touches.
  struct Work {
    private let target: Target
    private let settings: ScrapeSettings
    private let context: ScrapeContext
    private let report: ReportSeries
    private let lane: UInt32
    private var pages: PageReader
    private var publishedRevision = 0
    /// The time of the last batch taken.
    private var newestMs: Int64 = 0

    init(_ target: Target, _ settings: ScrapeSettings, _ program: RelabelProgram, _ context: ScrapeContext) {
      self.target = target
      self.settings = settings
      self.context = context
      lane = target.lane
      report = ReportSeries(
        targetLabels: target.labels, withExtra: settings.extraScrapeMetrics, registry: context.registry)
      var own = settings
      own.histograms = target.histograms
      pages = PageReader(
        labeler: SeriesLabeler(
          targetLabels: target.labels, honorLabels: settings.honorLabels, limits: settings.limits, program: program,
          takesLegacyNamesOnly: settings.nameValidation == .legacy),
        settings: own, registry: context.registry)
    }

    /// Turns what a fetch brought into samples and hands them to the log.
    ///
    /// - Returns: why the scrape failed, or nil.
    mutating func take(
      _ page: Result<FetchedPage, ScrapeFailure>, at timestampMs: Int64, durationSeconds: Double
    ) -> ScrapeFailure? {
      guard timestampMs > newestMs else {
        return ScrapeFailure(
          .clock,
          "the clock of this machine went back: it is \(newestMs - timestampMs) ms behind the last scrape, and nothing "
            + "is taken until it has caught up, because samples of a series must come in the order of time")
      }
      var batch = context.spareBatches.take()
      defer { context.spareBatches.put(batch) }
      var summary = PageSummary()
      var bodyBytes = 0
      var failure: ScrapeFailure?
      do throws(ScrapeFailure) {
        let page = try page.get()
        bodyBytes = page.body.count
        try pages.read(page.body, as: try format(of: page), at: timestampMs, into: &batch, &summary)
      } catch {
        failure = error
        batch.removeAll()
        pages.readFailure(at: timestampMs, into: &batch)
        bodyBytes = error.code == .bodyLimit ? -1 : 0
      }
      report.append(
        ReportSeries.Report(
          isUp: failure == nil, durationSeconds: durationSeconds, summary: summary,
          timeoutSeconds: target.timeout.seconds, sampleLimit: settings.limits.samples, bodyBytes: bodyBytes),
        at: timestampMs, to: &batch)
      count(summary, failure)
      return commit(batch, at: timestampMs) ?? failure
    }

    /// Ends all series of the target.
    mutating func end(at nowMs: Int64) {
      // A sample at its tick may be a moment ahead of the clock, and the end comes after it.
      let timestampMs = max(nowMs, newestMs + 1)
      var batch = context.spareBatches.take()
      defer { context.spareBatches.put(batch) }
      pages.end(at: timestampMs, into: &batch)
      report.appendStaleMarkers(at: timestampMs, to: &batch)
      if let failure = commit(batch, at: timestampMs) {
        context.logger.error(
          "The end of a target could not be recorded",
          metadata: ["target": "\(QueryParameter.maskingSecrets(inURL: target.url))", "cause": "\(failure)"])
      }
    }

    mutating func release() {
      pages.release()
      report.release(from: context.registry)
    }

    private mutating func commit(_ batch: borrowing SampleBatch, at timestampMs: Int64) -> ScrapeFailure? {
      do {
        try context.sink.take(batch, lane: lane)
        context.metrics.samplesAppended.add(batch.floatCount)
        context.metrics.histogramsAppended.add(batch.histograms.count)
        pages.batchWasTaken()
        newestMs = timestampMs
        context.metrics.highestTimestamp.raise(to: Double(timestampMs) / 1000)
        return nil
      } catch {
        pages.batchWasRefused()
        context.metrics.countNotTaken(batch.sampleCount, because: error.reason)
        return ScrapeFailure(
          error.reason == .tooLarge ? .batch : .log, "the log did not take the scrape: \(error)")
      }
    }

    private func format(of page: FetchedPage) throws(ScrapeFailure) -> PageFormat {
      if let contentType = page.contentType, let format = PageFormat(contentType: contentType) { return format }
      switch settings.fallbackProtocol {
      case .prometheusText004, .prometheusText100: return .text(.prometheusText)
      case .openMetrics001, .openMetrics100: return .text(.openMetrics)
      case .prometheusProto: return .protobuf
      case nil:
        let got = page.contentType.map { "Content-Type \"\($0)\"" } ?? "no Content-Type"
        throw ScrapeFailure(
          .answer,
          "the answer has \(got), which is no exposition format; if it is one all the same, name it with "
            + "fallback_scrape_protocol")
      }
    }

    private func count(_ summary: PageSummary, _ failure: ScrapeFailure?) {
      context.metrics.duplicates.add(summary.duplicates)
      context.metrics.outOfOrder.add(summary.outOfOrder)
      context.metrics.outOfBounds.add(summary.outOfBounds)
      switch failure?.code {
      case .bodyLimit: context.metrics.exceededBodyLimit.add(1)
      case .sampleLimit: context.metrics.exceededSampleLimit.add(1)
      case .labelLimit: context.metrics.exceededLabelLimits.add(1)
      case .bucketLimit: context.metrics.exceededBucketLimit.add(1)
      default: break
      }
    }

    /// The families of the target's pages, if they are not what they were at the last call.
    mutating func takeChangedFamilies() -> [(name: String, metadata: MetricMetadata)]? {
      guard pages.families.revision != publishedRevision else { return nil }
      publishedRevision = pages.families.revision
      return pages.families.all
    }
  }
}
