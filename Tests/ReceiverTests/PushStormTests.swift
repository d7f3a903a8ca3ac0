import DurableLog
import GodwitTesting
import Intake
import MetricModel
import RemoteWriteProtocol
import SampleLog
import Synchronization
import Telemetry
import Testing

@testable import Agent

/// Passes batches on to a log, and refuses some at random.
private final class MoodySink: SampleSink {
  private let log: SampleLog
  private let random: Mutex<SeededRandom>

  init(_ log: SampleLog, seed: UInt64) {
    self.log = log
    random = Mutex(SeededRandom(seed: seed))
  }

  func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError) {
    try refuse(batch.sampleCount)
    try log.take(batch, lane: lane)
  }

  func take(_ batches: [LaneBatch]) throws(SampleSinkError) {
    try refuse(batches.reduce(0) { $0 + $1.batch.sampleCount })
    try log.take(batches)
  }

  private func refuse(_ sampleCount: Int) throws(SampleSinkError) {
    let reason: SampleSinkError.Reason? = random.withLock { random in
      if sampleCount > 6 && random.oneIn(3) { return .tooLarge }
      if !random.oneIn(20) { return nil }
      return [.full, .disk, .diskFull].randomElement(using: &random)
    }
    if let reason { throw SampleSinkError(reason, "as told") }
  }
}

/// Every sample of the storm has a time of its own, by which it is found again.
private struct Sent: Hashable {
  var series: StoredSeries
  var pusher: Int
  var request: Int
}

/// What the pushers did.
private struct Story {
  var sent: [Int64: Sent] = [:]
  var acknowledged: Set<Int64> = []
  /// Of those, the ones that were sent once only.
  var sentOnce: Set<Int64> = []
  /// The sum of what all answers said.
  var written = 0
}

/// What all of a storm share.
private final class Scene: Sendable {
  let clock = Atomic<Int64>(0)
  let story = Mutex(Story())
}

@Suite("A storm of pushes")
struct PushStormTests {
  private static let pushers = 4

  @Test(
    "Whatever fails and whoever is forgotten meanwhile, what was acknowledged is in the log as it was sent",
    arguments: SeededRandom.seeds)
  func storm(seed: UInt64) async throws {
    let scene = Scene()
    var bounds = PushBounds()
    bounds.seriesMax = 70
    bounds.keepMs = 1000
    bounds.recordBytesMax = 600
    var logSettings = LogSettings()
    logSettings.segmentBytesMax = 20_000
    let site = try AgentSite(
      bounds: bounds, logSettings: logSettings, sink: { MoodySink($0, seed: seed) },
      nowMs: { scene.clock.load(ordering: .relaxed) })
    await withTaskGroup { group in
      for pusher in 0..<Self.pushers {
        group.addTask {
          var course = PushCourse(pusher: pusher, seed: seed, site: site)
          for request in 0..<120 {
            await course.push(request, scene)
          }
        }
      }
      group.addTask { await Self.scrape(site.registry, seed: seed) }
    }
    try check(scene.story.withLock { $0 }, site, seed)
    scene.clock.add(bounds.keepMs * 10, ordering: .relaxed)
    site.store.settle()
    #expect(site.store.seriesCount == 0, "seed \(seed)")
    #expect(site.registry.withTable { $0.count } == 0, "seed \(seed)")
    #expect(site.registry.withTable { $0.symbols.count } == 1, "seed \(seed)")
  }

  /// Somebody else who holds some of the series now and then, and others that take their numbers.
  private static func scrape(_ registry: SeriesRegistry, seed: UInt64) async {
    var random = SeededRandom(seed: ~seed)
    var held: [SeriesID] = []
    for _ in 0..<2000 {
      if held.count > 20 || random.oneIn(2), let index = held.indices.randomElement(using: &random) {
        let id = held.remove(at: index)
        registry.withTable { $0.release(id) }
      } else {
        let name = random.oneIn(2) ? "m" : "scraped"
        let labels = LabelSet([("__name__", name), ("n", "\(Int.random(in: 0..<60, using: &random))")])
        held.append(registry.withTable { $0.register(labels) })
      }
      if random.oneIn(4) { await Task.yield() }
    }
    let rest = held
    registry.withTable { table in for id in rest { table.release(id) } }
  }

