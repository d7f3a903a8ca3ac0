import Discovery
import Exposition
import GodwitTesting
import Logging
import MetricModel
import Relabeling
import Settings
import Synchronization
import Telemetry

@testable import Scraping

/// One sample as a test wants to see it.
struct SeenSample: Hashable, CustomStringConvertible {
  var series: String
  var timestampMs: Int64
  /// The bits, so that a stale marker equals itself.
  var bits: UInt64

  init(_ series: String, _ timestampMs: Int64, _ value: Double) {
    self.series = series
    self.timestampMs = timestampMs
    bits = value.bitPattern
  }

  static func stale(_ series: String, _ timestampMs: Int64) -> SeenSample {
    SeenSample(series, timestampMs, SpecialNaN.staleMarker)
  }

  var value: Double { Double(bitPattern: bits) }
  var isStale: Bool { SpecialNaN.isStaleMarker(value) }
  var description: String { "\(series) \(isStale ? "stale" : "\(value)") @\(timestampMs)" }
}

extension SampleBatch {
  /// The batch with its series spelled out, in its order.
  func spelled(by registry: SeriesRegistry) -> [SeenSample] {
    series.indices.map { index in
      let id = series[index]
      let labels = registry.withTable { $0.labels(of: id) }
      return SeenSample(labels.description, timestampsMs[index], values[index])
    }
  }
}

/// Records what it takes, and refuses while it is told to.
final class RecordingSink: SampleSink {
  private struct State {
    var batches: [[SeenSample]] = []
    var lanes: Set<UInt32> = []
    var isFull = false
    var last = SampleBatch()
    var lastHistograms: [(series: String, isEnd: Bool)] = []
  }

  private let state = Mutex(State())
  private let registry: SeriesRegistry

  init(_ registry: SeriesRegistry) { self.registry = registry }

  var batches: [[SeenSample]] { state.withLock { $0.batches } }
  /// As it was taken, with its histograms and start times.
  var lastBatch: SampleBatch { state.withLock { $0.last } }
  /// The histograms of the last batch, named while their series were still registered.
  var lastEnds: [(series: String, isEnd: Bool)] { state.withLock { $0.lastHistograms } }
  var lanes: Set<UInt32> { state.withLock { $0.lanes } }
  func setFull(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

  func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError) {
    let spelled = batch.spelled(by: registry)
    let whole = copy batch
    let histograms = whole.histograms.map { sample in
      let id = sample.series
      return (registry.withTable { $0.labels(of: id) }.description, sample.histogram.isStaleMarker)
    }
    let isFull = state.withLock { state in
      if state.isFull { return true }
      state.batches.append(spelled)
      state.lanes.insert(lane)
      state.last = whole
      state.lastHistograms = histograms
      return false
    }
    if isFull { throw SampleSinkError(.diskFull, "no space left on device") }
  }

  func take(_ batches: [LaneBatch]) throws(SampleSinkError) {
    for part in batches { try take(part.batch, lane: part.lane) }
  }
}

/// A target's scraper without its clock and network: pages go in, batches come out.
struct ScrapeBench {
  let registry = SeriesRegistry()
  let metrics = MetricsRegistry()
  let sink: RecordingSink
  var work: TargetScraper.Work
  private var timeMs: Int64 = 1_700_000_000_000

  static let labels = LabelSet(["job": "j", "instance": "i"])

  init(labels: LabelSet = ScrapeBench.labels, _ change: (inout ScrapeSettings) -> Void = { _ in }) throws {
    var settings = ScrapeSettings(jobName: "j")
    change(&settings)
    sink = RecordingSink(registry)
    let target = Target(
      labels: labels, discoveredLabels: LabelSet(), url: "http://i/metrics", interval: .seconds(15),
      timeout: .seconds(10), histograms: settings.histograms, spreadHash: 0xfeed)
    let context = ScrapeContext(
      pages: { _ in { .failure(ScrapeFailure(.unreachable, "no network here")) } }, sink: sink,
      registry: registry, metrics: ScrapeMetrics(registry: metrics),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    work = TargetScraper.Work(target, settings, try RelabelProgram(settings.metricRelabelRules), context)
  }

  /// Samples that the log did not take, by reason.
  func notTaken(because reason: SampleSinkError.Reason) -> Double? {
    metrics.value(of: "godwit_scrape_samples_not_taken_total", labels: [("reason", reason.rawValue)])
  }

  var seriesCount: Int { registry.withTable { $0.count } }
  var nowMs: Int64 { timeMs }

  /// Scrapes a page fifteen seconds after the last one.
  @discardableResult
  mutating func scrape(_ page: String, type: String? = "text/plain") -> ScrapeFailure? {
    timeMs += 15_000
    return work.take(
      .success(FetchedPage(body: Array(page.utf8), contentType: type)), at: timeMs, durationSeconds: 0.25)
  }

  /// Scrapes a page in protobuf fifteen seconds after the last one.
  @discardableResult
  mutating func scrape(_ page: ProtobufPage) -> ScrapeFailure? {
    timeMs += 15_000
    return work.take(
      .success(FetchedPage(body: page.bytes, contentType: "application/vnd.google.protobuf")), at: timeMs,
      durationSeconds: 0.25)
  }

  /// The histograms of the last scrape, by series.
  var lastHistograms: [(series: String, histogram: NativeHistogram)] {
    sink.lastBatch.histograms.map { sample in
      (registry.withTable { $0.labels(of: sample.series) }.description, sample.histogram)
    }
  }

  /// Since when each float of the last scrape counts, but for the report.
  var lastStarts: [String: Int64] {
    let batch = sink.lastBatch
    var starts: [String: Int64] = [:]
    for index in batch.series.indices where !batch.startTimestampsMs.isEmpty {
      let id = batch.series[index]
      let name = registry.withTable { $0.labels(of: id) }.description
      if batch.startTimestampsMs[index] != 0 { starts[name] = batch.startTimestampsMs[index] }
    }
    return starts
  }

  func counter(_ name: String) -> Double? { metrics.value(of: name, labels: []) }

  @discardableResult
  mutating func scrapeFails(_ code: ScrapeFailure.Code = .unreachable) -> ScrapeFailure? {
    timeMs += 15_000
    return work.take(.failure(ScrapeFailure(code, "\(code)")), at: timeMs, durationSeconds: 0.25)
  }

  /// Sets the clock back or forward.
  mutating func turnClock(byMs milliseconds: Int64) { timeMs += milliseconds }

  mutating func end() {
    timeMs += 1
    work.end(at: timeMs)
    work.release()
  }

  /// What the last scrape brought besides its report.
  var last: [SeenSample] { (sink.batches.last ?? []).filter { !Self.isReport($0.series) } }

  /// The last scrape's report series, by metric name.
  var report: [String: Double] {
    var report: [String: Double] = [:]
    for sample in sink.batches.last ?? [] where Self.isReport(sample.series) {
      report[String(sample.series.prefix { $0 != "{" })] = sample.value
    }
    return report
  }

  static func isReport(_ series: String) -> Bool { series.hasPrefix("up{") || series.hasPrefix("scrape_") }
}

/// `name` as a series of the bench's target.
func series(_ name: String, _ more: String = "") -> String {
  name + "{" + (more < "instance" ? more + (more.isEmpty ? "" : ",") : "") + "instance=\"i\",job=\"j\""
    + (more < "instance" ? "" : "," + more) + "}"
}
