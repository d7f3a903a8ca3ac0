/// What the sender is to achieve, and what it may use. Nil where nobody said.
public struct SizingGoals: Sendable, Hashable {
  /// Samples a second.
  public var rate: Double?
  /// Seconds from sending a request to its answer.
  public var latency: Double?
  /// Bytes a second that the link to the endpoint carries.
  public var bandwidth: Double?
  /// Bytes of memory that all queues together may take.
  public var memory: Double?
  /// Seconds of outage that nothing may be lost in.
  public var outage: Double?
  public var cores: Double?
  /// Samples a second that the endpoint lets in.
  public var limit: Double?

  public init() {}
}
