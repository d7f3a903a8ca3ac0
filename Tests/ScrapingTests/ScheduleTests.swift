import GodwitTesting
import Telemetry
import Testing

@testable import Scraping

@Suite("When a target is due")
struct ScheduleTests {
  @Test(
    "The length of intervals carries the interval as Prometheus writes it",
    arguments: [(5_000, "5s"), (60_000, "1m"), (500, "500ms"), (90_000, "1m30s")])
  func intervalLabel(milliseconds: Int, text: String) {
    let registry = MetricsRegistry()
    ScrapeMetrics(registry: registry).intervalLength(.milliseconds(milliseconds)).observe(1)
    let page = String(decoding: registry.render(), as: UTF8.self)
    #expect(page.contains("prometheus_target_interval_length_seconds_count{interval=\"\(text)\"} 1"))
  }

  @Test("Ten thousand targets spread evenly over the interval", arguments: [1_000, 15_000, 60_000])
  func spread(intervalMs: Int64) {
    var generator = SeededRandom(seed: 7)
    var targetsPerSlice = Array(repeating: 0, count: 10)
    for _ in 0..<10_000 {
      let schedule = ScrapeSchedule(intervalMs: intervalMs, targetHash: generator.next())
      let due = schedule.tick(after: 1_700_000_000_123) - 1_700_000_000_123
      #expect((1...intervalMs).contains(due))
      targetsPerSlice[Int((due - 1) * 10 / intervalMs)] += 1
    }
    // The standard deviation is 30; seven of them do not happen by chance.
    for count in targetsPerSlice { #expect((790...1_210).contains(count), "\(targetsPerSlice)") }
  }

  @Test("Ticks are one interval apart however late each scrape ends", arguments: SeededRandom.seeds)
  func noDrift(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    let schedule = ScrapeSchedule(intervalMs: 15_000, targetHash: generator.next())
    var tick = schedule.tick(after: 1_700_000_000_000)
    for _ in 0..<1_000 {
      let next = schedule.tick(after: tick + Int64.random(in: 0..<15_000, using: &generator))
      #expect(next == tick + 15_000, "seed \(seed)")
      tick = next
    }
  }

  @Test("Ticks that pass during a scrape are skipped, not caught up", arguments: [1, 2, 7] as [Int64])
  func skippedTicks(passed: Int64) {
    let schedule = ScrapeSchedule(intervalMs: 10_000, targetHash: .max / 10_000 * 1_234 + 10_000)
    let tick = schedule.tick(after: 0)
    #expect(tick == 1_234)
    #expect(schedule.tick(after: tick + passed * 10_000 + 1) == tick + (passed + 1) * 10_000)
    // A scrape that ends on a tick does not start that tick's scrape too.
    #expect(schedule.tick(after: tick + passed * 10_000) == tick + (passed + 1) * 10_000)
  }

  @Test("A tick lies after the time it is asked for, before the epoch too", arguments: SeededRandom.seeds)
  func alwaysAfter(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    for _ in 0..<1_000 {
      let intervalMs = Int64.random(in: 1...100_000, using: &generator)
      let schedule = ScrapeSchedule(intervalMs: intervalMs, targetHash: generator.next())
      let time = Int64.random(in: -1_000_000...1_000_000, using: &generator)
      let tick = schedule.tick(after: time)
      #expect(tick > time && tick <= time + intervalMs, "seed \(seed), interval \(intervalMs), time \(time)")
      #expect((tick - schedule.offsetMs) % intervalMs == 0, "seed \(seed)")
    }
  }

  @Test("A target keeps its place through restarts")
  func samePlace() {
    let (one, other) = (
      ScrapeSchedule(intervalMs: 30_000, targetHash: .max), ScrapeSchedule(intervalMs: 30_000, targetHash: .max)
    )
    #expect(one.tick(after: 5_000_000) == other.tick(after: 5_000_000))
    #expect(one.offsetMs == 29_999)
  }

  @Test(
    "Samples carry the tick's time when the scrape starts within two milliseconds of it",
    arguments: [(0, 0), (2, 0), (-2, 0), (3, 3), (-3, -3), (900, 900)] as [(Int64, Int64)])
  func snapping(lateMs: Int64, shownMs: Int64) {
    let schedule = ScrapeSchedule(intervalMs: 10_000, targetHash: 0)
    #expect(schedule.timestamp(tickMs: 50_000, nowMs: 50_000 + lateMs) == 50_000 + shownMs)
  }

  @Test("The tolerance is at most a hundredth of the interval")
  func snappingOfShortIntervals() {
    let schedule = ScrapeSchedule(intervalMs: 100, targetHash: 0)
    #expect(schedule.timestamp(tickMs: 500, nowMs: 501) == 500)
    #expect(schedule.timestamp(tickMs: 500, nowMs: 502) == 502)
  }
}
