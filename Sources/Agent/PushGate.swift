import Synchronization

/// Whether the agent takes pushes now, and how many it is taking.
///
/// It opens when everything runs: a push that came before would lie in the log ahead of where a new endpoint begins.
/// It closes before the endpoints have their last chance to send, so that nothing comes after that.
final class PushGate: Sendable {
  private struct State {
    var isOpen = false
    var inside = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func open() { state.withLock { $0.isOpen = true } }

  /// Whether a push may go on. Who was let in calls ``leave()``.
  func enter() -> Bool {
    state.withLock { state in
      if state.isOpen { state.inside += 1 }
      return state.isOpen
    }
  }

  func leave() {
    let waiters = state.withLock { state in
      state.inside -= 1
      defer { if state.inside == 0 { state.waiters = [] } }
      return state.inside == 0 ? state.waiters : []
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Lets nobody in any more and returns when all have left.
  func close() async {
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        state.isOpen = false
        if state.inside > 0 { state.waiters.append(continuation) }
        return state.inside == 0
      }
      if isEmpty { continuation.resume() }
    }
  }
}
