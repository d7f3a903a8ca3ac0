import MetricModel

/// The numbers of histogram schemas that mean something.
enum HistogramSchema {
  /// Bounds are listed in `custom_values`.
  static let customBuckets: Int32 = -53
  /// Bounds are powers of 2^(2^−schema).
  static let exponential: ClosedRange<Int32> = -4...8
  /// Kept free for exponential schemas to come; a receiver takes them, the finer ones with their resolution reduced.
  static let reserved: ClosedRange<Int32> = -9...52
}

/// An upper bound of the bytes that `histogram` takes in either message.
func histogramRoom(_ histogram: NativeHistogram) -> Int {
  let buckets =
    switch histogram.counts {
    case .integer(_, _, let negative, let positive): negative.count + positive.count
    case .float(_, _, let negative, let positive): negative.count + positive.count
    }
  return 192 + buckets * 10 + (histogram.negativeSpans.count + histogram.positiveSpans.count) * 16
    + histogram.customValues.count * 8
}

extension WireWriter {
  /// A histogram: the same fields in both messages, but for the start time, which only 2.0 has.
  mutating func histogram(_ histogram: NativeHistogram, tag: UInt8, version: WriteMessageVersion) {
    let start = openField(tag, width: 2)
    switch histogram.counts {
    case .integer(let count, _, _, _): varint(0x08, count)
    case .float(let count, _, _, _): double(0x11, count)
    }
    double(0x19, histogram.sum)
    varint(0x20, Varint.zigzag(Int64(histogram.schema)))
    double(0x29, histogram.zeroThreshold)
    switch histogram.counts {
    case .integer(_, let zeroCount, let negative, let positive):
      varint(0x30, zeroCount)
      spans(0x42, histogram.negativeSpans)
      deltas(0x4a, negative)
      spans(0x5a, histogram.positiveSpans)
      deltas(0x62, positive)
    case .float(_, let zeroCount, let negative, let positive):
      double(0x39, zeroCount)
      spans(0x42, histogram.negativeSpans)
      doubles(0x52, negative)
      spans(0x5a, histogram.positiveSpans)
      doubles(0x6a, positive)
    }
    if histogram.resetHint != .unknown { varint(0x70, UInt64(histogram.resetHint.rawValue)) }
    varint(0x78, UInt64(bitPattern: histogram.timestampMs))
    if !histogram.customValues.isEmpty {
      // Field 16 and above need two bytes of tag.
      byte(0x82)
      doubles(0x01, histogram.customValues)
    }
    if version == .v2 && histogram.startTimestampMs != 0 {
      byte(0x88)
      varint(0x01, UInt64(bitPattern: histogram.startTimestampMs))
    }
    closeField(at: start, width: 2)
  }

  private mutating func spans(_ tag: UInt8, _ spans: [NativeHistogram.Span]) {
    for span in spans {
      let start = openField(tag, width: 1)
      varint(0x08, Varint.zigzag(Int64(span.offset)))
      varint(0x10, UInt64(span.length))
      closeField(at: start, width: 1)
    }
  }

  private mutating func deltas(_ tag: UInt8, _ deltas: [Int64]) {
    if deltas.isEmpty { return }
    let start = openField(tag, width: 1)
    for delta in deltas { varint(Varint.zigzag(delta)) }
    closeField(at: start, width: 1)
  }

  private mutating func doubles(_ tag: UInt8, _ values: [Double]) {
    if values.isEmpty { return }
    byte(tag)
    varint(UInt64(values.count * 8))
    for value in values { double(value) }
  }
}
