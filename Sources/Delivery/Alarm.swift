/// How a task that waits is called at a time.
public struct Alarm: Sendable {
  /// The time that it goes by.
  public let now: @Sendable () -> ContinuousClock.Instant
  /// Calls the closure at the time, on any thread, and returns what calls that off.
  public let set: @Sendable (ContinuousClock.Instant, @escaping @Sendable () -> Void) -> @Sendable () -> Void

  public init(
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    set: @escaping @Sendable (ContinuousClock.Instant, @escaping @Sendable () -> Void) -> @Sendable () -> Void
  ) {
    self.now = now
    self.set = set
  }

  /// A task for each alarm, which sleeps.
  public static let task = Alarm { time, ring in
    let task = Task {
      // An alarm that was called off must not ring.
      guard (try? await Task.sleep(until: time, clock: .continuous)) != nil else { return }
      ring()
    }
    return { task.cancel() }
  }
}
