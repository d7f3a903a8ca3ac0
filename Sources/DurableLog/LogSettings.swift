/// The bounds of a log.
public struct LogSettings: Sendable {
  /// A segment that has reached this many bytes takes no further record. It can be larger by one append.
  public var segmentBytesMax: UInt64 = 128 << 20
  /// A segment this old takes no further record, so that expiry by age has whole segments to remove. Milliseconds.
  public var segmentAgeMaxMs: Int64 = 2 * 60 * 60 * 1000
  /// What one record may carry. A larger one is refused before anything is written.
  public var payloadBytesMax: Int = LogSettings.payloadBytesLimit
  /// How long an appended record may stay in the page cache alone.
  public var syncPolicy: SyncPolicy = .interval(.seconds(1))
  /// How much of what could not be read is copied to `damaged/`. Beyond it damage is still reported, no longer copied.
  public var damagedBytesMax: UInt64 = 256 << 20

  /// The largest payload the format allows: 64 MiB.
  public static let payloadBytesLimit = 64 << 20

  public init() {}

  /// Whether appends wait for a sync that ``DurableLog/syncRegularly(waiting:reporting:)`` makes.
  public var isSyncedAtIntervals: Bool {
    if case .interval = syncPolicy { true } else { false }
  }

  /// How long after an append there may be something to do: the interval of syncs, a second at most.
  public var lookInterval: Duration {
    guard case .interval(let duration) = syncPolicy else { return .seconds(1) }
    return min(max(duration, .milliseconds(1)), .seconds(1))
  }
}
