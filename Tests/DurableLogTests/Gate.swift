import Dispatch
import Synchronization
import Testing

/// Holds back every thread that comes to it until it is opened.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting = 0
  }

  private let state = Mutex(State())
  private let opened = DispatchSemaphore(value: 0)

  /// How many threads have come and wait.
  var waiting: Int { state.withLock { $0.isOpen ? 0 : $0.waiting } }

  func pass() {
    let isOpen = state.withLock { state in
      state.waiting += 1
      return state.isOpen
    }
    if !isOpen { opened.wait() }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state.isOpen = true }
      return state.isOpen ? 0 : state.waiting
    }
    for _ in 0..<waiting { opened.signal() }
  }
}

/// Polls until the condition holds; after a minute that is an issue.
func waitUntil(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while !holds() {
    guard ContinuousClock.now < deadline else {
      Issue.record("waited in vain: \(what)", sourceLocation: sourceLocation)
      return
    }
    try await Task.sleep(for: .milliseconds(1))
  }
}
