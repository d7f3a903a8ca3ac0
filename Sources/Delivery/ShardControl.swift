import DurableLog
import Synchronization

/// What the shards of an endpoint are told, and the bells that make them look.
final class ShardControl: Sendable {
  /// A place in the log, and how many samples lie before it, where that is known.
  struct Barrier: Sendable {
    var position: LogPosition
    var sequence: UInt64?
  }

  struct Orders: Sendable {
    /// Deliver everything before this place, then end.
    var barrier: Barrier?
    /// End at the next safe place: not in the middle of a request, but in the middle of waiting for the next attempt.
    var stops = false
    /// End instead of waiting for another attempt: what is not delivered stays in the log.
    var givesUpOnRetry = false
    /// Samples before this position have expired.
    var floor: LogPosition?
  }

  private struct State {
    var orders = Orders()
    var bells: [(bell: Bell, lanes: LaneShares, index: Int)] = []
    /// Where the shard stands that has read furthest.
    var furthest: Barrier?
  }

  private let state = Mutex(State())

  var orders: Orders { state.withLock { $0.orders } }

  /// - Parameter index: of the shard that hears `bell`, among those that share the lanes.
  func attach(_ bell: Bell, of index: Int, among lanes: LaneShares) {
    state.withLock { $0.bells.append((bell, lanes, index)) }
  }

  func detach(_ bell: Bell) { state.withLock { $0.bells.removeAll { $0.bell === bell } } }

  func ring() {
    for entry in state.withLock({ $0.bells }) { entry.bell.ring() }
  }

  /// Rings for the shard that a record belongs to.
  func ring(for append: Append) {
    let bell = state.withLock { state in state.bells.first { $0.lanes.shard(of: append.lane) == $0.index }?.bell }
    bell?.ring(samples: append.sampleCount)
  }

  func give(_ change: @Sendable (inout Orders) -> Void) {
    state.withLock { change(&$0.orders) }
    ring()
  }

  /// The barrier, as a shard has to look for it after it has read what lies between `position` and `next`, and before
  /// it takes that in: without a barrier at `position` or before it, any that comes will lie behind `next`.
  func barrier(afterReading position: LogPosition, upTo next: Barrier) -> Barrier? {
    state.withLock { state in
      let barrier = state.orders.barrier
      if let barrier, position >= barrier.position { return barrier }
      if next.position > state.furthest?.position ?? .start { state.furthest = next }
      return barrier
    }
  }

  /// Sets the barrier where the furthest shard has come to, so that a backlog need not be delivered first. `mark` is
  /// where the furthest shard stands in the ledger.
  func raiseBarrier(atFurthestFrom mark: LogPosition) {
    state.withLock { state in
      let furthest = state.furthest.flatMap { $0.position > mark ? $0 : nil }
      state.orders.barrier = furthest ?? Barrier(position: mark)
    }
    ring()
  }

  /// Sets the barrier at the end of the log, inside the lock of those who look for it.
  ///
  /// A barrier may be moved on by another one; giving up is not taken back by a barrier that does not ask for it.
  func raiseBarrier(atEndOf log: DurableLog, givesUpOnRetry: Bool = false) {
    state.withLock {
      let end = log.endAndSequence
      $0.orders.barrier = Barrier(position: end.position, sequence: end.sequence)
      if givesUpOnRetry { $0.orders.givesUpOnRetry = true }
    }
    ring()
  }

  func lowerBarrier() {
    state.withLock {
      $0.orders.barrier = nil
      $0.orders.stops = false
    }
  }
}
