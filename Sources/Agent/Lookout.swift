import Foundation
import Synchronization

/// One thread that looks when something is due, for those who would each have a timer to look themselves.
///
///     while (try? await lookout.wait { log.isFull ? nil : .seconds(1) }) != nil { makeRoom() }
///
/// A look costs no task its sleep: of an agent that has nothing to do, this is all that moves. The thread waits for
/// nothing but the time, so that it looks on while a disk hangs; what is due runs where it was waited for.
final class Lookout: Sendable {
  /// Says that something is due by nil, and otherwise when to look again at the latest. It is called with a lock held,
  /// and must neither wait nor come back here.
  typealias Look = @Sendable () -> Duration?

  private struct Waiting {
    var number: UInt64
    var look: Look
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var waiting: [Waiting] = []
    var nextNumber: UInt64 = 0
    /// When the thread looks next.
    var nextLook = ContinuousClock.now
    var isStopped = false
  }

  /// However long nothing is due.
  static let pauseMax: Duration = .seconds(5)
  /// However often something is.
  static let pauseMin: Duration = .milliseconds(1)

  private let always: @Sendable () -> Duration
  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  /// - Parameter always: done at each look, and says when to look again at the latest. It must not wait.
  init(always: @escaping @Sendable () -> Duration = { pauseMax }) { self.always = always }

  func start() {
    Thread.detachNewThread {
      while let pause = self.lookAll() { _ = self.bell.wait(timeout: .now() + pause.timeInterval) }
    }
  }

  /// Ends the thread. Who waits still does so until its task is cancelled.
  func stop() {
    state.withLock { $0.isStopped = true }
    bell.signal()
  }

  /// Returns when `look` says that something is due, which is asked at once, and then as often as it says.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func wait(_ look: @escaping Look) async throws {
    try Task.checkCancellation()
    guard let pause = look() else { return }
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { begin(Waiting(number: number, look: look, continuation: $0), pause) }
    } onCancel: {
      end(number)
    }
  }

  private func begin(_ waiting: Waiting, _ pause: Duration) {
    let (isCancelled, isEarly) = state.withLock { state in
      // Whoever cancels after this finds it in the list.
      if Task.isCancelled { return (true, false) }
      state.waiting.append(waiting)
      return (false, .now + pause < state.nextLook)
    }
    if isCancelled { waiting.continuation.resume(throwing: CancellationError()) }
    if isEarly { bell.signal() }
  }

  private func end(_ number: UInt64) {
    let waiting = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiting?.continuation.resume(throwing: CancellationError())
  }

  /// Calls those for whom something is due.
  ///
  /// - Returns: when to look again; nil at the end.
  private func lookAll() -> Duration? {
    let pause = always()
    let (due, next) = state.withLock { state -> ([Waiting], Duration?) in
      if state.isStopped { return ([], nil) }
      var (next, due) = (min(pause, Self.pauseMax), [Waiting]())
      state.waiting.removeAll { waiting in
        guard let pause = waiting.look() else {
          due.append(waiting)
          return true
        }
        next = min(next, pause)
        return false
      }
      next = max(next, Self.pauseMin)
      state.nextLook = .now + next
      return (due, next)
    }
    // Outside the lock: waking takes locks of the runtime.
    for waiting in due { waiting.continuation.resume() }
    return next
  }
}

extension Duration {
  /// In seconds.
  fileprivate var timeInterval: Double { self / .seconds(1) }
}
