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
    /// When the timer that runs will ring; nil when none runs.
    var timerDeadline: ContinuousClock.Instant?
    /// Calls it off.
    var timer: (@Sendable () -> Void)?
  }

  private let alarm: Alarm

  private let state = Mutex(State())

  init(_ alarm: Alarm = .task) { self.alarm = alarm }

  /// Whether a ring is kept for the next wait.
  var isRung: Bool { state.withLock { $0.isRung } }

  /// Whether somebody waits.
  var isAwaited: Bool { state.withLock { $0.waiter != nil } }

  func ring() { ring(samples: .max) }

  /// So many samples have come. They wake only whoever has enough with them.
  func ring(samples: Int) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let waiter = state.waiter else {
        state.isRung = true
        return nil
      }
      state.missing -= min(samples, state.missing)
      guard state.missing == 0 else { return nil }
      state.waiter = nil
      return waiter
    }
    // Resumed outside the lock: the woken task may ring or wait at once.
    waiter?.resume()
  }

  /// Returns at the next ring, at the deadline, or when the task is cancelled. Sometimes earlier: who waits looks again.
  ///
  /// - Parameter samples: how many have to come for a ring that tells of samples; 1 at least.
  func wait(until deadline: ContinuousClock.Instant?, orSamples samples: Int = 1) async {
    if let deadline { setTimer(deadline) }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.isRung || Task.isCancelled {
            state.isRung = false
            return true
          }
          state.missing = max(1, samples)
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
  /// A timer that rings earlier is left alone: setting one costs more than a look at nothing, and while samples keep
  /// coming there is a wait for each of their records, all with nearly the same deadline.
  private func setTimer(_ deadline: ContinuousClock.Instant) {
    state.withLock { state in
      if let running = state.timerDeadline, running <= deadline { return }
      state.timer?()
      state.timerDeadline = deadline
      state.timer = alarm.set(deadline) { [weak self] in self?.timerEnded(deadline) }
    }
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
