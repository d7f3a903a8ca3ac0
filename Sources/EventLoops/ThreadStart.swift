import Glibc

/// A new thread of the system for a ``LoopThread``, and how code that runs on one finds it.
///
/// All of it is about one pointer, so it stands together.
final class ThreadStart {
  private let name: String
  private let owner: LoopThread

  private init(name: String, owner: LoopThread) {
    self.name = name
    self.owner = owner
  }

  /// Which loop the calling thread is the thread of.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let failure = pthread_key_create(&key, nil)
    precondition(failure == 0, "pthread_key_create: error \(failure)")
    return key
  }()

  /// nil on any other thread.
  static var current: LoopThread? {
    // What was set is a loop that its own thread holds for as long as it runs.
    pthread_getspecific(key).map { Unmanaged<LoopThread>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Whether the calling thread is that of `loop`; takes no reference.
  static func isCurrent(_ loop: LoopThread) -> Bool {
    // Compared, never followed.
    pthread_getspecific(key) == UnsafeMutableRawPointer(Unmanaged.passUnretained(loop).toOpaque())
  }

  /// Has a thread of its own call `owner.run()`, and holds it until that returns.
  ///
  /// - Parameter name: 15 bytes of it are shown in the system's list.
  static func start(_ owner: LoopThread, name: String) {
    var thread = pthread_t()
    // Taken over by the thread.
    let start = Unmanaged.passRetained(ThreadStart(name: name, owner: owner))
    let failure = pthread_create(&thread, nil, body, start.toOpaque())
    // It is made when a program starts; one that gets none cannot work at all.
    precondition(failure == 0, "pthread_create: no thread for a loop, error \(failure)")
    pthread_detach(thread)
  }

  private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    guard let context else { return nil }
    // What `start` has passed; no one else takes it.
    let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    start.takeName()
    pthread_setspecific(ThreadStart.key, Unmanaged.passUnretained(start.owner).toOpaque())
    start.owner.run()
    pthread_setspecific(ThreadStart.key, nil)
    return nil
  }

  /// The call for it is not in the system's standard headers; the file is. A thread without a name works as well.
  private func takeName() {
    let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    // In bounds: the count is that of the array.
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}
