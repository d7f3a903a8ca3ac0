import Discovery
import Logging
import MetricModel
import Relabeling
import Settings
import Synchronization
import Telemetry
import Testing

@testable import Scraping

/// A clock that stands until the test moves it; whoever sleeps wakes when its time has come.
final class ScriptedClock: Sendable {
  fileprivate struct Sleeper {
    var untilMs: Int64
    var waker: CheckedContinuation<Void, any Error>
  }

  fileprivate struct State {
    var nowMs: Int64 = 1_700_000_000_000
    var sleepers: [UInt64: Sleeper] = [:]
    var cancelled: Set<UInt64> = []
    var count: UInt64 = 0
    var watchers: [(count: Int, waker: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var scrapeClock: ScrapeClock {
    ScrapeClock(nowMs: { self.state.withLock { $0.nowMs } }, sleep: { try await self.sleep($0) })
  }

  private func sleep(_ untilMs: Int64) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (waker: CheckedContinuation<Void, any Error>) in
        let (isOver, isCancelled, watchers) =
          state.withLock { state in
            if state.cancelled.remove(number) != nil { return (false, true, []) }
            if untilMs <= state.nowMs { return (true, false, []) }
            state.sleepers[number] = Sleeper(untilMs: untilMs, waker: waker)
            return (false, false, state.dueWatchers())
          } as (Bool, Bool, [CheckedContinuation<Void, Never>])
        if isOver { waker.resume() }
        if isCancelled { waker.resume(throwing: CancellationError()) }
        for watcher in watchers { watcher.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let sleeper = state.sleepers.removeValue(forKey: number)
        if sleeper == nil { state.cancelled.insert(number) }
        return sleeper
      }
      sleeper?.waker.resume(throwing: CancellationError())
    }
  }

  /// Returns once `count` tasks sleep.
  func waitForSleepers(_ count: Int) async {
    await withCheckedContinuation { (waker: CheckedContinuation<Void, Never>) in
      let due = state.withLock { state in
        state.watchers.append((count, waker))
        return state.dueWatchers()
      }
      for watcher in due { watcher.resume() }
    }
  }

  func advance(ms: Int64) {
    let due = state.withLock { state in
      state.nowMs += ms
      let due = state.sleepers.filter { $0.value.untilMs <= state.nowMs }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.waker)
    }
    for waker in due { waker.resume() }
  }
}

extension ScriptedClock.State {
  fileprivate mutating func dueWatchers() -> [CheckedContinuation<Void, Never>] {
    let due = watchers.filter { $0.count <= sleepers.count }.map(\.waker)
    watchers.removeAll { $0.count <= sleepers.count }
    return due
  }
}

@Suite("The targets of a job")
struct PoolTests {
  private let clock = ScriptedClock()
  private let registry = SeriesRegistry()
  private let metrics = MetricsRegistry()

