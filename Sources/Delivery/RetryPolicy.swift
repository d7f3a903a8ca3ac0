public import Settings

/// How long to wait before a request is sent again. Pure: the caller brings the randomness.
///
/// | attempt | delay before jitter (30 ms to 5 s) |
/// |---|---|
/// | 1 | 30 ms |
/// | 2 | 60 ms |
/// | 3 | 120 ms |
/// | … | doubled, never above 5 s |
///
/// The jitter is ±10 %, so a delay is never below 0.8 of the one before it, which the compliance suite asks for.
public struct RetryPolicy: Sendable, Equatable {
  /// What a server may ask for at most; longer wishes are cut to this, for a shard must not sleep for a day.
  public static let retryAfterMax: Duration = .seconds(300)
  static let jitter = 0.1

  public var minBackoff: Duration
  public var maxBackoff: Duration

  public init(_ queue: QueueSettings) {
    minBackoff = queue.minBackoff
    maxBackoff = max(queue.minBackoff, queue.maxBackoff)
  }

  /// - Parameters:
  ///   - attempt: how many times the request has been sent, at least 1.
  ///   - retryAfter: what the endpoint asked for, if it did.
  ///   - random: uniform in 0..<1.
  public func delay(afterAttempt attempt: Int, retryAfter: Duration?, random: Double) -> Duration {
    if let retryAfter, retryAfter > .zero { return min(retryAfter, Self.retryAfterMax) }
    // Thirty doublings of a nanosecond pass any sensible bound, so the shift cannot overflow a sum of attoseconds.
    var delay = minBackoff
    for _ in 1..<max(1, min(attempt, 30)) where delay < maxBackoff { delay = min(delay * 2, maxBackoff) }
    return delay * (1 - Self.jitter + 2 * Self.jitter * random)
  }
}
