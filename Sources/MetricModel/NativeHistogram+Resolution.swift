extension NativeHistogram {
  /// The exponential schemas that every consumer takes.
  public static let exponentialSchemas: ClosedRange<Int32> = -4...8
  /// The schema of histograms whose bounds are in ``customValues``.
  public static let customBucketsSchema: Int32 = -53
  /// Kept free for exponential schemas to come; the finer ones are taken with their resolution reduced.
  public static let reservedSchemas: ClosedRange<Int32> = -9...52

  /// How many buckets are spelled out, the zero bucket aside.
  public var bucketCount: Int {
    switch counts {
    case .integer(_, _, let negative, let positive): negative.count + positive.count
    case .float(_, _, let negative, let positive): negative.count + positive.count
    }
  }

  /// Whether the buckets are exponential and their resolution can be halved.
  public var canBeHalved: Bool {
    schema > Self.exponentialSchemas.lowerBound && schema <= Self.reservedSchemas.upperBound
  }

  /// The histogram with at most the schema `max`, its buckets merged where it was finer, and without empty buckets.
  ///
  /// - Parameter max: −4…8. Histograms with custom buckets have one resolution and only lose empty buckets.
  /// - Returns: nil if spans and buckets do not match, or numbers overflow.
  /// - Complexity: O(buckets + spans).
  public func reduced(toSchema max: Int32) -> NativeHistogram? {
    let steps = Self.reservedSchemas.contains(schema) && schema > max ? schema - max : 0
    var result = self
    switch counts {
    case .integer(let count, let zeroCount, let negative, let positive):
      guard let negative = Buckets(integer: negative, negativeSpans, halvedBy: steps),
        let positive = Buckets(integer: positive, positiveSpans, halvedBy: steps),
        let negativeDeltas = negative.deltas, let positiveDeltas = positive.deltas
      else { return nil }
      (result.negativeSpans, result.positiveSpans) = (negative.spans, positive.spans)
      result.counts = .integer(
        count: count, zeroCount: zeroCount, negativeDeltas: negativeDeltas, positiveDeltas: positiveDeltas)
    case .float(let count, let zeroCount, let negative, let positive):
      guard let negative = Buckets(float: negative, negativeSpans, halvedBy: steps),
        let positive = Buckets(float: positive, positiveSpans, halvedBy: steps)
      else { return nil }
      (result.negativeSpans, result.positiveSpans) = (negative.spans, positive.spans)
      result.counts = .float(
        count: count, zeroCount: zeroCount, negativeCounts: negative.counts, positiveCounts: positive.counts)
    }
    if steps > 0 { result.schema = max }
    return result
  }

  /// The histogram without empty buckets and needless spans; nil if spans and buckets do not match.
  public func compacted() -> NativeHistogram? { reduced(toSchema: schema) }

  /// A sample that ends a series whose samples are histograms.
  ///
  /// - Parameter custom: whether they have custom buckets, so that whoever cannot take those does not get this either.
  public static func staleMarker(timestampMs: Int64, custom: Bool) -> NativeHistogram {
    NativeHistogram(
      timestampMs: timestampMs, sum: SpecialNaN.staleMarker, schema: custom ? customBucketsSchema : 0,
      zeroThreshold: 0, counts: .integer(count: 0, zeroCount: 0, negativeDeltas: [], positiveDeltas: []))
  }

  /// Whether the sample ends its series.
  public var isStaleMarker: Bool { SpecialNaN.isStaleMarker(sum) }
}

/// The buckets of one side, taken apart and put together again.
private struct Buckets<Count: Numeric & Comparable> {
  var spans: [NativeHistogram.Span] = []
  var counts: [Count] = []
  private var lastIndex: Int64 = 0

  /// Adds to the bucket at `index`, which is never before the last one.
  ///
  /// - Returns: false when the place cannot be written.
  mutating func add(_ count: Count, at index: Int64, _ plus: (Count, Count) -> Count?) -> Bool {
    if let last = counts.last, index == lastIndex {
      guard let sum = plus(last, count) else { return false }
      counts[counts.count - 1] = sum
      return true
    }
    guard index > lastIndex || counts.isEmpty else { return false }
    if !counts.isEmpty && index == lastIndex + 1 {
      spans[spans.count - 1].length += 1
    } else {
      guard let offset = Int32(exactly: counts.isEmpty ? index : index - lastIndex - 1) else { return false }
      spans.append(NativeHistogram.Span(offset: offset, length: 1))
    }
    counts.append(count)
    lastIndex = index
    return true
  }

  /// Goes over `spans` with the count of each bucket, in order.
  ///
  /// - Returns: false when spans and buckets do not match or `next` finds no number.
  mutating func fill(
    _ spans: [NativeHistogram.Span], bucketCount: Int, halvedBy steps: Int32, next: (Int) -> Count?,
    plus: (Count, Count) -> Count?
  ) -> Bool {
    guard spans.reduce(Int64(0), { $0 + Int64($1.length) }) == Int64(bucketCount) else { return false }
    var position = 0
    // Offsets and lengths have 32 bits and the spans lie in memory, so their sum fits 64.
    var index: Int64 = 0
    for span in spans {
      index += Int64(span.offset)
      for _ in 0..<span.length {
        guard let count = next(position) else { return false }
        position += 1
        // A bucket's index is that of its upper bound; an arithmetic shift rounds towards the lower one.
        let merged = steps > 0 ? (index - 1) >> Int64(steps) + 1 : index
        if count != .zero, !add(count, at: merged, plus) { return false }
        index += 1
      }
    }
    return true
  }
}

extension Buckets where Count == Int64 {
  init?(integer deltas: [Int64], _ spans: [NativeHistogram.Span], halvedBy steps: Int32) {
    var bucket: Int64 = 0
    let isWhole = fill(
      spans, bucketCount: deltas.count, halvedBy: steps,
      next: { position in
        let (sum, overflow) = bucket.addingReportingOverflow(deltas[position])
        bucket = sum
        return overflow ? nil : sum
      },
      plus: { left, right in
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : sum
      })
    if !isWhole { return nil }
  }

  /// Nil on overflow.
  var deltas: [Int64]? {
    var before: Int64 = 0
    var deltas: [Int64] = []
    deltas.reserveCapacity(counts.count)
    for count in counts {
      let (delta, overflow) = count.subtractingReportingOverflow(before)
      if overflow { return nil }
      deltas.append(delta)
      before = count
    }
    return deltas
  }
}

extension Buckets where Count == Double {
  init?(float counts: [Double], _ spans: [NativeHistogram.Span], halvedBy steps: Int32) {
    let isWhole = fill(
      spans, bucketCount: counts.count, halvedBy: steps, next: { counts[$0] }, plus: { $0 + $1 })
    if !isWhole { return nil }
  }
}