  private func check(_ story: Story, _ site: AgentSite, _ seed: UInt64) throws {
    var times: [Int64: Int] = [:]
    var newest: [[String]: Int] = [:]
    var count = 0
    try site.read { _, decoded, series in
      let floats = zip(decoded.series, decoded.timestampsMs).map { ($0, $1) }
      let histograms = decoded.histograms.map { ($0.series, $0.histogram.timestampMs) }
      for (number, timestampMs) in floats + histograms {
        count += 1
        times[timestampMs, default: 0] += 1
        let sent = try #require(story.sent[timestampMs], "seed \(seed)")
        var stored = try #require(series[number], "seed \(seed)")
        // A 1.0 series has no description of its own and takes that of its family, which others may have described.
        if sent.series.type.isEmpty && sent.series.help.isEmpty { (stored.type, stored.help) = ("", "") }
        #expect(stored == sent.series, "seed \(seed)")
        // A request comes again as a whole until it is taken, so its number never goes back.
        let pair = ["\(sent.pusher)", "\(sent.series)"]
        #expect(newest[pair, default: 0] <= sent.request, "seed \(seed)")
        newest[pair] = sent.request
      }
    }
    let lost = story.acknowledged.filter { times[$0] == nil }
    #expect(lost.isEmpty, "seed \(seed)")
    let repeated = story.sentOnce.filter { times[$0] != 1 }
    #expect(repeated.isEmpty, "seed \(seed)")
    #expect(story.written == count, "seed \(seed)")
    #expect(!story.sentOnce.isEmpty && story.sentOnce.count < story.acknowledged.count, "seed \(seed)")
    let name = "prometheus_agent_samples_appended_total"
    let floats = site.telemetry.value(of: name, labels: [("type", "float")]) ?? 0
    let histograms = site.telemetry.value(of: name, labels: [("type", "histogram")]) ?? 0
    #expect(floats + histograms == Double(count), "seed \(seed)")
    #expect(site.log.endSequence == UInt64(count), "seed \(seed)")
  }
}

/// One sender, who sends each request until it is taken.
private struct PushCourse {
  let pusher: Int
  let site: AgentSite
  private var random: SeededRandom
  private var lastTimeMs: Int64

  init(pusher: Int, seed: UInt64, site: AgentSite) {
    self.pusher = pusher
    self.site = site
    random = SeededRandom(seed: seed &+ UInt64(pusher) &* 1_000_003)
    lastTimeMs = Int64(pusher + 1) * 1_000_000_000
  }

  mutating func push(_ request: Int, _ scene: Scene) async {
    let version: WriteMessageVersion = random.oneIn(3) ? .v1 : .v2
    var timesMs: [Int64] = []
    let series = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      one(version, request, scene, &timesMs)
    }
    let body = version == .v1 ? TestRequest.v1(series) : TestRequest.v2(series)
    let headers = WriteHeaders(
      contentType: version.contentType, contentEncoding: "snappy", version: version.versionHeader, userAgent: "test/1")
    for attempt in 0..<100 {
      if random.oneIn(4) { scene.clock.add(Int64.random(in: 1...400, using: &random), ordering: .relaxed) }
      if random.oneIn(8) { site.store.settle() }
      let answer = site.route.intake.answer(body, headers)
      #expect([204, 429, 503].contains(answer.status), "\(answer.reason)")
      scene.story.withLock { story in
        story.written += answer.samplesWritten + answer.histogramsWritten
        if answer.status == 204 { story.acknowledged.formUnion(timesMs) }
        if answer.status == 204 && attempt == 0 { story.sentOnce.formUnion(timesMs) }
      }
      if answer.status == 204 {
        #expect(answer.samplesWritten + answer.histogramsWritten == timesMs.count)
        return
      }
      await Task.yield()
    }
    Issue.record("pusher \(pusher) did not get rid of request \(request)")
  }

  /// A series that other pushers may bring too, of one type in 2.0 or of another.
  private mutating func one(
    _ version: WriteMessageVersion, _ request: Int, _ scene: Scene, _ timesMs: inout [Int64]
  ) -> TestSeries {
    var series = TestSeries("m", [("n", "\(Int.random(in: 0..<60, using: &random))")])
    if random.oneIn(5) { series.labels.append(("p", "\(pusher)")) }
    series.type = random.oneIn(3) ? 1 : 0
    series.help = random.oneIn(6) ? "Help of \(Int.random(in: 0..<3, using: &random))." : ""
    let isHistogram = random.oneIn(4)
    let isV2 = version == .v2
    let stored = StoredSeries(
      labels: Dictionary(uniqueKeysWithValues: series.labels), type: isV2 && series.type == 1 ? "counter" : "",
      help: isV2 ? series.help : "")
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      lastTimeMs += 1
      let timeMs = lastTimeMs
      timesMs.append(timeMs)
      if isHistogram { series.histograms.append((timeMs, 3)) } else { series.samples.append((timeMs, 1)) }
      let sent = Sent(series: stored, pusher: pusher, request: request)
      scene.story.withLock { $0.sent[timeMs] = sent }
    }
    return series
  }
}
