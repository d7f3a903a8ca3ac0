/// One metric of a family in protobuf, as it stands; its arrays are used again for the next one.
///
/// What a metric holds depends on its family's type, and fields of other types are passed over.
struct FamilyMetric: Sendable {
  struct Bucket: Sendable {
    var bound = 0.0
    var count: UInt64 = 0
    var countFloat = 0.0
    /// Of its exemplar; empty without one.
    var exemplar = 0..<0

    /// Observations up to the bound.
    var cumulative: Double { countFloat != 0 ? countFloat : Double(count) }
  }

  struct Quantile: Sendable {
    var quantile = 0.0
    var value = 0.0
  }

  struct BucketSpan: Sendable {
    var offset: Int32 = 0
    var length: UInt32 = 0
  }

  /// The spans and buckets of one side of zero.
  struct Side: Sendable {
    var spans: [BucketSpan] = []
    var deltas: [Int64] = []
    var counts: [Double] = []

    mutating func removeAll() {
      spans.clear()
      deltas.clear()
      counts.clear()
    }
  }

  /// The range of each label; most metrics have them all at their beginning.
  var labels: [Range<Int>] = []
  var timestampMs: Int64 = 0
  var startTimestampMs: Int64 = 0
  var value = 0.0
  /// Of a counter's exemplar; empty without one.
  var exemplar = 0..<0

  // Of summaries and histograms.
  var count: UInt64 = 0
  var countFloat = 0.0
  var sum = 0.0
  var quantiles: [Quantile] = []
  var buckets: [Bucket] = []

  // Of native histograms.
  var schema: Int32 = 0
  var zeroThreshold = 0.0
  var zeroCount: UInt64 = 0
  var zeroCountFloat = 0.0
  var negative = Side()
  var positive = Side()
  /// Of exemplars that belong to the histogram as a whole.
  var exemplars: [Range<Int>] = []

  mutating func removeAll() {
    labels.clear()
    (timestampMs, startTimestampMs, value, exemplar) = (0, 0, 0, 0..<0)
    (count, countFloat, sum) = (0, 0, 0)
    quantiles.clear()
    buckets.clear()
    (schema, zeroThreshold, zeroCount, zeroCountFloat) = (0, 0, 0, 0)
    negative.removeAll()
    positive.removeAll()
    exemplars.clear()
  }

  /// All observations.
  var total: Double { countFloat != 0 ? countFloat : Double(count) }

  /// Whether the histogram has a native side. An empty one is told by a span of no buckets.
  var isNative: Bool {
    !positive.spans.isEmpty || !negative.spans.isEmpty || zeroThreshold > 0 || zeroCount > 0 || zeroCountFloat > 0
  }
}

extension Array {
  /// Empties the array and keeps its memory. Most of a metric's arrays are empty, and asking is cheaper than clearing.
  @inline(__always)
  fileprivate mutating func clear() {
    if !isEmpty { removeAll(keepingCapacity: true) }
  }
}
