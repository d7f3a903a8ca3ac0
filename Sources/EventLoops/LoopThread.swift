public import NIOCore
import NIOPosix
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
/// blocks holds up all tasks of the thread.
public final class LoopThread: TaskExecutor {
  private let loop: any EventLoop

  /// The thread of a loop that serves connections of its own.
  public init(_ loop: any EventLoop) { self.loop = loop }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Returns after `duration`, on the thread that it was called on, with a timer of that thread where it is one of
  /// these.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public static func sleep(for duration: Duration) async throws {
    guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else { return try await Task.sleep(for: duration) }
    let sleeper = Sleeper()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { sleeper.begin($0, on: loop, for: TimeAmount(duration)) }
    } onCancel: {
      sleeper.cancel()
    }
  }

  /// Calls `ring` after `duration` on the calling thread, which must be one of these, unless it is called off before.
  ///
  /// - Returns: what calls it off; nil where the calling thread has no timers, and then nothing will ring.
  public static func alarm(
    after duration: Duration, _ ring: @escaping @Sendable () -> Void
  ) -> (@Sendable () -> Void)? {
    guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else { return nil }
    let timer = loop.scheduleTask(in: TimeAmount(duration), ring)
    return { timer.cancel() }
  }
}

/// One sleep: woken by its timer or by cancellation, whichever comes first.
private final class Sleeper: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Void, any Error>?
    var timer: Scheduled<Void>?
    var isCancelled = false
  }

  private let state = Mutex(State())

  func begin(_ continuation: CheckedContinuation<Void, any Error>, on loop: any EventLoop, for amount: TimeAmount) {
    let isCancelled = state.withLock { state in
      if state.isCancelled { return true }
      state.continuation = continuation
      state.timer = loop.scheduleTask(in: amount) { self.end(with: nil) }
      return false
    }
    if isCancelled { continuation.resume(throwing: CancellationError()) }
  }

  func cancel() {
    let timer = state.withLock { state in
      state.isCancelled = true
      return state.timer
    }
    timer?.cancel()
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

extension TimeAmount {
  /// Saturates: three hundred years are as good as any longer time.
  fileprivate init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    // Half of the range, so that adding it to any point in time cannot overflow.
    self = .nanoseconds(overflow ? .max / 2 : min(.max / 2, max(0, nanoseconds + attoseconds / 1_000_000_000)))
  }
}
