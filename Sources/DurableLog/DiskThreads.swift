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
/// A thread is made when there is work and none is idle, up to the number; of those that are idle the one goes to work
/// that has worked last, whose memory the processor still has at hand. Jobs begin in the order in which they came.
/// Nothing is refused: after `shutdown` jobs still run. The queue has no bound of its own; a task has at most one job
/// in it.
public final class DiskThreads: TaskExecutor {
  /// How many threads there are at most.
  public let count: Int

  private let name: String
  // Nonisolated and unsafe: the pointer never changes, and what it points to is used under `crew.lock` alone.
  private nonisolated(unsafe) let crew: UnsafeMutablePointer<Crew>
  // This pointer never changes either. One bell for each place: rung once, without the lock, by whoever takes the place
  // off the list of those that are idle.
  private nonisolated(unsafe) let bells: UnsafeMutablePointer<sem_t>

  private struct Crew {
    var lock = pthread_mutex_t()
    var jobs = JobQueue()
    var threads = 0
    /// The places of the threads that wait for their bell, the one that began last at the end. Who is called to work is
    /// not among them any more.
    var idle: [Int] = []
    /// The places that no thread has.
    var free: [Int] = []
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
    crew.initialize(to: Crew(free: Array((0..<self.count).reversed())))
    pthread_mutex_init(&crew.pointee.lock, nil)
    bells = .allocate(capacity: self.count)
    bells.initialize(repeating: sem_t(), count: self.count)
    for place in 0..<self.count { sem_init(bells + place, 0, 0) }
  }

  // Every thread holds a reference, so none is left that could use the crew.
  deinit {
    for place in 0..<count { sem_destroy(bells + place) }
    bells.deinitialize(count: count)
    bells.deallocate()
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
    let idle = crew.pointee.idle
    crew.pointee.idle = []
    pthread_mutex_unlock(&crew.pointee.lock)
    for place in idle { sem_post(bells + place) }
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pthread_mutex_lock(&crew.pointee.lock)
    crew.pointee.jobs.append(job)
    let idle = crew.pointee.idle.popLast()
    var free: Int?
    if idle == nil, let place = crew.pointee.free.popLast() {
      crew.pointee.threads += 1
      free = place
    }
    pthread_mutex_unlock(&crew.pointee.lock)
    // Without the lock, which is the first thing that a thread wants when it wakes.
    if let idle { sem_post(bells + idle) }
    if let free { start(at: free) }
  }

  private func start(at place: Int) {
    var thread = pthread_t()
    // Given back by the thread, or here if there is none.
    let start = Unmanaged.passRetained(ThreadStart(threads: self, name: "\(name)-\(place + 1)", place: place))
    let failure = pthread_create(&thread, nil, DiskThreads.body, start.toOpaque())
    guard failure != 0 else {
      pthread_detach(thread)
      return
    }
    start.release()
    pthread_mutex_lock(&crew.pointee.lock)
    crew.pointee.threads -= 1
    crew.pointee.free.append(place)
    let left = crew.pointee.threads
    pthread_mutex_unlock(&crew.pointee.lock)
    // The others take the job. The first thread is made when a program starts; one that gets none cannot work at all.
    precondition(left > 0, "pthread_create: no thread for the disk, error \(failure)")
  }

  private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    guard let context else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    start.nameThread()
    start.threads.work(at: start.place)
    return nil
  }

  private func work(at place: Int) {
    while let job = nextJob(at: place) { job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  /// Waits for a job; nil when the thread is to end.
  private func nextJob(at place: Int) -> UnownedJob? {
    while true {
      pthread_mutex_lock(&crew.pointee.lock)
      let job = crew.pointee.jobs.popFirst()
      let ends = job == nil && crew.pointee.isShutDown
      if ends {
        crew.pointee.threads -= 1
        crew.pointee.free.append(place)
      } else if job == nil {
        crew.pointee.idle.append(place)
      }
      pthread_mutex_unlock(&crew.pointee.lock)
      if ends || job != nil { return job }
      // A condition would have the lock taken as a contended one, and each unlocking be a call to the system. Whoever
      // takes the place off the list rings once; an interruption is no ring.
      while sem_wait(bells + place) != 0 {}
    }
  }

  /// What a new thread is told.
  private final class ThreadStart {
    let threads: DiskThreads
    let name: String
    let place: Int

    init(threads: DiskThreads, name: String, place: Int) {
      self.threads = threads
      self.name = name
      self.place = place
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
