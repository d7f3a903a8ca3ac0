import Synchronization

/// Tells whoever listens of each record, on the thread that appended it.
final class AppendSignal: Sendable {
  private struct Listeners {
    var nextNumber: UInt64 = 0
    var all: [(number: UInt64, hear: @Sendable (Append) -> Void)] = []
  }

  private let listeners = Mutex(Listeners())

  func listen(_ hear: @escaping @Sendable (Append) -> Void) -> AppendListening {
    let number = listeners.withLock { listeners in
      listeners.nextNumber += 1
      listeners.all.append((listeners.nextNumber, hear))
      return listeners.nextNumber
    }
    return AppendListening { [weak self] in
      self?.listeners.withLock { listeners in listeners.all.removeAll { $0.number == number } }
    }
  }

  func raise(_ append: Append) {
    // Called outside the lock: who hears wakes tasks, and whoever ends listening may hold what waking needs.
    for listener in listeners.withLock({ $0.all }) { listener.hear(append) }
  }
}

/// What those who listen are told of a record.
public struct Append: Sendable {
  public var lane: UInt32
  public var sampleCount: Int
}

/// Listens to a log until it is ended or let go of.
public final class AppendListening: Sendable {
  private let stop: @Sendable () -> Void

  init(_ stop: @escaping @Sendable () -> Void) { self.stop = stop }

  /// Nothing that is appended after this is heard; of an append under way it still may be.
  public func end() { stop() }

  deinit { stop() }
}
