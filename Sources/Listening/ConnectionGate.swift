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

    /// Listeners accept as long as there is room.
    ///
    /// - Returns: the listeners that have to be told now.
    mutating func pause(at max: Int) -> [any Channel] {
      let shallPause = openCount + waiting.count >= max
      guard shallPause != isPaused else { return [] }
      isPaused = shallPause
      return listeners
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
    let (outcome, listeners) = state.withLock { state -> (Outcome, [any Channel]) in
      if state.isClosed { return (.refused, []) }
      var outcome = Outcome.enters
      if state.openCount < connectionsMax {
        state.openCount += 1
      } else {
        state.waiting.append((channel, promise))
        outcome = .waits
      }
      return (outcome, state.pause(at: connectionsMax))
    }
    for listener in listeners { tell(listener) }
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
    let (next, listeners) = state.withLock { state -> (EventLoopPromise<Void>?, [any Channel]) in
      let next = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
      if next == nil { state.openCount -= 1 }
      return (next?.promise, state.pause(at: connectionsMax))
    }
    next?.succeed()
    for listener in listeners { tell(listener) }
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

  /// Two threads may come here in another order than they changed the state in. So what holds is read where it is done,
  /// one after the other: whichever comes last sees the last of it.
  private func tell(_ listener: any Channel) {
    listener.eventLoop.execute {
      let isPaused = self.state.withLock { $0.isPaused }
      listener.setOption(.autoRead, value: !isPaused).whenComplete { _ in }
    }
  }
}
