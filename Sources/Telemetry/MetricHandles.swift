import Synchronization

/// A count of events that only grows while the process lives.
///
/// Handles come from a ``MetricsRegistry`` and stay valid for ever; one that its registry has forgotten still counts,
/// it is only no longer shown.
public final class Counter: Sendable {
  private let total = Atomic<UInt64>(0)

  init() {}

  /// Adds `amount` with one relaxed atomic addition. Wraps after 2^64 events, as the client libraries do.
  @inline(__always)
  public func add(_ amount: UInt64 = 1) { total.wrappingAdd(amount, ordering: .relaxed) }

  /// Adds a count that an `Int` holds; nothing is added for a negative one.
  @inline(__always)
  public func add(_ amount: Int) { add(UInt64(max(0, amount))) }

  public var value: UInt64 { total.load(ordering: .relaxed) }
}

/// A value that goes up and down.
public final class Gauge: Sendable {
  private let bits = Atomic<UInt64>(0)

  init() {}

  public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

  public func set(_ value: Int) { set(Double(value)) }

  /// Adds `amount`, which may be negative. Retries while other threads write at the same moment.
  public func add(_ amount: Double) {
    var seen = bits.load(ordering: .relaxed)
    while true {
      let wanted = (Double(bitPattern: seen) + amount).bitPattern
      let attempt = bits.weakCompareExchange(expected: seen, desired: wanted, ordering: .relaxed)
      if attempt.exchanged { return }
      seen = attempt.original
    }
  }

  /// Keeps the larger of `value` and what is there, as a high-water mark does.
  public func raise(to value: Double) {
    var seen = bits.load(ordering: .relaxed)
    while Double(bitPattern: seen) < value {
      let attempt = bits.weakCompareExchange(expected: seen, desired: value.bitPattern, ordering: .relaxed)
      if attempt.exchanged { return }
      seen = attempt.original
    }
  }

  public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

/// How observations spread over buckets with fixed upper bounds.
///
/// Made for things that happen per request or per scrape, not per sample: an observation takes a lock.
public final class Histogram: Sendable {
  /// What a histogram has seen so far. `counts` holds one more element than there are bounds: the last is for +Inf.
  public struct Snapshot: Hashable, Sendable {
    /// Observations per bucket, not cumulative.
    public var counts: [UInt64]
    public var sum: Double = 0
    public var count: UInt64 { counts.reduce(0, &+) }
  }

  /// Upper bounds, inclusive, ascending and finite.
  public let bounds: [Double]
  private let state: Mutex<Snapshot>

  init(bounds: [Double]) {
    self.bounds = Set(bounds.filter(\.isFinite)).sorted()
    state = Mutex(Snapshot(counts: Array(repeating: 0, count: self.bounds.count + 1)))
  }

  /// - Complexity: linear in the number of buckets.
  public func observe(_ value: Double) {
    // A NaN is below no bound, so it lands in +Inf and is counted, as the reference client does.
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock {
      $0.counts[bucket] &+= 1
      $0.sum += value
    }
  }

  public func observe(_ duration: Duration) { observe(duration.inSeconds) }

  public var snapshot: Snapshot { state.withLock { $0 } }
}

/// The sum and the count of observations, without buckets or quantiles.
public final class Summary: Sendable {
  private let state = Mutex<(sum: Double, count: UInt64)>((0, 0))

  init() {}

  public func observe(_ value: Double) {
    state.withLock {
      $0.sum += value
      $0.count &+= 1
    }
  }

  public func observe(_ duration: Duration) { observe(duration.inSeconds) }

  public var snapshot: (sum: Double, count: UInt64) { state.withLock { $0 } }
}

extension Duration {
  /// The length in seconds, to the precision of a `Double`.
  package var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
