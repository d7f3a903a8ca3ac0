/// The first thing found that makes a native histogram contradict itself.
///
/// The rules are those by which the reference implementation takes or refuses histograms. Schemas that are only
/// reserved are judged as the exponential ones that they will be.
public struct HistogramFlaw: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    case schema, spanOffset, spanLength, negativeBucket, count, customValues
  }

  public let kind: Kind
  public let message: String

  private init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  public var description: String { message }

  /// Nil if the histogram is consistent.
  public init?(in histogram: NativeHistogram) {
    let flaw =
      if histogram.schema == NativeHistogram.customBucketsSchema {
        Self.customBounds(histogram)
      } else if NativeHistogram.reservedSchemas.contains(histogram.schema) {
        histogram.customValues.isEmpty
          ? nil : Self(.customValues, "an exponential histogram has custom bounds")
      } else {
        Self(.schema, "the schema \(histogram.schema) is neither -9 to 52 nor -53")
      }
    guard let found = flaw ?? Self.spans(histogram) ?? Self.buckets(histogram) else { return nil }
    self = found
  }

  private static func customBounds(_ histogram: NativeHistogram) -> HistogramFlaw? {
    let bounds = histogram.customValues
    if !bounds.allSatisfy(\.isFinite) || !zip(bounds, bounds.dropFirst()).allSatisfy(<) {
      return Self(.customValues, "custom bounds are not finite and strictly increasing")
    }
    let negativeCount =
      switch histogram.counts {
      case .integer(_, _, let negative, _): negative.count
      case .float(_, _, let negative, _): negative.count
      }
    if !histogram.negativeSpans.isEmpty || negativeCount > 0 || zeroCount(histogram) != 0
      || histogram.zeroThreshold != 0
    {
      return Self(.customValues, "a histogram with custom bounds has negative or zero buckets")
    }
    // One bucket for each bound and one up to infinity. Sums of 64 bits cannot overflow: spans are memory.
    var bucketsEnd: Int64 = 0
    for span in histogram.positiveSpans { bucketsEnd += Int64(span.offset) + Int64(span.length) }
    if bucketsEnd > Int64(bounds.count) + 1 {
      return Self(
        .customValues, "buckets reach index \(bucketsEnd - 1) where there are \(bounds.count) bounds")
    }
    if let first = histogram.positiveSpans.first, first.offset < 0 {
      return Self(.spanOffset, "the first bucket of custom bounds has the index \(first.offset)")
    }
    return nil
  }

  private static func spans(_ histogram: NativeHistogram) -> HistogramFlaw? {
    let (negativeCount, positiveCount) =
      switch histogram.counts {
      case .integer(_, _, let negative, let positive): (negative.count, positive.count)
      case .float(_, _, let negative, let positive): (negative.count, positive.count)
      }
    let sides = [
      ("negative", histogram.negativeSpans, negativeCount), ("positive", histogram.positiveSpans, positiveCount),
    ]
    for (side, spans, count) in sides {
      if let span = spans.dropFirst().first(where: { $0.offset < 0 }) {
        return Self(.spanOffset, "a \(side) span goes back by \(span.offset)")
      }
      let length = spans.reduce(Int64(0)) { $0 + Int64($1.length) }
      if length != Int64(count) {
        return Self(.spanLength, "\(side) spans ask for \(length) buckets where there are \(count)")
      }
    }
    return nil
  }

  private static func buckets(_ histogram: NativeHistogram) -> HistogramFlaw? {
    switch histogram.counts {
    case .integer(let count, let zeroCount, let negative, let positive):
      var total = zeroCount
      for deltas in [negative, positive] {
        var bucket: Int64 = 0
        for delta in deltas {
          let (next, overflow) = bucket.addingReportingOverflow(delta)
          if overflow || next < 0 { return Self(.negativeBucket, "a bucket holds less than nothing") }
          bucket = next
          let (sum, sumOverflow) = total.addingReportingOverflow(UInt64(next))
          if sumOverflow { return Self(.count, "the buckets hold more than 64 bits can count") }
          total = sum
        }
      }
      // Observations of NaN are counted and in no bucket; they leave their trace in the sum.
      if histogram.sum.isNaN ? total > count : total != count {
        return Self(.count, "the buckets hold \(total) observations where the count says \(count)")
      }
    case .float(let count, let zeroCount, let negative, let positive):
      if count < 0 || zeroCount < 0 || negative.contains(where: { $0 < 0 }) || positive.contains(where: { $0 < 0 }) {
        return Self(.negativeBucket, "a bucket or the count is less than nothing")
      }
      let total = (negative + positive).reduce(zeroCount, +)
      // Sums of floats depend on their order, so a small excess is no contradiction.
      if total > count * (1 + 1e-9) {
        return Self(.count, "the buckets hold \(total) observations where the count says \(count)")
      }
    }
    return nil
  }

  private static func zeroCount(_ histogram: NativeHistogram) -> Double {
    switch histogram.counts {
    case .integer(_, let zeroCount, _, _): Double(zeroCount)
    case .float(_, let zeroCount, _, _): zeroCount
    }
  }
}
