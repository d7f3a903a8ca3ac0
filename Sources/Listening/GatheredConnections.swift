public import EventLoops
import Synchronization

/// What is gathered, and where.
public struct Gathering: Sendable {
  public var route: any GatheringRoute
  /// They serve the connections that bring requests of the route, and should serve nothing else.
  public var threads: LoopThreads

  public init(_ route: any GatheringRoute, on threads: LoopThreads) {
    self.route = route
    self.threads = threads
  }
}

/// The connections that bring requests of a ``GatheringRoute``, each on one of the threads for them.
final class GatheredConnections: Sendable {
  let route: any GatheringRoute
  private let threads: LoopThreads
  private let options: ListenerOptions
  private let gate: ConnectionGate
  private let roll: ConnectionRoll
  private let turn = Atomic<Int>(0)

  init(_ gathering: Gathering, _ options: ListenerOptions, _ gate: ConnectionGate, _ roll: ConnectionRoll) {
    route = gathering.route
    threads = gathering.threads
    self.options = options
    self.gate = gate
    self.roll = roll
  }

  /// Serves a connection that the gate has let in and whose place it keeps.
  ///
  /// - Parameters:
  ///   - descriptor: of its socket; nobody else's from now on.
  ///   - bytes: what was read of it already.
  ///   - handOn: given the same for a connection that brings something else. Whoever takes it tells the gate of its end.
  func take(
    _ descriptor: CInt, _ bytes: [UInt8], handOn: @escaping @Sendable (_ descriptor: CInt, _ bytes: [UInt8]) -> Void
  ) {
    let thread = threads[turn.add(1, ordering: .relaxed).newValue]
    thread.perform { [self] in
      var number = 0
      let connection = GatheredConnection(route, options, on: thread) { [gate, roll] departure in
        switch departure {
        case .closed: gate.leave()
        case .handedOn(let descriptor, let bytes): handOn(descriptor, bytes)
        }
        // Last, so that a connection that is handed on is always on the roll.
        roll.remove(number)
      }
      let bound = LoopBound(connection, to: thread)
      let entry = roll.add(
        ConnectionRoll.Entry(
          finish: { thread.perform { bound.value.finish() } }, close: { thread.perform { bound.value.close() } }))
      number = entry.number
      connection.begin(descriptor, bytes)
      if entry.isEnding { connection.finish() }
    }
  }
}
