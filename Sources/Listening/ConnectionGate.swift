import NIOCore
import Synchronization

/// Lets so many connections in at a time, over all listeners. While it is full nothing is accepted, so that further
/// connections wait in the system's queue; the few that were accepted meanwhile wait here, unread.
final class ConnectionGate: Sendable {
  private struct State {
    var openCount = 0
    var waiting: [(channel: any Channel, promise: EventLoopPromise<Void>)] = []
    var listeners: [any Channel] = []
    /// Channels whose connections keep their places when they close.
    var staying: Set<ObjectIdentifier> = []
    var isPaused = false
    var isClosed = false

    /// What has to change in the listeners so that they accept as long as there is room; nil for nothing.
    mutating func pausing(at max: Int) -> Bool? {
      let shallPause = openCount + waiting.count >= max
      guard shallPause != isPaused else { return nil }
      isPaused = shallPause
      return shallPause
    }
  }

  private let connectionsMax: Int
  private let state = Mutex(State())

  init(connectionsMax: Int) { self.connectionsMax = max(1, connectionsMax) }

  /// How many connections are in and how many wait.
  var counts: (open: Int, waiting: Int) { state.withLock { ($0.openCount, $0.waiting.count) } }

  /// Minds the listener from now on.
  func add(_ listener: any Channel) { state.withLock { $0.listeners.append(listener) } }

  /// - Returns: done when the connection may be served; failed when the gate was closed before.
  func enter(_ channel: any Channel) -> EventLoopFuture<Void> {
    let promise = channel.eventLoop.makePromise(of: Void.self)
    enum Outcome { case enters, waits, refused }
    let (outcome, pausing, listeners) = state.withLock { state -> (Outcome, Bool?, [any Channel]) in
      if state.isClosed { return (.refused, nil, []) }
      var outcome = Outcome.enters
      if state.openCount < connectionsMax {
        state.openCount += 1
      } else {
        state.waiting.append((channel, promise))
        outcome = .waits
      }
      return (outcome, state.pausing(at: connectionsMax), state.listeners)
    }
    if let pausing { Self.pause(listeners, pausing) }
    switch outcome {
    case .enters: promise.succeed()
    case .refused: Self.turnAway(channel, promise)
    case .waits: break
    }
    // Whoever was let in leaves when the connection ends, whatever its handlers do.
    promise.futureResult.whenSuccess { channel.closeFuture.whenComplete { _ in self.closed(channel) } }
    return promise.futureResult
  }

  /// Keeps the place of a connection beyond the end of its channel, until ``leave()`` is called for it.
  func keepPlace(of channel: any Channel) {
    state.withLock { _ = $0.staying.insert(ObjectIdentifier(channel)) }
  }

  private func closed(_ channel: any Channel) {
    if state.withLock({ $0.staying.remove(ObjectIdentifier(channel)) == nil }) { leave() }
  }

  /// A connection has ended that has no channel any more.
  func leave() {
    let (next, pausing, listeners) = state.withLock { state -> (EventLoopPromise<Void>?, Bool?, [any Channel]) in
      let next = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
      if next == nil { state.openCount -= 1 }
      return (next?.promise, state.isClosed ? nil : state.pausing(at: connectionsMax), state.listeners)
    }
    next?.succeed()
    if let pausing { Self.pause(listeners, pausing) }
  }

  /// Nobody is let in any more, and who waits is turned away.
  func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      state.listeners = []
      defer { state.waiting = [] }
      return state.waiting
    }
    for (channel, promise) in waiting { Self.turnAway(channel, promise) }
  }

  /// A listener that is closing closes none of the connections whose setup fails: its clients would wait for ever.
  private static func turnAway(_ channel: any Channel, _ promise: EventLoopPromise<Void>) {
    channel.close(promise: nil)
    promise.fail(ChannelError.alreadyClosed)
  }

  private static func pause(_ listeners: [any Channel], _ isPaused: Bool) {
    for listener in listeners { listener.setOption(.autoRead, value: !isPaused).whenComplete { _ in } }
  }
}
