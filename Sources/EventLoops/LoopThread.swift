import Synchronization

/// One thread that runs tasks, keeps their timers and serves their connections.
///
/// ```swift
/// let threads = LoopThreads()
/// Task(executorPreference: threads[0]) {
///   try await LoopThread.sleep(for: .seconds(5))      // a timer of the thread
///   let page = try await transport.fetch(…)           // a connection of the thread
/// }
/// ```
///
/// What such a task waits for is ready on the thread that it waits on, so no other thread is woken for it. A job that
/// blocks holds up all tasks of the thread. The thread is made with the first job.
///
/// The queues have no bound of their own: a task has one job in them at most.
public final class LoopThread: TaskExecutor {
  /// What other threads leave for this one.
  private struct Inbox {
    var jobs: [UnownedJob] = []
    var errands: [@Sendable () -> Void] = []
    var alarms = TimerHeap<AlarmRing>()
    /// When the poller's alarm rings; nil when it is not set.
    var alarmTime: LoopInstant?
    /// It waits, and whoever leaves something has to ring.
    var isAsleep = false
    var hasThread = false
    var isEnding = false

    var isEmpty: Bool { jobs.isEmpty && errands.isEmpty }
  }

  private let name: String
  private let inbox = Mutex(Inbox())
  private let poller = Poller()
  // Nonisolated and unsafe: used by the thread alone, which whoever gets it has asked for.
  private nonisolated(unsafe) let state = LoopState()

  /// How many jobs run before connections are looked at again.
  private static let jobsMax = 1_000

  /// - Parameter name: what the thread is called in the system's list; 15 bytes are shown.
  public init(name: String) { self.name = name }

  /// The one that the calling code runs on; nil on any other thread.
  public static var current: LoopThread? { ThreadStart.current }

  /// Whether the calling code runs on it.
  public var isCurrent: Bool { ThreadStart.isCurrent(self) }

  // MARK: - Work

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // Nobody has to be woken, and nobody else looks at the queue.
    if isCurrent { return state.jobs.append(job) }
    leave { $0.jobs.append(job) }
  }

  /// Calls `errand` on the thread, soon; at once where the calling thread is it.
  ///
  /// What one thread leaves is done in the order in which it was left.
  public func perform(_ errand: @escaping @Sendable () -> Void) {
    if isCurrent { return errand() }
    performLater(errand)
  }

  /// Calls `errand` on the thread, soon, and not before this returns where the calling thread is it.
  func performLater(_ errand: @escaping @Sendable () -> Void) { leave { $0.errands.append(errand) } }

  /// Whether it waits for something to do. It may have begun before whoever asks has heard of it.
  var isIdle: Bool { inbox.withLock { $0.isAsleep || !$0.hasThread } }

  /// Calls `ring` on the thread at `time`, or as soon after it as the thread is free. From any thread; the thread is not
  /// woken before.
  ///
  /// - Parameter tolerance: how much later it may ring: within that it does once the thread is awake for something else.
  /// - Returns: the alarm's number.
  public func setAlarm(
    at time: LoopInstant, tolerance: Duration = .zero, _ ring: @escaping @Sendable () -> Void
  ) -> UInt64 {
    let (number, needsThread) = inbox.withLock { inbox in
      let number = inbox.alarms.set(at: time, tolerance: tolerance, AlarmRing(call: ring))
      wind(&inbox)
      defer { inbox.hasThread = true }
      return (number, !inbox.hasThread)
    }
    if needsThread { ThreadStart.start(self, name: name) }
    return number
  }

  /// Nothing happens when the alarm has rung. From any thread.
  public func callOffAlarm(_ number: UInt64) {
    let isOver = inbox.withLock { inbox in
      inbox.alarms.callOff(number)
      wind(&inbox)
      return inbox.isEnding && inbox.isAsleep
    }
    // It may have waited for nothing else.
    if isOver { poller.ring() }
  }

  /// Has the poller's alarm ring for the earliest of the alarms.
  private func wind(_ inbox: inout Inbox) {
    guard inbox.alarms.earliest != inbox.alarmTime else { return }
    inbox.alarmTime = inbox.alarms.earliest
    poller.setAlarm(at: inbox.alarmTime)
  }

  /// Lets the thread end once it has nothing to do, serves no connection and keeps no timer. What comes later has a
  /// thread made for it, which ends the same way.
  public func shutdown() { leave { $0.isEnding = true } }

  private func leave(_ put: (inout sending Inbox) -> Void) {
    let (isAsleep, needsThread) = inbox.withLock { inbox in
      put(&inbox)
      defer {
        inbox.isAsleep = false
        inbox.hasThread = inbox.hasThread || !inbox.isEmpty
      }
      return (inbox.isAsleep, !inbox.hasThread && !inbox.isEmpty)
    }
    if needsThread { ThreadStart.start(self, name: name) } else if isAsleep { poller.ring() }
  }

  /// What the thread does, from its first job to its end.
  func run() {
    while true {
      takeInbox()
      state.runJobs(atMost: Self.jobsMax, on: asUnownedTaskExecutor())
      state.ringTimers()
      guard let milliseconds = nextWait() else { return }
      poller.wait(milliseconds: milliseconds) { name, canWrite, canRead in
        state.watched[name]?.becameReady(canWrite: canWrite, canRead: canRead)
      }
    }
  }

  private func takeInbox() {
    let (errands, hasAlarms) = inbox.withLock { inbox in
      inbox.isAsleep = false
      state.jobs.append(contentsOf: inbox.jobs)
      // The room stays, so that the next one that leaves something need not make any.
      inbox.jobs.removeAll(keepingCapacity: true)
      defer { inbox.errands.removeAll() }
      return (inbox.errands, !inbox.alarms.isEmpty)
    }
    for errand in errands { errand() }
    if hasAlarms { ringAlarms() }
  }

  private func ringAlarms() {
    let now = LoopInstant.now
    while let ring = takeAlarm(by: now) { ring.call() }
  }

  private func takeAlarm(by now: LoopInstant) -> AlarmRing? {
    inbox.withLock { inbox in
      if let time = inbox.alarmTime, time <= now { inbox.alarmTime = nil }
      let ring = inbox.alarms.takeDue(by: now)
      wind(&inbox)
      return ring
    }
  }

  /// How long to wait for connections; nil when the thread is to end.
  private func nextWait() -> CInt? {
    if !state.jobs.isEmpty { return 0 }
    let milliseconds = state.millisecondsToNextTimer
    if milliseconds == 0 { return 0 }
    return inbox.withLock { inbox in
      guard inbox.isEmpty else { return 0 }
      if inbox.isEnding && milliseconds < 0 && inbox.alarms.isEmpty && state.watched.isEmpty {
        inbox.hasThread = false
        return nil
      }
      inbox.isAsleep = true
      return milliseconds
    }
  }

  // MARK: - For what lives on the thread

  /// Only on the thread.
  func withState<Result>(_ body: (LoopState, Poller) -> Result) -> Result {
    precondition(isCurrent, "a loop is used on its own thread")
    return body(state, poller)
  }

  /// Calls `ring` at `time` or as soon after it as the thread is free. Only on the thread.
  ///
  /// - Returns: the timer's number.
  public func setTimer(at time: LoopInstant, _ ring: @escaping () -> Void) -> UInt64 {
    withState { state, _ in state.timers.set(at: time, TimerRing(call: ring)) }
  }

  /// Nothing happens when the timer has rung. Only on the thread.
  public func callOffTimer(_ number: UInt64) { withState { state, _ in state.timers.callOff(number) } }
}
