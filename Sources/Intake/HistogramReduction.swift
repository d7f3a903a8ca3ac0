public import MetricModel

extension NativeHistogram {
  /// The finest exponential schema that senders use.
  public static let finestSchema: Int32 = 8

  /// The same observations in the buckets of a coarser exponential schema; itself where its own is no finer.
  ///
  /// A bucket of the coarser schema holds exactly 2^(schema − coarser) of the finer ones, so no observation moves.
  /// - Returns: nil if a bucket is so far out that no span reaches it, or holds more than 63 bits can count.
  /// - Complexity: linear in the buckets; the histogram's spans and buckets must fit each other.
  func reduced(to coarser: Int32) -> NativeHistogram? {
    guard schema > coarser else { return self }
    let shift = Int64(schema) - Int64(coarser)
    var result = self
    result.schema = coarser
    switch counts {
    case .integer(let count, let zeroCount, let negative, let positive):
      guard let (negativeSpans, negativeCounts) = Self.merged(negativeSpans, Self.absolute(negative), shift),
        let (positiveSpans, positiveCounts) = Self.merged(positiveSpans, Self.absolute(positive), shift)
      else { return nil }
      (result.negativeSpans, result.positiveSpans) = (negativeSpans, positiveSpans)
      result.counts = .integer(
        count: count, zeroCount: zeroCount, negativeDeltas: Self.deltas(negativeCounts),
        positiveDeltas: Self.deltas(positiveCounts))
    case .float(let count, let zeroCount, let negative, let positive):
      guard let (negativeSpans, negativeCounts) = Self.merged(negativeSpans, negative, shift),
        let (positiveSpans, positiveCounts) = Self.merged(positiveSpans, positive, shift)
      else { return nil }
      (result.negativeSpans, result.positiveSpans) = (negativeSpans, positiveSpans)
      result.counts = .float(
        count: count, zeroCount: zeroCount, negativeCounts: negativeCounts, positiveCounts: positiveCounts)
    }
    return result
  }

  /// The counts of all buckets in the order of their index, with neighbours that fall together added up.
  private static func merged<Count: BucketCount>(
    _ spans: [Span], _ counts: [Count], _ shift: Int64
  ) -> (spans: [Span], counts: [Count])? {
    var result: (spans: [Span], counts: [Count]) = ([], [])
    var next = counts.startIndex
    // Spans are memory, so no sum of their 32-bit offsets leaves 64 bits.
    var index: Int64 = 0
    var last: Int64?
    for span in spans {
      index += Int64(span.offset)
      for _ in 0..<span.length {
        guard next < counts.endIndex else { return nil }
        // A bucket holds what is above the bound before it up to its own, so the upper ends must meet.
        let coarse = ((index - 1) >> shift) + 1
        if coarse == last {
          guard let sum = result.counts[result.counts.count - 1].adding(counts[next]) else { return nil }
          result.counts[result.counts.count - 1] = sum
        } else {
          guard append(coarse, after: last, to: &result.spans) else { return nil }
          result.counts.append(counts[next])
          last = coarse
        }
        next += 1
        index += 1
      }
    }
    return result
  }

  private static func append(_ index: Int64, after last: Int64?, to spans: inout [Span]) -> Bool {
    let gap = last.map { index - $0 - 1 } ?? index
    if last != nil && gap == 0 {
      spans[spans.count - 1].length += 1
      return true
    }
    guard let offset = Int32(exactly: gap) else { return false }
    spans.append(Span(offset: offset, length: 1))
    return true
  }

  private static func absolute(_ deltas: [Int64]) -> [Int64] {
    var count: Int64 = 0
    return deltas.map { delta in
      count &+= delta
      return count
    }
  }

  private static func deltas(_ counts: [Int64]) -> [Int64] {
    var (deltas, last): ([Int64], Int64) = ([], 0)
    for count in counts {
      // Both are counts, so their difference fits.
      deltas.append(count - last)
      last = count
    }
    return deltas
  }
}

/// What a bucket of either kind of histogram holds.
private protocol BucketCount {
  /// Nil where the sum cannot be told.
  func adding(_ other: Self) -> Self?
}

extension Int64: BucketCount {
  fileprivate func adding(_ other: Int64) -> Int64? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }
}

extension Double: BucketCount {
  fileprivate func adding(_ other: Double) -> Double? { self + other }
}
