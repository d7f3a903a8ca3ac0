/// Notices that a write to the disk does not return.
///
/// It is called by a ``Lookout``, which has a thread of its own: those that the rest of the agent runs on may be the very
/// ones that wait for the disk.
final class StallWatch: Sendable {
  /// How long a write may take before it is a trouble.
  static let patienceMs: Int64 = 5000
  /// How often it looks while a write is under way, or was at the last look.
  static let interval: Duration = .seconds(1)
  /// How often it looks otherwise; a write that begins asks for a look.
  static let calmInterval: Duration = .seconds(3600)

  private let stalledSinceMs: @Sendable () -> Int64?
  private let nowMs: @Sendable () -> Int64
  private let troubles: Troubles

  /// - Parameter stalledSinceMs: since when the disk has not answered, milliseconds since the Unix epoch; nil when
  ///   nothing waits for it. It must not wait itself.
  init(
    troubles: Troubles, nowMs: @escaping @Sendable () -> Int64, stalledSinceMs: @escaping @Sendable () -> Int64?
  ) {
    self.stalledSinceMs = stalledSinceMs
    self.nowMs = nowMs
    self.troubles = troubles
  }

  /// - Returns: when to look again.
  @discardableResult
  func look() -> Duration {
    guard let since = stalledSinceMs() else {
      troubles.clear(.diskStalled)
      return Self.calmInterval
    }
    let waited = nowMs() - since
    if waited > Self.patienceMs {
      troubles.raise(
        .diskStalled, "A write to the log does not return: nothing is taken until it does",
        evidence: "for \(waited / 1000) seconds", fix: "check the disk, or the network where it is a remote one")
    }
    return Self.interval
  }
}
