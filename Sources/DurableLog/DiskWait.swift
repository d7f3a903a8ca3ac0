import Synchronization

/// Who is told of calls to the disk. A closure in a type of its own: a generic place wraps a bare one again at each access.
struct DiskWatcher: Sendable {
  let tell: @Sendable () -> Void
}

/// Since when an append and a sync have been waiting for the disk. Looked at without a lock, so also when it hangs.
struct DiskWait: ~Copyable, Sendable {
  enum Call {
    /// One at a time, by the writer's lock.
    case append
    /// One at a time, by the turn of syncs.
    case sync
  }

  private static let none = Int64.max
  private let watcher = Mutex<DiskWatcher?>(nil)
  private let appendSinceMs = Atomic<Int64>(none)
  private let syncSinceMs = Atomic<Int64>(none)

  /// The earlier of what is under way; nil if nothing is.
  var sinceMs: Int64? {
    let since = min(appendSinceMs.load(ordering: .relaxed), syncSinceMs.load(ordering: .relaxed))
    return since == Self.none ? nil : since
  }

  /// - Parameter watcher: is told of each call that has begun, on its thread; nil for nobody.
  func watch(_ watcher: (@Sendable () -> Void)?) {
    let watcher = watcher.map { DiskWatcher(tell: $0) }
    self.watcher.withLock { $0 = watcher }
  }

  func begin(_ call: Call, atMs nowMs: Int64) {
    store(nowMs, call)
    watcher.withLock { $0 }?.tell()
  }

  func end(_ call: Call) { store(Self.none, call) }

  private func store(_ value: Int64, _ call: Call) {
    switch call {
    case .append: appendSinceMs.store(value, ordering: .relaxed)
    case .sync: syncSinceMs.store(value, ordering: .relaxed)
    }
  }
}
