/// When the log is to be looked after next. Pure.
///
/// Soon where much has been appended or something is wrong, for then bounds may be reached and troubles be over; seldom
/// otherwise, for at a low rate looking would cost more than taking samples.
struct UpkeepPace {
  /// Never more often.
  static let interval: Duration = .seconds(1)
  /// Never more seldom.
  static let calmInterval: Duration = .seconds(5)
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

  /// How long it may wait; nil if it is time.
  ///
  /// - Parameter bytes: that the log takes on disk.
  func pause(at now: ContinuousClock.Instant, bytes: UInt64) -> Duration? {
    let age = last.duration(to: now)
    if age < Self.interval - Self.leeway { return Self.interval - age }
    let isTime = !isCalm || age >= Self.calmInterval - Self.leeway || bytes >= self.bytes &+ Self.bytesStep
    return isTime ? nil : Self.interval
  }

  /// Notes that it was done.
  ///
  /// - Parameter isCalm: whether nothing is wrong and nothing expires.
  mutating func note(at now: ContinuousClock.Instant, bytes: UInt64, isCalm: Bool) {
    (last, self.bytes, self.isCalm) = (now, bytes, isCalm)
  }
}
