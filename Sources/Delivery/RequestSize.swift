/// How many samples a request to an endpoint may have: what the configuration says, or less once the endpoint has
/// answered 413. Pure.
///
/// Each 413 halves it. Where a single sample is too large the sample is to blame and not the size: from then on the
/// size doubles with every full request that is accepted, until the next 413 or until it is what was configured.
struct RequestSize: Hashable, Sendable {
  let configured: Int
  /// The most samples a request may have: 1...`configured`.
  private(set) var samplesMax: Int
  /// Whether a request was accepted, and no single sample found too large since then. A 413 of such an endpoint is about
  /// the number of samples; one that has accepted nothing may answer so to whatever it is sent.
  private(set) var hasTaken = false
  private var isRecovering = false
  /// The size that was reported last.
  private var announced: Int

  init(configured: Int) {
    self.configured = max(1, configured)
    samplesMax = self.configured
    announced = self.configured
  }

  /// A request with so many samples was answered with 413.
  mutating func refuse(samples: Int) {
    if samples > 1 { samplesMax = min(samplesMax, samples / 2) } else { hasTaken = false }
    isRecovering = samples <= 1 && samplesMax < configured
  }

  /// A request with so many samples was accepted.
  ///
  /// - Returns: the size that was reported before, where there is a smaller one to report.
  mutating func accept(samples: Int) -> Int? {
    hasTaken = true
    if isRecovering {
      if samples >= samplesMax { samplesMax = min(configured, samplesMax * 2) }
      isRecovering = samplesMax < configured
      return nil
    }
    guard samplesMax < announced else { return nil }
    defer { announced = samplesMax }
    return announced
  }
}
