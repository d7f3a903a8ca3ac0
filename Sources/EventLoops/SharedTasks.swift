@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) import _Concurrency
import Synchronization

/// The threads of tasks that nobody has chosen an executor for, and the timers of their sleeps.
///
/// The runtime's own are a queue of libdispatch, which looks after its threads with a timer of a second for as long as the
/// process lives, makes threads anew that have had nothing to do for five, and wakes two for each sleep that ends. Of a
/// program that mostly waits, that is most of what it costs.
///
/// A job goes to the first thread that has nothing to do, so that all of them are only used where there is work for them,
/// and to each in turn otherwise. It stays there: a job that takes long holds up those behind it. Nothing may wait on
/// these threads for anything but other tasks.
final class SharedTasks: TaskExecutor, SchedulingExecutor {
  private let threads: LoopThreads
  private let turn = Atomic(0)

  init(_ threads: LoopThreads) { self.threads = threads }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // Not at once, for whoever leaves a job may hold locks of the runtime.
    thread.performLater { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  func enqueue<Time: Clock>(
    _ job: consuming ExecutorJob, after delay: Time.Duration, tolerance: Time.Duration?, clock: Time
  ) {
    let job = UnownedJob(job)
    let time = (delay as? Duration).map { LoopInstant.now + $0 }
    // A clock with durations of its own cannot tell when that is; it would have to bring its own executor too.
    _ = thread.setAlarm(at: time ?? .now, tolerance: tolerance as? Duration ?? .zero) {
      job.runSynchronously(on: self.asUnownedTaskExecutor())
    }
  }

  func enqueue<Time: Clock>(
    _ job: consuming ExecutorJob, at instant: Time.Instant, tolerance: Time.Duration?, clock: Time
  ) {
    enqueue(job, after: clock.now.duration(to: instant), tolerance: tolerance, clock: clock)
  }

  private var thread: LoopThread {
    if let idle = (0..<threads.count).first(where: { threads[$0].isIdle }) { return threads[idle] }
    return threads[turn.wrappingAdd(1, ordering: .relaxed).oldValue]
  }

  /// What the runtime asks for its executors.
  fileprivate enum Factory: ExecutorFactory {
    /// Set before it asks.
    static let tasks = Mutex<SharedTasks?>(nil)

    static var mainExecutor: any MainExecutor { PlatformExecutorFactory.mainExecutor }

    static var defaultExecutor: any TaskExecutor {
      tasks.withLock { $0 } ?? PlatformExecutorFactory.defaultExecutor
    }
  }
}

extension LoopThreads {
  /// Has the tasks of the process that nobody has chosen an executor for run on these threads, from now on and for the
  /// rest of the process: they are not to be shut down any more. Once; what has begun elsewhere goes on there.
  public func takeSharedTasks() {
    SharedTasks.Factory.tasks.withLock { $0 = SharedTasks(self) }
    // How the runtime is told at the start of a program; nothing public does it in this version of the language.
    _createExecutors(factory: SharedTasks.Factory.self)
  }
}
