import Synchronization

/// The pace of one endpoint, shared by its shards and by whoever sends to it beside them: one lock, held for a decision.
///
/// Nobody waits inside. A shard that may not begin waits on its own bell and is rung when its turn has come.
public final class EndpointPace: Sendable {
  private struct State {
    var pace = Pace()
    /// The bells of the shards that wait.
    var bells: [Int: Bell] = [:]

    var due: [Bell] { pace.nextInLine.compactMap { bells[$0] } }
  }

  private let state = Mutex(State())

  init() {}

  /// Until when the endpoint has asked to be left alone; nil if it never did.
  public var heldUntil: ContinuousClock.Instant? { state.withLock { $0.pace.heldUntil } }

  /// Failures in a row, over all shards.
  var failures: Int { state.withLock { $0.pace.failures } }

  func resize(to shardCount: Int) { state.withLock { $0.pace.resize(to: shardCount) } }

  /// Asks whether `shard` may begin a request. If not, `bell` rings when it may be worth asking again.
  func ask(_ shard: Int, _ bell: Bell) -> Pace.Permission {
    let (permission, due) = state.withLock { state in
      let permission = state.pace.ask(shard, at: .now, random: .random(in: 0..<1))
      guard case .go = permission else {
        state.bells[shard] = bell
        return (permission, [Bell]())
      }
      // Nobody has waited while all is well, and then there is nothing to look up.
      if !state.bells.isEmpty { state.bells[shard] = nil }
      return (permission, state.due)
    }
    for bell in due { bell.ring() }
    return permission
  }

  /// The shard asks no more.
  func leave(_ shard: Int) {
    change { state, _ in
      state.pace.leave(shard)
      state.bells[shard] = nil
    }
  }

  func end(_ permit: Pace.Permit, _ ending: Pace.Ending) {
    change { state, now in state.pace.end(permit, ending, at: now) }
  }

  /// The endpoint asked for so much time, in an answer to something other than samples.
  func hold(for time: Duration) {
    change { state, now in state.pace.hold(for: time, at: now) }
  }

  private func change(_ change: (inout State, ContinuousClock.Instant) -> Void) {
    let due = state.withLock { state in
      change(&state, .now)
      return state.due
    }
    for bell in due { bell.ring() }
  }
}
