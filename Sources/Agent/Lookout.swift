import EventLoops
import Synchronization

/// One thread that looks when something is due, for those who would each have a timer to look themselves.
///
///     while (try? await lookout.wait { log.isFull ? nil : .seconds(30) }) != nil { makeRoom() }
///
/// A look costs no task its sleep, and it comes when somebody has asked for it: while nothing happens, nothing looks. The
/// thread waits for nothing but the time, so that it looks on while a disk hangs; what is due runs where it was waited for.
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
    /// When the thread looks next, and the alarm for that.
    var nextLook = LoopInstant.distantFuture
    var alarm: UInt64?
    /// How often somebody has asked for a look.
    var asked: UInt64 = 0
    var isRunning = false
  }

  /// However often something is due.
  static let pauseMin: Duration = .milliseconds(1)

  private let always: @Sendable () -> Duration
  private let state = Mutex(State())
  private let thread = LoopThread(name: "lookout")

  /// - Parameter always: done at each look, and says when to look again at the latest. It must not wait.
  init(always: @escaping @Sendable () -> Duration = { .seconds(3600) }) { self.always = always }

  func start() {
    state.withLock { $0.isRunning = true }
    look(within: .zero)
  }

  /// Ends the thread. Who waits still does so until its task is cancelled.
  func stop() {
    state.withLock { state in
      state.isRunning = false
      callOff(&state)
    }
    thread.shutdown()
  }

  /// Something has begun that will have to be looked at by then. Whoever calls this for each of many such things is only
  /// in the way of others that do; the thread is not woken before its time.
  func look(within duration: Duration) {
    let time = LoopInstant.now + duration
    state.withLock { state in
      state.asked &+= 1
      if time < state.nextLook { set(time, &state) }
    }
  }

  /// Returns when `look` says that something is due, which is asked at once, and then as often as it says.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func wait(_ look: @escaping Look) async throws {
    try Task.checkCancellation()
    guard look() != nil else { return }
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { begin(Waiting(number: number, look: look, continuation: $0)) }
    } onCancel: {
      end(number)
    }
  }

  private func begin(_ waiting: Waiting) {
    let asked = state.withLock { $0.asked }
    let pause = always()
    let isCancelled = state.withLock { state in
      // Whoever cancels after this finds it in the list.
      if Task.isCancelled { return true }
      state.waiting.append(waiting)
      // What was looked for until now may be over with what the task has done meanwhile.
      let next = state.waiting.reduce(pause) { min($0, $1.look() ?? .zero) }
      set(.now + next, &state, unlessAskedSince: asked)
      return false
    }
    if isCancelled { waiting.continuation.resume(throwing: CancellationError()) }
  }

  private func end(_ number: UInt64) {
    let waiting = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiting?.continuation.resume(throwing: CancellationError())
  }

  /// Calls those for whom something is due.
  private func lookAll() {
    let asked = state.withLock { state in
      // It has rung.
      (state.alarm, state.nextLook) = (nil, .distantFuture)
      return state.asked
    }
    let pause = always()
    let due = state.withLock { state -> [Waiting] in
      var (next, due) = (pause, [Waiting]())
      state.waiting.removeAll { waiting in
        guard let pause = waiting.look() else {
          due.append(waiting)
          return true
        }
        next = min(next, pause)
        return false
      }
      set(.now + max(next, Self.pauseMin), &state, unlessAskedSince: asked)
      return due
    }
    // Outside the lock: waking takes locks of the runtime.
    for waiting in due { waiting.continuation.resume() }
  }

  /// Sets the next look to `time`, but no later than it is where somebody has asked for one since `asked` was counted:
  /// what that is about may not have been seen yet.
  private func set(_ time: LoopInstant, _ state: inout State, unlessAskedSince asked: UInt64) {
    set(asked == state.asked ? time : min(time, state.nextLook), &state)
  }

  private func set(_ time: LoopInstant, _ state: inout State) {
    guard state.isRunning else { return }
    callOff(&state)
    state.nextLook = time
    state.alarm = thread.setAlarm(at: time) { [weak self] in self?.lookAll() }
  }

  private func callOff(_ state: inout State) {
    if let alarm = state.alarm { thread.callOffAlarm(alarm) }
    state.alarm = nil
    state.nextLook = .distantFuture
  }
}
