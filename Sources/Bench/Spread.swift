/// How many values of which size there were: whole numbers in buckets that are exact below 64 and about 3 % wide above.
///
/// Adding is one increment, and the spread of a window is the difference of two readings.
public struct Spread: Hashable, Sendable {
  private static let exactBits = 6
  private static let stepBits = 5
  private static let topBit = 40
  private static let bucketCount = (1 << exactBits) + (topBit - exactBits + 1) << stepBits

  private var counts = [UInt64](repeating: 0, count: bucketCount)
  public private(set) var count: UInt64 = 0

  public init() {}

  /// Counts `value` `times` times; what is below 0 counts as 0, what exceeds 2^41 as that.
  public mutating func add(_ value: Int64, times: Int = 1) {
    counts[Self.bucket(value)] &+= UInt64(max(0, times))
    count &+= UInt64(max(0, times))
  }

  /// A value that `share` of all do not exceed: the upper end of its bucket. 0 if there are none.
  public func quantile(_ share: Double) -> Int64 {
    guard count > 0 else { return 0 }
    let rank = min(count, max(1, UInt64((Double(count) * min(max(share, 0), 1)).rounded(.up))))
    var seen: UInt64 = 0
    for bucket in counts.indices {
      seen &+= counts[bucket]
      if seen >= rank { return Self.upperEnd(bucket) }
    }
    return 0
  }

  /// The largest value, to within its bucket.
  public var largest: Int64 { counts.lastIndex { $0 > 0 }.map(Self.upperEnd) ?? 0 }

  /// What was added since `earlier`, a former reading of the same.
  public static func - (later: Spread, earlier: Spread) -> Spread {
    var difference = later
    for bucket in difference.counts.indices { difference.counts[bucket] &-= earlier.counts[bucket] }
    difference.count &-= earlier.count
    return difference
  }

  private static func bucket(_ value: Int64) -> Int {
    let value = min(UInt64(max(0, value)), 1 << UInt64(topBit + 1) - 1)
    if value < 1 << UInt64(exactBits) { return Int(value) }
    let bit = 63 - value.leadingZeroBitCount
    let step = Int(value >> UInt64(bit - stepBits)) - 1 << stepBits
    return 1 << exactBits + (bit - exactBits) << stepBits + step
  }

  private static func upperEnd(_ bucket: Int) -> Int64 {
    if bucket < 1 << exactBits { return Int64(bucket) }
    let (octave, step) = (bucket - 1 << exactBits).quotientAndRemainder(dividingBy: 1 << stepBits)
    return Int64((1 << stepBits) + step + 1) << Int64(octave + exactBits - stepBits) - 1
  }
}
