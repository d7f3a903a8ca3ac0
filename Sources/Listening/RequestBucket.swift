import Settings
import Synchronization

/// A bucket of requests that fills at a steady rate; one that finds it empty is turned away.
struct RequestBucket {
  private var level: Double
  private var time: ContinuousClock.Instant

  init(_ limit: WebRateLimit, now: ContinuousClock.Instant) {
    level = Double(limit.burst)
    time = now
  }

  /// Takes a request out of the bucket; false when there is none.
  mutating func take(_ limit: WebRateLimit, now: ContinuousClock.Instant) -> Bool {
    guard limit.interval > .zero else { return true }
    level = min(Double(limit.burst), level + max(0, (now - time) / limit.interval))
    time = now
    guard level >= 1 else { return false }
    level -= 1
    return true
  }
}

/// The bucket of a listener, which begins anew when its limit changes.
final class RateLimiter: Sendable {
  private let state = Mutex<(limit: WebRateLimit, bucket: RequestBucket)?>(nil)

  func allows(_ limit: WebRateLimit?, now: ContinuousClock.Instant = .now) -> Bool {
    guard let limit else { return true }
    return state.withLock { state in
      var current = state ?? (limit, RequestBucket(limit, now: now))
      if current.limit != limit { current = (limit, RequestBucket(limit, now: now)) }
      defer { state = current }
      return current.bucket.take(limit, now: now)
    }
  }
}
