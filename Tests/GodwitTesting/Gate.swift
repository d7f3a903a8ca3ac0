import Dispatch
import Synchronization

/// Holds back every thread that comes to it until it is opened.
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting = 0
  }

  private let state = Mutex(State())
  private let opened = DispatchSemaphore(value: 0)

  /// How many threads have come and wait.
  public var waiting: Int { state.withLock { $0.isOpen ? 0 : $0.waiting } }

  public init() {}

  public func pass() {
    let isOpen = state.withLock { state in
      state.waiting += 1
      return state.isOpen
    }
    if !isOpen { opened.wait() }
  }

  public func open() {
    let waiting = state.withLock { state in
      defer { state.isOpen = true }
      return state.isOpen ? 0 : state.waiting
    }
    for _ in 0..<waiting { opened.signal() }
  }
}