  private func pool(
    _ sink: RecordingSink, _ change: (inout ScrapeSettings) -> Void = { _ in }
  ) throws -> ScrapePool {
    var settings = ScrapeSettings(jobName: "j")
    settings.interval = .seconds(10)
    change(&settings)
    return try ScrapePool(
      settings,
      context: ScrapeContext(
        pages: { _ in { .success(FetchedPage(body: Array("a 1\n".utf8), contentType: "text/plain")) } },
        sink: sink, registry: registry, metrics: ScrapeMetrics(registry: metrics),
        clock: clock.scrapeClock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
  }

  private func groups(_ addresses: [String], _ labels: LabelSet = LabelSet()) -> [TargetGroup] {
    [TargetGroup(addresses: addresses, labels: labels)]
  }

  private func instances(_ sink: RecordingSink) -> [String] {
    sink.batches.compactMap { batch in
      batch.first { $0.series.hasPrefix("up{") }
        .map { String($0.series.split(separator: "\"")[1]) + ($0.isStale ? " ended" : "") }
    }.sorted()
  }

  @Test("An update starts what is new, ends what is gone and leaves the rest alone")
  func update() async throws {
    let sink = RecordingSink(registry)
    let pool = try pool(sink)
    pool.update(groups(["a:1", "b:1"]))
    await clock.waitForSleepers(2)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(2)
    #expect(instances(sink) == ["a:1", "b:1"])
    pool.update(groups(["b:1", "c:1"]))
    await clock.waitForSleepers(2)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(2)
    #expect(pool.activeTargets.map(\.url) == ["http://b:1/metrics", "http://c:1/metrics"])
    // That b goes on with its scraper shows in that its series is not new.
    let last = sink.batches.last { $0.contains { $0.series.contains("b:1") } } ?? []
    #expect(last.first { $0.series.hasPrefix("scrape_series_added") }?.value == 0)
    #expect(pool.scrapesPerSecond == 0.2)
    await pool.stop(targetsAreGone: true)
    #expect(pool.scrapesPerSecond == 0)
    #expect(instances(sink).filter { !$0.hasSuffix("ended") } == ["a:1", "b:1", "b:1", "c:1"])
    #expect(Set(instances(sink).filter { $0.hasSuffix("ended") }) == ["a:1 ended", "b:1 ended", "c:1 ended"])
    #expect(registry.withTable { $0.count } == 0)
    #expect(sink.lanes.count == 3)
  }

  @Test("A target that is found twice, or described otherwise, stays one target and keeps its scraper")
  func sameTarget() async throws {
    let sink = RecordingSink(registry)
    let pool = try pool(sink)
    pool.update(groups(["a:1"], LabelSet(["__meta_zone": "x"])) + groups(["a:1"], LabelSet(["__meta_zone": "y"])))
    await clock.waitForSleepers(1)
    #expect(pool.activeTargets.count == 1)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(1)
    pool.update(groups(["a:1"], LabelSet(["__meta_zone": "z"])))
    #expect(pool.activeTargets.map { $0.discoveredLabels["__meta_zone"] } == ["z"])
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(1)
    #expect(instances(sink) == ["a:1", "a:1"])
    #expect(pool.activeTargets.map(\.health) == [.up])
    await pool.stop(targetsAreGone: true)
  }

  @Test("Shutting down ends no series, and gives all numbers back")
  func shutdown() async throws {
    let sink = RecordingSink(registry)
    let pool = try pool(sink)
    pool.update(groups(["a:1"]))
    await clock.waitForSleepers(1)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(1)
    await pool.stop(targetsAreGone: false)
    #expect(instances(sink) == ["a:1"])
    #expect(registry.withTable { $0.count } == 0)
    pool.update(groups(["b:1"]))
    #expect(!pool.activeTargets.contains { $0.url.contains("b:1") })
  }

  @Test("More targets than target_limit fail all of them, until there are few enough")
  func targetLimit() async throws {
    let sink = RecordingSink(registry)
    let pool = try pool(sink) { $0.limits.targets = 1 }
    pool.update(groups(["a:1", "b:1"]))
    await clock.waitForSleepers(2)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(2)
    #expect(pool.activeTargets.map(\.health) == [.down, .down])
    #expect(pool.activeTargets.allSatisfy { $0.lastError.hasPrefix("target_limit") })
    #expect(sink.batches.allSatisfy { batch in batch.allSatisfy { ScrapeBench.isReport($0.series) } })
    #expect(metrics.value(of: "prometheus_target_scrape_pool_exceeded_target_limit_total") == 1)
    pool.update(groups(["a:1"]))
    await clock.waitForSleepers(1)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(1)
    #expect(pool.activeTargets.map(\.health) == [.up])
    await pool.stop(targetsAreGone: true)
  }

  @Test("Of dropped targets keep_dropped_targets are shown and all are counted; 0 shows all", arguments: [0, 2])
  func keepDroppedTargets(limit: Int) throws {
    let pool = try pool(RecordingSink(registry)) {
      $0.limits.keepDroppedTargets = limit
      $0.relabelRules = [RelabelRule(sourceLabels: ["__address__"], regex: ".*", action: "drop")]
    }
    pool.update(groups(["a:1", "b:1", "c:1"]))
    #expect(pool.droppedTargets.map { $0["__address__"] } == (limit == 0 ? ["a:1", "b:1", "c:1"] : ["a:1", "b:1"]))
    #expect(pool.droppedTargetCount == 3)
  }

  @Test("Scrapes come one interval apart, with the tick's time, once the target has found its slot")
  func ticks() async throws {
    let sink = RecordingSink(registry)
    let pool = try pool(sink)
    pool.update(groups(["a:1"]))
    for _ in 0..<2_000 {
      await clock.waitForSleepers(1)
      clock.advance(ms: 25)
    }
    await clock.waitForSleepers(1)
    let times = sink.batches.compactMap { $0.first?.timestampMs }
    #expect((5...6).contains(times.count))
    #expect(times[1] - times[0] <= 10_000)
    // A step of the clock is 25 ms, more than what is rounded to the tick.
    for (earlier, later) in zip(times, times.dropFirst()).dropFirst() { #expect(later - earlier == 10_000) }
    await pool.stop(targetsAreGone: false)
  }

  @Test("A log that is full shows in the target's status, and is over with the next scrape")
  func fullLog() async throws {
    let sink = RecordingSink(registry)
    let pool = try pool(sink)
    sink.setFull(true)
    pool.update(groups(["a:1"]))
    await clock.waitForSleepers(1)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(1)
    #expect(pool.activeTargets.map(\.health) == [.down])
    #expect(pool.activeTargets.allSatisfy { $0.lastError.contains("no space left on device") })
    sink.setFull(false)
    clock.advance(ms: 10_000)
    await clock.waitForSleepers(1)
    #expect(pool.activeTargets.map(\.health) == [.up])
    await pool.stop(targetsAreGone: false)
  }
}
