/// A native histogram sample, as both Remote Write messages carry it.
///
/// The spans say which bucket indexes are present; the counts of an integer histogram are deltas to the bucket
/// before, those of a float histogram absolute.
public struct NativeHistogram: Hashable, Sendable {
  public struct Span: Hashable, Sendable {
    /// Gap to the span before, or for the first span the index of its first bucket.
    public var offset: Int32
    /// Number of consecutive buckets.
    public var length: UInt32
    public init(offset: Int32, length: UInt32) {
      self.offset = offset
      self.length = length
    }
  }

  public enum Counts: Hashable, Sendable {
    case integer(count: UInt64, zeroCount: UInt64, negativeDeltas: [Int64], positiveDeltas: [Int64])
    case float(count: Double, zeroCount: Double, negativeCounts: [Double], positiveCounts: [Double])
  }

  /// The raw value is the number on the wire.
  public enum ResetHint: UInt8, Sendable { case unknown = 0, yes, no, gauge }

  public var timestampMs: Int64
  public var startTimestampMs: Int64
  public var sum: Double
  /// −4…8: exponential, base 2^(2^−schema); −53: custom bounds in ``customValues``.
  public var schema: Int32
  public var zeroThreshold: Double
  public var counts: Counts
  public var negativeSpans: [Span]
  public var positiveSpans: [Span]
  public var resetHint: ResetHint
  public var customValues: [Double]

  public init(
    timestampMs: Int64, startTimestampMs: Int64 = 0, sum: Double, schema: Int32, zeroThreshold: Double,
    counts: Counts, negativeSpans: [Span] = [], positiveSpans: [Span] = [], resetHint: ResetHint = .unknown,
    customValues: [Double] = []
  ) {
    self.timestampMs = timestampMs
    self.startTimestampMs = startTimestampMs
    self.sum = sum
    self.schema = schema
    self.zeroThreshold = zeroThreshold
    self.counts = counts
    self.negativeSpans = negativeSpans
    self.positiveSpans = positiveSpans
    self.resetHint = resetHint
    self.customValues = customValues
  }
}
