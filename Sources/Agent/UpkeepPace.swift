/// When the log is to be looked after next. Pure.
///
/// Soon where much has been appended or something is wrong, for then bounds may be reached and troubles be over; seldom
/// otherwise, for at a low rate looking would cost more than taking samples.
struct UpkeepPace {
  /// Never more often.
  static let interval: Duration = .seconds(1)
  /// Where something was appended, no more seldom; it is looked after in passing then.
  static let calmInterval: Duration = .seconds(5)
  /// Never more seldom.
  static let idleInterval: Duration = .seconds(30)
  /// So many bytes more are worth a look.
  static let bytesStep: UInt64 = 64 << 10
  /// A look that much early is on time: it saves another one a moment later.
  static let leeway: Duration = .milliseconds(50)

  private var last: ContinuousClock.Instant
  private var bytes: UInt64
  private var isCalm = true

  init(at now: ContinuousClock.Instant, bytes: UInt64) {
    last = now
    self.bytes = bytes
  }

  /// Whether it is time for somebody who is there anyway.
  ///
  /// - Parameter bytes: that the log takes on disk.
  func isTime(at now: ContinuousClock.Instant, bytes: UInt64) -> Bool {
    let age = last.duration(to: now)
    if age < Self.interval - Self.leeway { return false }
    return !isCalm || age >= Self.calmInterval - Self.leeway || hasGrown(bytes)
  }

  /// How long somebody may wait who would have to be woken; nil if it is time.
  ///
  /// - Parameter bytes: nil where somebody passes by anyway once the log has grown.
  func pause(at now: ContinuousClock.Instant, bytes: UInt64?) -> Duration? {
    let age = last.duration(to: now)
    let isUrgent = !isCalm || bytes.map(hasGrown) ?? false
    let pause = (isUrgent ? Self.interval : Self.idleInterval) - age
    return pause > Self.leeway ? pause : nil
  }

  private func hasGrown(_ bytes: UInt64) -> Bool { bytes >= self.bytes &+ Self.bytesStep }

  /// Notes that it was done.
  ///
  /// - Parameter isCalm: whether nothing is wrong and nothing expires.
  mutating func note(at now: ContinuousClock.Instant, bytes: UInt64, isCalm: Bool) {
    (last, self.bytes, self.isCalm) = (now, bytes, isCalm)
  }
}
