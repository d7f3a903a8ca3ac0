import MetricModel

/// Reads one `Histogram`, which has the same fields in both messages but for the start time.
struct HistogramReader {
  /// A value of one of the two oneofs: an integer or a float.
  private enum Number {
    case integer(UInt64)
    case float(Double)

    var isFloat: Bool {
      if case .float = self { true } else { false }
    }
    var integer: UInt64 {
      if case .integer(let value) = self { value } else { 0 }
    }
    var float: Double {
      if case .float(let value) = self { value } else { 0 }
    }
  }

  private var reader: ProtobufReader
  private let version: WriteMessageVersion
  private var count: Number?
  private var zeroCount: Number?
  private var negativeDeltas: [Int64] = []
  private var positiveDeltas: [Int64] = []
  private var negativeCounts: [Double] = []
  private var positiveCounts: [Double] = []
  private var histogram = NativeHistogram(
    timestampMs: 0, sum: 0, schema: 0, zeroThreshold: 0,
    counts: .integer(count: 0, zeroCount: 0, negativeDeltas: [], positiveDeltas: []))

  init(_ reader: ProtobufReader, _ version: WriteMessageVersion) {
    self.reader = reader
    self.version = version
  }

  mutating func read(_ bytes: Span<UInt8>, _ budget: inout ElementBudget) throws(DecodingError) -> NativeHistogram {
    while let tag = try reader.nextTag(bytes) {
      if try !readBuckets(tag, bytes, &budget) { try readScalar(tag, bytes) }
    }
    if isFloat {
      histogram.counts = .float(
        count: count?.float ?? 0, zeroCount: zeroCount?.float ?? 0, negativeCounts: negativeCounts,
        positiveCounts: positiveCounts)
    } else {
      histogram.counts = .integer(
        count: count?.integer ?? 0, zeroCount: zeroCount?.integer ?? 0, negativeDeltas: negativeDeltas,
        positiveDeltas: positiveDeltas)
    }
    return histogram
  }

  /// Whether the count, or without one the rest, makes this a float histogram.
  private var isFloat: Bool {
    count?.isFloat ?? zeroCount?.isFloat ?? !(negativeCounts.isEmpty && positiveCounts.isEmpty)
  }

  /// Whether parts of the other kind were present.
  var isMixed: Bool {
    if let zeroCount, zeroCount.isFloat != isFloat { return true }
    return isFloat
      ? !(negativeDeltas.isEmpty && positiveDeltas.isEmpty) : !(negativeCounts.isEmpty && positiveCounts.isEmpty)
  }

  /// - Returns: false if the field is none of spans, buckets and bounds; nothing was read then.
  private mutating func readBuckets(
    _ tag: ProtobufReader.Tag, _ bytes: Span<UInt8>, _ budget: inout ElementBudget
  ) throws(DecodingError) -> Bool {
    switch tag.field {
    case 8:
      try budget.take(reader)
      histogram.negativeSpans.append(try span(tag, bytes))
    case 9: try reader.numbers(tag, .varint, bytes, to: &negativeDeltas, &budget, unzigzag)
    case 10: try reader.numbers(tag, .fixed64, bytes, to: &negativeCounts, &budget, Double.init(bitPattern:))
    case 11:
      try budget.take(reader)
      histogram.positiveSpans.append(try span(tag, bytes))
    case 12: try reader.numbers(tag, .varint, bytes, to: &positiveDeltas, &budget, unzigzag)
    case 13: try reader.numbers(tag, .fixed64, bytes, to: &positiveCounts, &budget, Double.init(bitPattern:))
    case 16: try reader.numbers(tag, .fixed64, bytes, to: &histogram.customValues, &budget, Double.init(bitPattern:))
    default: return false
    }
    return true
  }

  private mutating func readScalar(_ tag: ProtobufReader.Tag, _ bytes: Span<UInt8>) throws(DecodingError) {
    switch tag.field {
    case 1: count = .integer(try reader.varint(tag, bytes))
    case 2: count = .float(try reader.double(tag, bytes))
    case 3: histogram.sum = try reader.double(tag, bytes)
    case 4: histogram.schema = try reader.sint32(tag, bytes)
    case 5: histogram.zeroThreshold = try reader.double(tag, bytes)
    case 6: zeroCount = .integer(try reader.varint(tag, bytes))
    case 7: zeroCount = .float(try reader.double(tag, bytes))
    case 14:
      let number = try reader.varint(tag, bytes)
      histogram.resetHint = UInt8(exactly: number).flatMap(NativeHistogram.ResetHint.init(rawValue:)) ?? .unknown
    case 15: histogram.timestampMs = try reader.int64(tag, bytes)
    case 17 where version == .v2: histogram.startTimestampMs = try reader.int64(tag, bytes)
    default: try reader.skip(tag, bytes)
    }
  }

  private mutating func span(
    _ tag: ProtobufReader.Tag, _ bytes: Span<UInt8>
  ) throws(DecodingError) -> NativeHistogram.Span {
    var reader = ProtobufReader(try reader.range(tag, bytes), "BucketSpan")
    var span = NativeHistogram.Span(offset: 0, length: 0)
    while let tag = try reader.nextTag(bytes) {
      switch tag.field {
      case 1: span.offset = try reader.sint32(tag, bytes)
      case 2: span.length = UInt32(truncatingIfNeeded: try reader.varint(tag, bytes))
      default: try reader.skip(tag, bytes)
      }
    }
    return span
  }
}

private func unzigzag(_ value: UInt64) -> Int64 {
  Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
}
