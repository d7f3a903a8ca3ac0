import Synchronization

/// Wakes whoever waits for the next record.
final class AppendSignal: Sendable {
  private struct Listeners {
    var nextNumber: UInt64 = 0
    var continuations: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var isFinished = false
  }

  private let listeners = Mutex(Listeners())

  func stream() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = listeners.withLock { listeners -> UInt64? in
      if listeners.isFinished { return nil }
      listeners.nextNumber += 1
      listeners.continuations[listeners.nextNumber] = continuation
      return listeners.nextNumber
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.listeners.withLock { $0.continuations.removeValue(forKey: number) }
    }
    return stream
  }

  func raise() {
    // `yield` never calls back into `onTermination`, so the lock may be held across it.
    listeners.withLock { listeners in
      for continuation in listeners.continuations.values { continuation.yield() }
    }
  }

  func finish() {
    let continuations = listeners.withLock { listeners in
      listeners.isFinished = true
      return Array(listeners.continuations.values)
    }
    for continuation in continuations { continuation.finish() }
  }
}
