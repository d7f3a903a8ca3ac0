import Settings

/// Remembers from second to second what one report cannot tell: how long, how fast.
struct DemoRecorder {
  /// More than any screen shows.
  static let historyMax = 120

  private let start: ContinuousClock.Instant
  private var history: [UInt64] = []
  private var takenBefore: UInt64 = 0

  init(start: ContinuousClock.Instant) { self.start = start }

  /// Notes the second that ends now.
  mutating func tick(taken: UInt64) {
    history.append(taken >= takenBefore ? taken - takenBefore : 0)
    if history.count > Self.historyMax { history.removeFirst() }
    takenBefore = taken
  }

  /// The report with what was seen over time.
  func completing(_ report: DemoReport, at now: ContinuousClock.Instant) -> DemoReport {
    var report = report
    report.history = history
    report.elapsedSeconds = start.duration(to: now).seconds
    return report
  }
}
