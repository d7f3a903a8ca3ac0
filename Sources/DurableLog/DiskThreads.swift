import Glibc

/// A fixed number of threads for tasks that may wait for the disk, so that a disk that hangs stops those tasks and
/// nothing else: the threads that all other tasks share never wait for it.
///
/// ```swift
/// let disk = DiskThreads()
/// let ledgers = Task(executorPreference: disk) { keepLedgers() }
/// try await withTaskExecutorPreference(disk) { try log.append(…) }
/// ```
///
/// A thread is made when there is work and none is idle, up to the number. Jobs begin in the order in which they came.
/// Nothing is refused: after `shutdown` jobs still run. The queue has no bound of its own; a task has at most one job
/// in it.
public final class DiskThreads: TaskExecutor {
  /// How many threads there are at most.
  public let count: Int

  private let name: String
  // Nonisolated and unsafe: the pointer never changes, and what it points to is used under `crew.lock` alone.
  private nonisolated(unsafe) let crew: UnsafeMutablePointer<Crew>

  private struct Crew {
    var lock = pthread_mutex_t()
    /// Signalled for each job when a thread is idle, and for all at the end.
    var hasWork = pthread_cond_t()
    var jobs = JobQueue()
    var threads = 0
    /// Threads that wait for work, also those that are just waking up: each of them will take a job.
    var idle = 0
    var isShutDown = false
  }

  /// - Parameters:
  ///   - name: what the threads are called in the system's list, before a number; 15 bytes of both are shown.
  ///   - count: at least 1; by default as many as the machine has cores, and at least 4.
  public init(name: String = "disk", count: Int? = nil) {
    let cores = Int(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    self.count = max(1, count ?? max(4, cores))
    self.name = name
    crew = .allocate(capacity: 1)
    crew.initialize(to: Crew())
    pthread_mutex_init(&crew.pointee.lock, nil)
    pthread_cond_init(&crew.pointee.hasWork, nil)
  }

  // Every thread holds a reference, so none is left that could use the crew.
  deinit {
    pthread_cond_destroy(&crew.pointee.hasWork)
    pthread_mutex_destroy(&crew.pointee.lock)
    crew.deinitialize(count: 1)
    crew.deallocate()
  }

  /// How many threads there are now.
  public var threads: Int {
    pthread_mutex_lock(&crew.pointee.lock)
    defer { pthread_mutex_unlock(&crew.pointee.lock) }
    return crew.pointee.threads
  }

  /// Lets the threads end when there is nothing left to do. It does not wait for them. A job that comes later has a
  /// thread made for it, which ends after it. Threads that are not shut down keep the executor alive.
  public func shutdown() {
    pthread_mutex_lock(&crew.pointee.lock)
    crew.pointee.isShutDown = true
    pthread_cond_broadcast(&crew.pointee.hasWork)
    pthread_mutex_unlock(&crew.pointee.lock)
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pthread_mutex_lock(&crew.pointee.lock)
    crew.pointee.jobs.append(job)
    var number: Int?
    let isAwaited = crew.pointee.jobs.count <= crew.pointee.idle
    if !isAwaited && crew.pointee.threads < count {
      crew.pointee.threads += 1
      number = crew.pointee.threads
    }
    pthread_mutex_unlock(&crew.pointee.lock)
    // Behind the lock, for which the woken thread would have to wait.
    if isAwaited { pthread_cond_signal(&crew.pointee.hasWork) }
    if let number { start(number) }
  }

  private func start(_ number: Int) {
    var thread = pthread_t()
    // Given back by the thread, or here if there is none.
    let start = Unmanaged.passRetained(ThreadStart(threads: self, name: "\(name)-\(number)"))
    let failure = pthread_create(&thread, nil, DiskThreads.body, start.toOpaque())
    guard failure != 0 else {
      pthread_detach(thread)
      return
    }
    start.release()
    pthread_mutex_lock(&crew.pointee.lock)
    crew.pointee.threads -= 1
    let left = crew.pointee.threads
    pthread_mutex_unlock(&crew.pointee.lock)
    // The others take the job. The first thread is made when a program starts; one that gets none cannot work at all.
    precondition(left > 0, "pthread_create: no thread for the disk, error \(failure)")
  }

  private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    start.nameThread()
    start.threads.work()
    return nil
  }

  private func work() {
    while let job = nextJob() { job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  /// Waits for a job; nil when the thread is to end.
  private func nextJob() -> UnownedJob? {
    pthread_mutex_lock(&crew.pointee.lock)
    defer { pthread_mutex_unlock(&crew.pointee.lock) }
    while true {
      if let job = crew.pointee.jobs.popFirst() { return job }
      if crew.pointee.isShutDown {
        crew.pointee.threads -= 1
        return nil
      }
      crew.pointee.idle += 1
      pthread_cond_wait(&crew.pointee.hasWork, &crew.pointee.lock)
      crew.pointee.idle -= 1
    }
  }

  /// What a new thread is told.
  private final class ThreadStart {
    let threads: DiskThreads
    let name: String

    init(threads: DiskThreads, name: String) {
      self.threads = threads
      self.name = name
    }

    /// The call for it is not in the system's standard headers; the file is. A thread without a name works as well.
    func nameThread() {
      let descriptor = Glibc.open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return }
      let bytes = Array(name.utf8.prefix(15))
      // In bounds: the count is that of the array.
      _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      close(descriptor)
    }
  }
}

/// First in, first out, in one array: O(1) for a job, amortised.
private struct JobQueue {
  private var jobs: [UnownedJob] = []
  private var head = 0

  var count: Int { jobs.count - head }

  mutating func append(_ job: UnownedJob) {
    // Room that has been read is used again before the array grows.
    if jobs.count == jobs.capacity && head > jobs.count / 2 {
      jobs.removeFirst(head)
      head = 0
    }
    jobs.append(job)
  }

  mutating func popFirst() -> UnownedJob? {
    guard head < jobs.count else { return nil }
    defer {
      head += 1
      if head == jobs.count {
        jobs.removeAll(keepingCapacity: true)
        head = 0
      }
    }
    return jobs[head]
  }
}
