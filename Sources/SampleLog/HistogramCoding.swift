import ByteCoding
import MetricModel

/// A native histogram as bytes: fixed numbers first, then spans and counts, each list with its length.
enum HistogramCoding {
  /// More buckets than any valid histogram has; bounds what a damaged length can ask for.
  static let bucketsMax = 1 << 20

  static func append(_ histogram: NativeHistogram, to bytes: inout [UInt8]) {
    Varint.appendSigned(histogram.timestampMs, to: &bytes)
    Varint.appendSigned(histogram.startTimestampMs, to: &bytes)
    LittleEndian.append(histogram.sum.bitPattern, to: &bytes)
    Varint.appendSigned(Int64(histogram.schema), to: &bytes)
    LittleEndian.append(histogram.zeroThreshold.bitPattern, to: &bytes)
    bytes.append(histogram.resetHint.rawValue)
    for spans in [histogram.negativeSpans, histogram.positiveSpans] {
      Varint.append(UInt64(spans.count), to: &bytes)
      for span in spans {
        Varint.appendSigned(Int64(span.offset), to: &bytes)
        Varint.append(UInt64(span.length), to: &bytes)
      }
    }
    Varint.append(UInt64(histogram.customValues.count), to: &bytes)
    LittleEndian.append(histogram.customValues, to: &bytes)
    switch histogram.counts {
    case .integer(let count, let zeroCount, let negative, let positive):
      bytes.append(0)
      Varint.append(count, to: &bytes)
      Varint.append(zeroCount, to: &bytes)
      for deltas in [negative, positive] {
        Varint.append(UInt64(deltas.count), to: &bytes)
        for delta in deltas { Varint.appendSigned(delta, to: &bytes) }
      }
    case .float(let count, let zeroCount, let negative, let positive):
      bytes.append(1)
      LittleEndian.append([count, zeroCount], to: &bytes)
      for counts in [negative, positive] {
        Varint.append(UInt64(counts.count), to: &bytes)
        LittleEndian.append(counts, to: &bytes)
      }
    }
  }

  /// - Returns: nil if the bytes do not hold a whole histogram.
  static func read(_ reader: inout ByteReader) -> NativeHistogram? {
    guard let timestamp = reader.signedVarint(), let start = reader.signedVarint(), let sum = reader.double(),
      let schema = reader.signedVarint().flatMap(Int32.init(exactly:)), let zeroThreshold = reader.double(),
      let hint = reader.byte().flatMap(NativeHistogram.ResetHint.init(rawValue:)),
      let negativeSpans = spans(&reader), let positiveSpans = spans(&reader), let customValues = doubles(&reader),
      let counts = counts(&reader)
    else { return nil }
    return NativeHistogram(
      timestampMs: timestamp, startTimestampMs: start, sum: sum, schema: schema, zeroThreshold: zeroThreshold,
      counts: counts, negativeSpans: negativeSpans, positiveSpans: positiveSpans, resetHint: hint,
      customValues: customValues)
  }

  private static func counts(_ reader: inout ByteReader) -> NativeHistogram.Counts? {
    switch reader.byte() {
    case 0:
      guard let count = reader.varint(), let zero = reader.varint(), let negative = deltas(&reader),
        let positive = deltas(&reader)
      else { return nil }
      return .integer(count: count, zeroCount: zero, negativeDeltas: negative, positiveDeltas: positive)
    case 1:
      guard let count = reader.double(), let zero = reader.double(), let negative = doubles(&reader),
        let positive = doubles(&reader)
      else { return nil }
      return .float(count: count, zeroCount: zero, negativeCounts: negative, positiveCounts: positive)
    default: return nil
    }
  }

  private static func spans(_ reader: inout ByteReader) -> [NativeHistogram.Span]? {
    guard let count = reader.count(max: min(bucketsMax, reader.remaining)) else { return nil }
    var spans: [NativeHistogram.Span] = []
    for _ in 0..<count {
      guard let offset = reader.signedVarint().flatMap(Int32.init(exactly:)),
        let length = reader.varint().flatMap(UInt32.init(exactly:))
      else { return nil }
      spans.append(NativeHistogram.Span(offset: offset, length: length))
    }
    return spans
  }

  private static func deltas(_ reader: inout ByteReader) -> [Int64]? {
    guard let count = reader.count(max: min(bucketsMax, reader.remaining)) else { return nil }
    var deltas: [Int64] = []
    for _ in 0..<count {
      guard let delta = reader.signedVarint() else { return nil }
      deltas.append(delta)
    }
    return deltas
  }

  private static func doubles(_ reader: inout ByteReader) -> [Double]? {
    guard let count = reader.count(max: min(bucketsMax, reader.remaining / 8)) else { return nil }
    var values: [Double] = []
    for _ in 0..<count {
      guard let value = reader.double() else { return nil }
      values.append(value)
    }
    return values
  }
}
