/// The series of one classic histogram, gathered so that they can become one histogram with custom buckets.
///
///     var classic = ClassicHistogram()
///     classic.setBucket(upTo: 0.5, 3)
///     classic.setBucket(upTo: .infinity, 4)
///     classic.setCount(4)
///     classic.sum = 2.25
///     classic.converted(timestampMs: now)   // bounds [0.5], buckets 3 and 1
///
/// The rules are those of the reference: bounds may come in any order and a bound given twice counts once; a set that
/// contradicts itself becomes nothing.
public struct ClassicHistogram: Sendable {
  private var buckets: [(bound: Double, cumulative: Double)] = []
  private var count: Double?
  private var isContradictory = false
  public var sum = 0.0

  public init() {}

  /// Whether nothing was gathered.
  public var isEmpty: Bool { buckets.isEmpty && count == nil }

  /// - Parameter cumulative: how many observations were at most `bound`.
  public mutating func setBucket(upTo bound: Double, _ cumulative: Double) {
    guard !bound.isNaN, cumulative >= 0 else {
      isContradictory = true
      return
    }
    // Bounds rise, so the place is nearly always the end.
    var index = buckets.count
    while index > 0 && buckets[index - 1].bound >= bound { index -= 1 }
    if index < buckets.count && buckets[index].bound == bound { return }
    if index > 0 && buckets[index - 1].cumulative > cumulative { isContradictory = true }
    if index < buckets.count && buckets[index].cumulative < cumulative { isContradictory = true }
    buckets.insert((bound, cumulative), at: index)
  }

  public mutating func setCount(_ count: Double) {
    if count.isNaN || count < 0 { isContradictory = true }
    self.count = count
  }

  /// Empties the histogram and keeps its memory.
  public mutating func removeAll() {
    buckets.removeAll(keepingCapacity: true)
    (count, sum, isContradictory) = (nil, 0, false)
  }

  /// The histogram with custom buckets, of integers if all counts are; nil if the series contradict each other: counts
  /// that fall, a count that is not that of the bucket without bound, a number below zero.
  public func converted(timestampMs: Int64, startTimestampMs: Int64 = 0) -> NativeHistogram? {
    guard !isContradictory else { return nil }
    var buckets = buckets
    let count = count ?? buckets.last?.cumulative ?? 0
    if buckets.last?.bound != .infinity {
      guard count >= buckets.last?.cumulative ?? 0 else { return nil }
      buckets.append((.infinity, count))
    }
    guard buckets.last?.cumulative == count, buckets.first?.bound != -.infinity else { return nil }
    var steps: [Double] = []
    var previous = 0.0
    for bucket in buckets {
      steps.append(bucket.cumulative - previous)
      previous = bucket.cumulative
    }
    // Beyond 2^53 neighbours are further apart than one, so differences of floats are all that is left.
    let isInteger = buckets.allSatisfy { $0.cumulative < 0x1p53 && $0.cumulative == $0.cumulative.rounded() }
    let counts: NativeHistogram.Counts
    if isInteger {
      var deltas: [Int64] = []
      var before: Int64 = 0
      for step in steps {
        let bucket = Int64(step)
        deltas.append(bucket - before)
        before = bucket
      }
      counts = .integer(count: UInt64(count), zeroCount: 0, negativeDeltas: [], positiveDeltas: deltas)
    } else {
      guard count.isFinite else { return nil }
      counts = .float(count: count, zeroCount: 0, negativeCounts: [], positiveCounts: steps)
    }
    let histogram = NativeHistogram(
      timestampMs: timestampMs, startTimestampMs: startTimestampMs, sum: sum,
      schema: NativeHistogram.customBucketsSchema, zeroThreshold: 0, counts: counts,
      positiveSpans: [NativeHistogram.Span(offset: 0, length: UInt32(steps.count))],
      customValues: buckets.dropLast().map(\.bound))
    return histogram.compacted()
  }
}
