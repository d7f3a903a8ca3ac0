/// Decides when a complaint that keeps coming is worth a line in the log.
///
///     switch notices.consider("endpoint-a refused", at: .now) {
///     case .say(let suppressedCount): logger.warning("…", metadata: ["suppressed": "\(suppressedCount)"])
///     case .keepQuiet: break
///     }
///
/// The first complaint of a key is said at once; after that at most one per interval, with the number of those that
/// were not said. This is a plain value: the clock and the lock are the caller's.
public struct RateLimitedNotices<Key: Hashable & Sendable>: Sendable {
  public enum Verdict: Hashable, Sendable {
    /// Say it, and that this many of the same were left unsaid since the last one.
    case say(suppressedCount: Int)
    case keepQuiet
  }

  private struct Record {
    var saidAt: ContinuousClock.Instant
    var suppressedCount = 0
  }

  public let interval: Duration
  /// How many keys are remembered. Beyond it the key that was said longest ago is forgotten, with its count.
  public let keysMax: Int
  private var records: [Key: Record] = [:]

  public init(interval: Duration = .seconds(60), keysMax: Int = 1000) {
    self.interval = interval
    self.keysMax = max(1, keysMax)
  }

  /// - Complexity: O(1); O(`keysMax`) for a new key while the memory is full.
  public mutating func consider(_ key: Key, at now: ContinuousClock.Instant) -> Verdict {
    guard let record = records[key] else {
      if records.count >= keysMax, let oldest = records.min(by: { $0.value.saidAt < $1.value.saidAt }) {
        records[oldest.key] = nil
      }
      records[key] = Record(saidAt: now)
      return .say(suppressedCount: 0)
    }
    guard record.saidAt.duration(to: now) >= interval else {
      records[key]?.suppressedCount += 1
      return .keepQuiet
    }
    records[key] = Record(saidAt: now)
    return .say(suppressedCount: record.suppressedCount)
  }

  /// Whether the key has been said and not been forgotten since.
  public func isRemembered(_ key: Key) -> Bool { records[key] != nil }

  /// Forgets a key, so that its next complaint is said at once: what it was about has been put right.
  public mutating func forget(_ key: Key) { records[key] = nil }
}
