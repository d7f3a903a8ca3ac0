/// When a target is due. Pure: it decides, it does not wait.
///
/// Every target has an offset into the interval, taken from a hash of what it is, so that targets spread over the interval
/// and each keeps its place through restarts. Once it is known what a page takes, offsets lie on slots that several targets
/// share. A thread that wakes finds the processor's caches cold: reading a dozen pages in one go, and sending what they
/// held, costs half of what it costs page by page.
public struct ScrapeSchedule: Sendable, Equatable {
  /// A scrape that starts this close to its tick, or closer, carries the tick's time: even spacing compresses better.
  private static let snapMsMax: Int64 = 2
  /// How many targets share a slot on the average, at most.
  private static let slotTargetsMax = 16.0
  /// What their pages take together on the average, at most, for they are in memory at the same time.
  private static let slotBytesMax = 2_097_152.0

  public let intervalMs: Int64
  private let targetHash: UInt64
  /// Into how many parts of the same length the interval is cut. All targets with that interval begin at a part's
  /// beginning; one with twice as many parts has those beginnings too.
  private var slots: UInt64

  /// A target of which nothing is known yet: each millisecond is a slot.
  public init(intervalMs: Int64, targetHash: UInt64) {
    self.intervalMs = max(1, intervalMs)
    self.targetHash = targetHash
    slots = UInt64(self.intervalMs)
  }

  public var offsetMs: Int64 {
    let slot = targetHash.multipliedFullWidth(by: slots).high
    return Int64(slots.dividingFullWidth(slot.multipliedFullWidth(by: UInt64(intervalMs))).quotient)
  }

  /// Moves the target to a slot with others, if there are any, or to one with fewer.
  ///
  /// It stays where it is while its slot holds between a quarter of what it may and all of it, so that pages that grow and
  /// shrink do not move it to and fro. The scrape after a move begins within an interval, as any other.
  ///
  /// - Parameters:
  ///   - pageBytes: what its last page took; others are taken to be like it.
  ///   - scrapesPerSecond: how often all targets together are scraped, this one among them.
  public mutating func share(pageBytes: Int, scrapesPerSecond: Double) {
    let scrapes = scrapesPerSecond * Double(intervalMs) / 1000
    let wanted = scrapes * max(1 / Self.slotTargetsMax, Double(pageBytes) / Self.slotBytesMax)
    guard Double(slots) < wanted || Double(slots) >= 4 * wanted else { return }
    slots = 1
    while Double(slots) < wanted && slots <= UInt64(intervalMs) / 2 { slots *= 2 }
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
