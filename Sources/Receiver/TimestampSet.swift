/// A set of timestamps in milliseconds that takes little more than two bytes for each where they come close together.
///
/// Of every timestamp the lower 16 bits are kept; what stands above them is kept once for each stretch of 65,536 ms
/// that holds any.
///
/// - Complexity: looking up is O(log n), and so is inserting the newest; inserting another one is O(n).
struct TimestampSet: Sendable {
  /// The upper bits of each stretch, ascending.
  private var stretches: [Int64] = []
  /// Where in `lows` the stretch of the same index begins.
  private var starts: [Int] = []
  /// Stretch by stretch, ascending within each.
  private var lows: [UInt16] = []

  var count: Int { lows.count }

  func contains(_ timestampMs: Int64) -> Bool { place(of: timestampMs).isThere }

  /// - Returns: whether it was not there before.
  @discardableResult
  mutating func insert(_ timestampMs: Int64) -> Bool {
    let (stretch, low, isThere) = place(of: timestampMs)
    if isThere { return false }
    let upper = Self.upper(timestampMs)
    if stretch == stretches.count || stretches[stretch] != upper {
      stretches.insert(upper, at: stretch)
      starts.insert(low, at: stretch)
    }
    lows.insert(UInt16(truncatingIfNeeded: timestampMs), at: low)
    for later in stretch + 1..<starts.count { starts[later] += 1 }
    return true
  }

  /// The stretch and the place in `lows` where a timestamp is, or where it belongs.
  private func place(of timestampMs: Int64) -> (stretch: Int, low: Int, isThere: Bool) {
    let upper = Self.upper(timestampMs)
    let stretch = Self.lowerBound(of: upper, in: stretches, 0..<stretches.count)
    guard stretch < stretches.count else { return (stretch, lows.count, false) }
    guard stretches[stretch] == upper else { return (stretch, starts[stretch], false) }
    let end = stretch + 1 < starts.count ? starts[stretch + 1] : lows.count
    let wanted = UInt16(truncatingIfNeeded: timestampMs)
    let low = Self.lowerBound(of: wanted, in: lows, starts[stretch]..<end)
    return (stretch, low, low < end && lows[low] == wanted)
  }

  private static func upper(_ timestampMs: Int64) -> Int64 { timestampMs >> 16 }

  /// The first index of `range` whose number is not below `wanted`. The last number is looked at first, for most
  /// timestamps come in order.
  private static func lowerBound<Number: Comparable>(
    of wanted: Number, in numbers: [Number], _ range: Range<Int>
  ) -> Int {
    if let last = range.last, numbers[last] < wanted { return range.upperBound }
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if numbers[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
