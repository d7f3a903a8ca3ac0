import Synchronization

extension LoopThread {
  /// Returns after `duration`, on the thread that it was called on, with a timer of that thread where it is one of
  /// these.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public static func sleep(for duration: Duration) async throws {
    guard let thread = current else { return try await Task.sleep(for: duration) }
    let end = LoopInstant.now + duration
    let sleeper = Sleeper(on: thread)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { sleeper.begin($0, until: end) }
    } onCancel: {
      sleeper.cancel()
    }
  }
}

/// One sleep: woken by its timer or by cancellation, whichever comes first.
private final class Sleeper: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Void, any Error>?
    var timer: UInt64?
    var isCancelled = false
  }

  private let thread: LoopThread
  private let state = Mutex(State())

  init(on thread: LoopThread) { self.thread = thread }

  /// On the thread.
  func begin(_ continuation: CheckedContinuation<Void, any Error>, until time: LoopInstant) {
    let isCancelled = state.withLock { state in
      if state.isCancelled { return true }
      state.continuation = continuation
      state.timer = thread.setTimer(at: time) { self.end(with: nil) }
      return false
    }
    if isCancelled { continuation.resume(throwing: CancellationError()) }
  }

  func cancel() {
    let timer = state.withLock { state in
      state.isCancelled = true
      return state.timer
    }
    if let timer { thread.perform { [thread] in thread.callOffTimer(timer) } }
    end(with: CancellationError())
  }

  private func end(with error: (any Error)?) {
    let continuation = state.withLock { state in
      defer {
        state.continuation = nil
        state.timer = nil
      }
      return state.continuation
    }
    if let error { continuation?.resume(throwing: error) } else { continuation?.resume() }
  }
}
