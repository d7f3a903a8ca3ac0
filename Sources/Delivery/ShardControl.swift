import DurableLog
import Synchronization

/// What the shards of an endpoint are told, and the bells that make them look.
final class ShardControl: Sendable {
  /// A place in the log, and how many samples lie before it.
  struct Barrier: Sendable {
    var position: LogPosition
    var sequence: UInt64
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
    var bells: [Bell] = []
  }

  private let state = Mutex(State())

  var orders: Orders { state.withLock { $0.orders } }

  func attach(_ bell: Bell) { state.withLock { $0.bells.append(bell) } }
  func detach(_ bell: Bell) { state.withLock { $0.bells.removeAll { $0 === bell } } }

  func ring() {
    for bell in state.withLock({ $0.bells }) { bell.ring() }
  }

  func give(_ change: @Sendable (inout Orders) -> Void) {
    state.withLock { change(&$0.orders) }
    ring()
  }

  /// Sets the barrier at the end of the log, inside the lock: a shard that looks after it has read a record and finds
  /// no barrier knows that the barrier will lie behind that record.
  ///
  /// A barrier may be moved on by another one; giving up is not taken back by a barrier that does not ask for it.
  func raiseBarrier(atEndOf log: DurableLog, givesUpOnRetry: Bool = false) {
    state.withLock {
      $0.orders.barrier = Barrier(atEndOf: log)
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

extension ShardControl.Barrier {
  init(atEndOf log: DurableLog) {
    // The log may be growing: position and sequence belong together once the sequence stood still around them.
    var (sequence, end) = (log.endSequence, log.end)
    while sequence != log.endSequence { (sequence, end) = (log.endSequence, log.end) }
    self.init(position: end, sequence: sequence)
  }
}
