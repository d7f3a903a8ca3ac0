import GodwitTesting
import Testing

@testable import Scraping

@Suite("Targets that are scraped together")
struct SharedSlotTests {
  /// What targets of which all pages are alike settle on.
  private static func settled(
    _ targets: Int, intervalMs: Int64, pageBytes: Int, seed: UInt64 = 7
  ) -> [ScrapeSchedule] {
    var generator = SeededRandom(seed: seed)
    return (0..<targets).map { _ in
      var schedule = ScrapeSchedule(intervalMs: intervalMs, targetHash: generator.next())
      schedule.share(pageBytes: pageBytes, scrapesPerSecond: Double(targets) * 1000 / Double(intervalMs))
      return schedule
    }
  }

  @Test(
    "As many slots are used as it takes for sixteen targets in each, and no more than twice as many",
    arguments: [(1, 1), (16, 1), (17, 2), (100, 8), (1_000, 64), (10_000, 1_024)], [5_000, 15_000, 60_000] as [Int64])
  func slots(count: (targets: Int, slots: Int), intervalMs: Int64) {
    let offsets = Set(Self.settled(count.targets, intervalMs: intervalMs, pageBytes: 10_000).map(\.offsetMs))
    #expect(offsets.count <= count.slots)
    // By chance some slots stay empty where few targets are in each.
    #expect(offsets.count * 10 >= count.slots * 9)
    for offset in offsets {
      #expect((0..<Int64(count.slots)).contains { $0 * intervalMs / Int64(count.slots) == offset })
    }
  }

  @Test("Large pages are fetched with few others", arguments: [(600_000, 64), (6_000_000, 1_024), (1 << 40, 15_000)])
  func largePages(bytes: Int, slots: Int) {
    let schedules = Self.settled(200, intervalMs: 15_000, pageBytes: bytes)
    let offsets = Set(schedules.map(\.offsetMs))
    #expect(offsets.count > min(200, slots) * 3 / 4)
    #expect(schedules.allSatisfy { (0..<15_000).contains($0.offsetMs) })
  }

  @Test("A target of which nothing is known has a millisecond of its own")
  func unknown() {
    var generator = SeededRandom(seed: 3)
    let offsets = (0..<100).map { _ in
      ScrapeSchedule(intervalMs: 1_000_000, targetHash: generator.next()).offsetMs
    }
    #expect(Set(offsets).count == 100)
  }

  @Test("Where the rate doubles the slots are halved, and half of the targets stay")
  func halving() {
    var generator = SeededRandom(seed: 11)
    for _ in 0..<100 {
      let hash = generator.next()
      var (few, many) = (
        ScrapeSchedule(intervalMs: 16_000, targetHash: hash), ScrapeSchedule(intervalMs: 16_000, targetHash: hash)
      )
      few.share(pageBytes: 1, scrapesPerSecond: 8)
      many.share(pageBytes: 1, scrapesPerSecond: 16)
      #expect([0, 1_000].contains(many.offsetMs - few.offsetMs))
      #expect(few.offsetMs % 2_000 == 0)
    }
  }

  @Test("A slot is kept while it holds a quarter of what it may, or more, but not more than that")
  func steadiness() {
    var schedule = ScrapeSchedule(intervalMs: 16_000, targetHash: .max)
    schedule.share(pageBytes: 1, scrapesPerSecond: 16)
    let place = schedule.offsetMs
    #expect(place == 15_000)
    for scrapesPerSecond in [16, 9, 5, 4.1, 16] {
      schedule.share(pageBytes: 1, scrapesPerSecond: scrapesPerSecond)
      #expect(schedule.offsetMs == place, "at \(scrapesPerSecond) scrapes a second")
    }
    schedule.share(pageBytes: 1, scrapesPerSecond: 4)
    #expect(schedule.offsetMs == 12_000)
    schedule.share(pageBytes: 1, scrapesPerSecond: 17)
    #expect(schedule.offsetMs == 15_500)
  }

  @Test(
    "However targets move, a scrape begins within an interval after the end of the one before",
    arguments: SeededRandom.seeds)
  func noGap(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    var schedule = ScrapeSchedule(intervalMs: 15_000, targetHash: generator.next())
    var tick = schedule.tick(after: 1_700_000_000_000)
    for _ in 0..<1_000 {
      schedule.share(
        pageBytes: 1 << Int.random(in: 0..<40, using: &generator),
        scrapesPerSecond: .random(in: 0...10_000, using: &generator))
      let next = schedule.tick(following: tick, at: tick + 3)
      #expect(next > tick && next <= tick + 3 + 15_000, "seed \(seed)")
      tick = next
    }
  }

  @Test("What is counted is the rate of all targets, and nothing is left of those that ended")
  func load() {
    let load = ScrapeLoad()
    for _ in 0..<100 { load.begin(scrapingEvery: .seconds(15)) }
    load.begin(scrapingEvery: .milliseconds(500))
    #expect(abs(load.perSecond - (100.0 / 15 + 2)) < 0.001)
    for _ in 0..<100 { load.end(scrapingEvery: .seconds(15)) }
    #expect(load.perSecond == 2)
    load.end(scrapingEvery: .milliseconds(500))
    #expect(load.perSecond == 0)
  }
}
