import Settings

/// Whether samples that fill no request wait for more until the batch deadline. Pure.
///
/// Where targets are scraped seldom they wait for nothing, and a thread is woken for them alone. So a wait that has brought
/// nothing is not repeated, until samples come that it would have brought. Where samples keep coming it is always waited,
/// for few large requests cost less than many small ones.
///
/// Times are those of appends, in milliseconds since the Unix epoch.
struct RemainderPatience {
  /// What comes within this belongs together; what would have come so shortly before the end of a wait is no reason for it.
  static let moment = Bell.moment

  private(set) var isWorthWhile = true
  /// What comes from then on, a wait that was left out would not have brought.
  private var sparedUntilMs: Int64?

  /// For how long the first samples of all wait, where the deadline allows that.
  func patience(deadline: Duration) -> Duration { isWorthWhile ? deadline : min(deadline, Self.moment) }

  /// The end of the log was reached with samples that fill no request.
  ///
  /// - Returns: whether they are to be sent at once.
  mutating func sparesWait(fromMs oldestMs: Int64, deadline: Duration) -> Bool {
    guard !isWorthWhile else { return false }
    sparedUntilMs = Self.reasonsEndMs(fromMs: oldestMs, deadline)
    return true
  }

  /// Samples have waited until their deadline.
  ///
  /// - Parameter appendedMs: of all that wait now, the oldest ones first.
  mutating func endWait(_ appendedMs: some Sequence<Int64>, deadline: Duration) {
    var times = appendedMs.makeIterator()
    guard let oldestMs = times.next() else { return }
    let (startMs, endMs) = (oldestMs &+ Self.moment.milliseconds, Self.reasonsEndMs(fromMs: oldestMs, deadline))
    isWorthWhile = false
    while !isWorthWhile, let timeMs = times.next() { isWorthWhile = timeMs > startMs && timeMs < endMs }
  }

  /// What comes so late is the next burst, which would not have waited for this one.
  private static func reasonsEndMs(fromMs oldestMs: Int64, _ deadline: Duration) -> Int64 {
    oldestMs &+ (deadline - moment).milliseconds
  }

  /// The first samples behind those that were sent were appended at this time.
  mutating func note(appendedMs: Int64) {
    if let sparedUntilMs, appendedMs < sparedUntilMs { isWorthWhile = true }
    sparedUntilMs = nil
  }
}
