/// What a simulated queue did.
public struct QueueCourse: Sendable, Hashable {
  public struct Point: Sendable, Hashable {
    /// Since the beginning, in seconds.
    public var time: Double
    /// Samples that wait.
    public var waiting: Double
    public var shards: Int
  }

  public var points: [Point]
  public var seconds: Double
  public var rate: Double
  public var taken: Double
  public var acknowledged: Double
  /// Refused for good.
  public var refused: Double
  /// Thrown away because of a 429 that is not tried again.
  public var thrownAway: Double
  public var requests: Int
  /// Requests that were answered 429.
  public var throttled: Int
  /// The arithmetic of the shard plan's last decision.
  public var plan: String

  public var waitingAtEnd: Double { points.last?.waiting ?? 0 }
  public var mostShards: Int { points.map(\.shards).max() ?? 0 }

  public var mostWaiting: Double { points.map(\.waiting).max() ?? 0 }

  /// When the queue had come down to little and stayed there; nil if it never did.
  public var caughtUpAt: Double? {
    guard let last = points.last, last.waiting <= ceilingOfCalm else { return nil }
    let lastBusy = points.lastIndex { $0.waiting > ceilingOfCalm }
    return lastBusy.map { points[min($0 + 1, points.count - 1)].time } ?? 0
  }

  private var ceilingOfCalm: Double { 10 * rate + 1 }

  /// How fast what waits grows over the last third, in samples a second.
  public var growth: Double {
    guard let last = points.last, points.count > 3 else { return 0 }
    let from = points[points.count * 2 / 3]
    return last.time > from.time ? (last.waiting - from.waiting) / (last.time - from.time) : 0
  }
}
