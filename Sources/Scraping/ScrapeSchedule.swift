/// When a target is due. Pure: it decides, it does not wait.
///
/// Every target has its own offset into the interval, taken from a hash of what it is, so that targets spread over the
/// interval and each keeps its place through restarts.
public struct ScrapeSchedule: Sendable, Equatable {
  /// A scrape that starts this close to its tick, or closer, carries the tick's time: even spacing compresses better.
  private static let snapMsMax: Int64 = 2

  public let intervalMs: Int64
  public let offsetMs: Int64

  public init(intervalMs: Int64, targetHash: UInt64) {
    self.intervalMs = max(1, intervalMs)
    offsetMs = Int64(targetHash % UInt64(self.intervalMs))
  }

  /// The first tick after `timeMs`. Ticks that passed while a scrape was running are skipped, never caught up.
  public func tick(after timeMs: Int64) -> Int64 {
    let passed = timeMs - offsetMs
    let interval = passed >= 0 ? passed / intervalMs : (passed - intervalMs + 1) / intervalMs
    return (interval + 1) * intervalMs + offsetMs
  }

  /// The tick after the one at `tickMs`, whose scrape is over at `nowMs`.
  ///
  /// Never the same tick again, though a clock that is set back by a moment has it before it once more.
  public func tick(following tickMs: Int64, at nowMs: Int64) -> Int64 {
    let next = tick(after: nowMs)
    return next == tickMs ? tickMs + intervalMs : next
  }

  /// The timestamp of samples scraped at `nowMs` for the tick at `tickMs`.
  public func timestamp(tickMs: Int64, nowMs: Int64) -> Int64 {
    abs(nowMs - tickMs) <= min(Self.snapMsMax, intervalMs / 100) ? tickMs : nowMs
  }
}
