/// Where the series of write requests go: the agent's log, a receiver's memory.
public protocol WriteStore: Sendable {
  /// Says which series of a message it knows so well that nobody need read their labels; nil where it does not look.
  ///
  /// What it says is given back with ``end(_:)`` once, whatever becomes of the request.
  func recognise(_ message: OpenedMessage) -> Recognition?

  /// The request that `recognition` is about is over.
  func end(_ recognition: Recognition)

  /// Takes what a request brought.
  ///
  /// Every series of it is valid, and so is every one that was recognised. What the outcome counts as written is written
  /// when this returns, as safely as the store keeps anything; it may wait for a disk. A request of 1.0 is written whole
  /// or not at all, unless the store itself fails on the way.
  func take(_ request: AdmittedRequest) -> StoreOutcome

  /// Is told of a request that could not be read, and of which nothing is taken.
  func noteUnread(_ refusal: RequestRefusal)
}

extension WriteStore {
  public func recognise(_ message: OpenedMessage) -> Recognition? { nil }
  public func end(_ recognition: Recognition) {}
}

/// What became of the series that a store was given.
public struct StoreOutcome: Hashable, Sendable {
  public var samplesWritten = 0
  public var histogramsWritten = 0
  public var exemplarsWritten = 0
  /// By code: what this store will never take. The rest of the request is not concerned.
  public var refused: [String: Tally] = [:]
  /// Set when the store could not take all of it now; the counts say what it took before.
  public var postponement: Postponement?

  public init() {}
}

/// Why a request is to come again later, whole.
public struct Postponement: Error, Hashable, Sendable {
  /// 429 where too much is asked for, 503 where something is broken or not running.
  public var status: Int
  /// What happened and what to do about it, for people.
  public var reason: String
  public var retryAfterSeconds: Int64

  public init(status: Int, reason: String, retryAfterSeconds: Int64) {
    self.status = status
    self.reason = reason
    self.retryAfterSeconds = retryAfterSeconds
  }
}
