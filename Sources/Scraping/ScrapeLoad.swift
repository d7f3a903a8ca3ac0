import Settings
import Synchronization

/// How often targets are scraped, those of all jobs together: what a ``ScrapeSchedule`` makes its slots by.
final class ScrapeLoad: Sendable {
  /// Scrapes in a million seconds: whole numbers, so that what was added can be taken away to the last one.
  private let perMegasecond = Atomic(0)

  var perSecond: Double { Double(perMegasecond.load(ordering: .relaxed)) / 1_000_000 }

  func begin(scrapingEvery interval: Duration) {
    perMegasecond.wrappingAdd(Self.perMegasecond(interval), ordering: .relaxed)
  }

  func end(scrapingEvery interval: Duration) {
    perMegasecond.wrappingSubtract(Self.perMegasecond(interval), ordering: .relaxed)
  }

  private static func perMegasecond(_ interval: Duration) -> Int {
    Int(1_000_000_000 / max(1, interval.milliseconds))
  }
}
