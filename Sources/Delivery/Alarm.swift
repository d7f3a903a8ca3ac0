/// How a task that waits is called at a time.
public struct Alarm: Sendable {
  /// Calls the closure at the time, or up to `tolerance` later where that saves waking a thread, on any thread; returns
  /// what calls that off.
  public typealias Setting =
    @Sendable (
      _ time: ContinuousClock.Instant, _ tolerance: Duration, _ ring: @escaping @Sendable () -> Void
    ) -> @Sendable () -> Void

  /// The time that it goes by.
  public let now: @Sendable () -> ContinuousClock.Instant
  public let set: Setting

  public init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, set: @escaping Setting) {
    self.now = now
    self.set = set
  }

  /// A task for each alarm, which sleeps.
  public static let task = Alarm { time, tolerance, ring in
    let task = Task {
      // An alarm that was called off must not ring.
      guard (try? await Task.sleep(until: time, tolerance: tolerance, clock: .continuous)) != nil else { return }
      ring()
    }
    return { task.cancel() }
  }

  /// Returns after `duration`, or up to `tolerance` later.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func pause(for duration: Duration, tolerance: Duration) async throws {
    await Bell(self).wait(until: now() + duration, tolerance: tolerance)
    try Task.checkCancellation()
  }
}
