import Synchronization

/// Wakes one waiting task. A ring while nobody waits is kept for the next wait; several rings are one.
///
/// An `AsyncStream` would do, but waiting on one with a deadline means cancelling its iterator, which ends the stream.
final class Bell: Sendable {
  private struct State {
    var isRung = false
    var waiter: CheckedContinuation<Void, Never>?
    /// How many samples have to come before they wake the one who waits.
    var missing = 1
    /// How long after the first of them the bell rings at the latest; nil where it is not to, or that time runs.
    var patience: Duration?
    /// When the timer that runs will ring at the latest; nil when none runs.
    var timerDeadline: ContinuousClock.Instant?
    /// Calls it off.
    var timer: (@Sendable () -> Void)?
  }

  /// Who waits until a deadline may be called so much earlier.
  static let moment: Duration = .milliseconds(100)

  private let alarm: Alarm
  private let state = Mutex(State())

  init(_ alarm: Alarm = .task) { self.alarm = alarm }

  /// Whether a ring is kept for the next wait.
  var isRung: Bool { state.withLock { $0.isRung } }

  /// Whether somebody waits.
  var isAwaited: Bool { state.withLock { $0.waiter != nil } }

  func ring() { ring(samples: .max) }

  /// So many samples have come. They wake only whoever has enough with them; for others their time begins to run.
  func ring(samples: Int) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let waiter = state.waiter else {
        state.isRung = true
        return nil
      }
      state.missing -= min(samples, state.missing)
      if state.missing > 0 {
        guard let patience = state.patience else { return nil }
        state.patience = nil
        if patience > .zero {
          setTimer(alarm.now() + patience, &state)
          return nil
        }
      }
      state.waiter = nil
      return waiter
    }
    // Resumed outside the lock: the woken task may ring or wait at once.
    waiter?.resume()
  }

  /// Returns at the next ring, at the deadline, or when the task is cancelled. Sometimes earlier: who waits looks again.
  ///
  /// - Parameters:
  ///   - tolerance: how much later than at the deadline it may be where that saves waking a thread.
  ///   - samples: how many have to come for a ring that tells of samples; 1 at least.
  ///   - patience: for how long those that come may be too few; nil for as long as it takes.
  func wait(
    until deadline: ContinuousClock.Instant?, tolerance: Duration = .zero, orSamples samples: Int = 1,
    within patience: Duration? = nil
  ) async {
    if let deadline { state.withLock { setTimer(deadline, tolerance: tolerance, &$0) } }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.isRung || Task.isCancelled {
            state.isRung = false
            return true
          }
          state.missing = max(1, samples)
          state.patience = patience
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
  }

  /// Sees to it that the bell rings at `deadline` at the latest.
  ///
  /// A timer that rings a moment earlier is left alone: while samples keep coming there is a wait for each of their
  /// records, all with nearly the same deadline. One that rings much earlier would wake somebody for nothing.
  private func setTimer(_ time: ContinuousClock.Instant, tolerance: Duration = .zero, _ state: inout State) {
    let deadline = time + tolerance
    if let running = state.timerDeadline, running <= deadline, deadline <= running + Self.moment { return }
    state.timer?()
    state.timerDeadline = deadline
    state.timer = alarm.set(time, tolerance) { [weak self] in self?.timerEnded(deadline) }
  }

  private func timerEnded(_ deadline: ContinuousClock.Instant) {
    state.withLock { state in
      guard state.timerDeadline == deadline else { return }
      state.timerDeadline = nil
      state.timer = nil
    }
    ring()
  }

  /// Calls the timer off.
  deinit { state.withLock { $0.timer?() } }
}
