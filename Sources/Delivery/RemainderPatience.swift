import Settings

/// How long samples that fill no request wait for more. Pure.
///
/// Where targets are scraped seldom they wait for nothing, and a thread is woken for them alone. So a wait that has brought
/// nothing is not repeated, until samples come that it would have brought. Where samples keep coming it is always waited,
/// for few large requests cost less than many small ones.
///
/// The wait ends at the batch deadline. What is left of a burst that has just filled a request waits a short time only:
/// the burst has made its large requests, and the next one may be seconds away.
///
/// Times are those of appends, in milliseconds since the Unix epoch.
struct RemainderPatience {
  /// What comes within this belongs together; what would have come so shortly before the end of a wait is no reason for it.
  static let moment = Bell.moment
  /// Samples that fill a request within this are a burst, and what is left of it waits no longer than this: with the way
  /// to the endpoint and back it is to be there within a second.
  static let burst: Duration = .milliseconds(800)

  /// When the oldest sample has waited for that long, it is sent in any case.
  private let batchDeadline: Duration
  private(set) var isWorthWhile = true
  /// What comes from then on, a wait that was left out would not have brought.
  private var sparedUntilMs: Int64?
  /// The end of the burst that has filled a request last.
  private var burstEndMs: Int64?

  init(batchDeadline: Duration) { self.batchDeadline = batchDeadline }

  /// For how long the first samples of all wait, where the deadline allows that.
  var patience: Duration { isWorthWhile ? batchDeadline : min(batchDeadline, Self.moment) }

  /// For how long samples may wait of which the oldest were appended at this time.
  func deadline(fromMs oldestMs: Int64) -> Duration {
    guard let burstEndMs, oldestMs &- burstEndMs <= Self.burst.milliseconds else { return batchDeadline }
    return min(batchDeadline, Self.burst)
  }

  /// The samples that were appended from the one time to the other fill a request.
  mutating func noteFull(fromMs oldestMs: Int64, toMs newestMs: Int64) {
    burstEndMs = newestMs &- oldestMs <= Self.burst.milliseconds ? newestMs : nil
  }

  /// The end of the log was reached with samples that fill no request.
  ///
  /// - Returns: whether they are to be sent at once.
  mutating func sparesWait(fromMs oldestMs: Int64) -> Bool {
    guard !isWorthWhile else { return false }
    sparedUntilMs = reasonsEndMs(fromMs: oldestMs)
    return true
  }

  /// Samples have waited until their deadline.
  ///
  /// - Parameter appendedMs: of all that wait now, the oldest ones first.
  mutating func endWait(_ appendedMs: some Sequence<Int64>) {
    var times = appendedMs.makeIterator()
    guard let oldestMs = times.next() else { return }
    let (startMs, endMs) = (oldestMs &+ Self.moment.milliseconds, reasonsEndMs(fromMs: oldestMs))
    isWorthWhile = false
    while !isWorthWhile, let timeMs = times.next() { isWorthWhile = timeMs > startMs && timeMs < endMs }
  }

  /// What comes so late is the next burst, which would not have waited for this one.
  private func reasonsEndMs(fromMs oldestMs: Int64) -> Int64 {
    oldestMs &+ (deadline(fromMs: oldestMs) - Self.moment).milliseconds
  }

  /// The first samples behind those that were sent were appended at this time.
  mutating func note(appendedMs: Int64) {
    if let sparedUntilMs, appendedMs < sparedUntilMs { isWorthWhile = true }
    sparedUntilMs = nil
  }
}
