public import MetricModel

extension FamilyParser {
  /// Whether the metric is a native histogram, whatever classic buckets it has besides.
  public var isNative: Bool { reader.header.type.isHistogram && reader.metric.isNative }

  /// The native side of the metric, as it stands.
  ///
  /// It is a float histogram if its count or its zero bucket is one. A NaN of the sum is ``SpecialNaN/normal``.
  public func nativeHistogram(timestampMs: Int64) -> NativeHistogram {
    let isFloat = reader.metric.countFloat > 0 || reader.metric.zeroCountFloat > 0
    let counts: NativeHistogram.Counts =
      isFloat
      ? .float(
        count: reader.metric.countFloat, zeroCount: reader.metric.zeroCountFloat,
        negativeCounts: reader.metric.negative.counts,
        positiveCounts: reader.metric.positive.counts)
      : .integer(
        count: reader.metric.count, zeroCount: reader.metric.zeroCount, negativeDeltas: reader.metric.negative.deltas,
        positiveDeltas: reader.metric.positive.deltas)
    return NativeHistogram(
      timestampMs: timestampMs, startTimestampMs: reader.metric.startTimestampMs,
      sum: reader.metric.sum.isNaN ? SpecialNaN.normal : reader.metric.sum, schema: reader.metric.schema,
      zeroThreshold: reader.metric.zeroThreshold, counts: counts,
      negativeSpans: reader.metric.negative.spans.map(Self.span),
      positiveSpans: reader.metric.positive.spans.map(Self.span),
      resetHint: reader.header.type == .gaugeHistogram ? .gauge : .unknown)
  }

  /// The classic side of the metric, to be converted.
  public func classicHistogram() -> ClassicHistogram {
    var histogram = ClassicHistogram()
    for bucket in reader.metric.buckets { histogram.setBucket(upTo: bucket.bound, bucket.cumulative) }
    histogram.setCount(reader.metric.total)
    histogram.sum = reader.metric.sum.isNaN ? SpecialNaN.normal : reader.metric.sum
    return histogram
  }

  private static func span(_ span: FamilyMetric.BucketSpan) -> NativeHistogram.Span {
    NativeHistogram.Span(offset: span.offset, length: span.length)
  }
}
