import Synchronization

/// Wakes one waiting task. A ring while nobody waits is kept for the next wait; several rings are one.
///
/// An `AsyncStream` would do, but waiting on one with a deadline means cancelling its iterator, which ends the stream.
final class Bell: Sendable {
  private struct State {
    var isRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Whether a ring is kept for the next wait.
  var isRung: Bool { state.withLock { $0.isRung } }

  func ring() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let waiter = state.waiter else {
        state.isRung = true
        return nil
      }
      state.waiter = nil
      return waiter
    }
    // Resumed outside the lock: the woken task may ring or wait at once.
    waiter?.resume()
  }

  /// Returns at the next ring, at the deadline, or when the task is cancelled.
  func wait(until deadline: ContinuousClock.Instant?) async {
    let timer = deadline.map { deadline in
      Task { [weak self] in
        // A timer that was called off must not ring: the next wait would end at once, and so would every one after.
        guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
        self?.ring()
      }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.isRung || Task.isCancelled {
            state.isRung = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
    timer?.cancel()
  }
}
