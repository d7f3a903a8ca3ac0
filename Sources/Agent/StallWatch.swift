import Foundation

/// Notices that a write to the disk does not return.
///
/// It has a thread of its own: those that the rest of the agent runs on may be the very ones that wait for the disk.
final class StallWatch: Sendable {
  /// How long a write may take before it is a trouble.
  static let patienceMs: Int64 = 5000

  private let stalledSinceMs: @Sendable () -> Int64?
  private let nowMs: @Sendable () -> Int64
  private let troubles: Troubles
  private let end = DispatchSemaphore(value: 0)

  /// - Parameter stalledSinceMs: since when the disk has not answered, milliseconds since the Unix epoch; nil when
  ///   nothing waits for it. It must not wait itself.
  init(
    troubles: Troubles, nowMs: @escaping @Sendable () -> Int64, stalledSinceMs: @escaping @Sendable () -> Int64?
  ) {
    self.stalledSinceMs = stalledSinceMs
    self.nowMs = nowMs
    self.troubles = troubles
  }

  /// Looks every second until ``stop()``.
  func start() {
    Thread.detachNewThread {
      while self.end.wait(timeout: .now() + 1) == .timedOut { self.look() }
    }
  }

  func stop() { end.signal() }

  func look() {
    guard let since = stalledSinceMs() else { return troubles.clear(.diskStalled) }
    let waited = nowMs() - since
    guard waited > Self.patienceMs else { return }
    troubles.raise(
      .diskStalled, "A write to the log does not return: nothing is taken until it does",
      evidence: "for \(waited / 1000) seconds", fix: "check the disk, or the network where it is a remote one")
  }
}
