import Synchronization

/// The connections of a listener that its server knows nothing of, so that they end with it.
final class ConnectionRoll: Sendable {
  /// What can be asked of a connection, from any thread.
  struct Entry: Sendable {
    /// Ends it once no request is under way.
    var finish: @Sendable () -> Void
    /// Ends it now.
    var close: @Sendable () -> Void
  }

  private struct State {
    var entries: [Int: Entry] = [:]
    var numbersGiven = 0
    var isEnding = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// - Returns: its number, to be removed with when it has ended, and whether it is to finish at once.
  func add(_ entry: Entry) -> (number: Int, isEnding: Bool) {
    state.withLock { state in
      state.numbersGiven += 1
      state.entries[state.numbersGiven] = entry
      return (state.numbersGiven, state.isEnding)
    }
  }

  func remove(_ number: Int) {
    let isEmpty = state.withLock { state in
      state.entries[number] = nil
      return state.entries.isEmpty
    }
    if isEmpty { wake() }
  }

  private func wake() {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Lets requests under way finish for as long as `limit`, and returns when all connections have ended or were told to
  /// end now. One whose thread hangs ends when that goes on.
  func end(within limit: Duration) async {
    let entries = state.withLock { state in
      state.isEnding = true
      return state.entries
    }
    for entry in entries.values { entry.finish() }
    let cutOff = Task {
      try await Task.sleep(for: limit)
      for entry in state.withLock({ $0.entries }).values { entry.close() }
      wake()
    }
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        if !state.entries.isEmpty { state.waiting.append(continuation) }
        return state.entries.isEmpty
      }
      if isEmpty { continuation.resume() }
    }
    cutOff.cancel()
  }
}
