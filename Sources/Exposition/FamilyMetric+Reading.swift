/// Reads metrics of `io.prometheus.client`. What two peers could understand differently is an error: a wire type that is
/// not the field's, a length beyond the end. Unknown fields are passed over.
extension FamilyMetric {
  /// Far beyond what any store takes; bounds what one metric can make us hold.
  static let elementsMax = 1 << 16

  mutating func read(
    _ range: Range<Int>, of type: MetricFamilyType, _ bytes: Span<UInt8>
  ) throws(ExpositionError) {
    removeAll()
    var fields = ProtobufFields(range)
    while let tag = try fields.next(bytes) {
      switch (tag.field, type) {
      case (1, _): try Self.append(try fields.range(tag, bytes), to: &labels)
      case (6, _): timestampMs = Int64(bitPattern: try fields.varint(tag, bytes))
      case (2, .gauge), (5, .untyped): try readValue(try fields.range(tag, bytes), bytes)
      case (3, .counter): try readCounter(try fields.range(tag, bytes), bytes)
      case (4, .summary): try readSummary(try fields.range(tag, bytes), bytes)
      case (7, .histogram), (7, .gaugeHistogram): try readHistogram(try fields.range(tag, bytes), bytes)
      default: try fields.skip(tag, bytes)
      }
    }
  }

  private mutating func readValue(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(ExpositionError) {
    var fields = ProtobufFields(range)
    while let tag = try fields.next(bytes) {
      if tag.field == 1 { value = try fields.double(tag, bytes) } else { try fields.skip(tag, bytes) }
    }
  }

  private mutating func readCounter(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(ExpositionError) {
    var fields = ProtobufFields(range)
    while let tag = try fields.next(bytes) {
      switch tag.field {
      case 1: value = try fields.double(tag, bytes)
      case 2: exemplar = try fields.range(tag, bytes)
      case 3: startTimestampMs = try Self.milliseconds(try fields.range(tag, bytes), bytes)
      default: try fields.skip(tag, bytes)
      }
    }
  }

  private mutating func readSummary(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(ExpositionError) {
    var fields = ProtobufFields(range)
    while let tag = try fields.next(bytes) {
      switch tag.field {
      case 1: count = try fields.varint(tag, bytes)
      case 2: sum = try fields.double(tag, bytes)
      case 3:
        var inner = ProtobufFields(try fields.range(tag, bytes))
        var quantile = Quantile()
        while let tag = try inner.next(bytes) {
          switch tag.field {
          case 1: quantile.quantile = try inner.double(tag, bytes)
          case 2: quantile.value = try inner.double(tag, bytes)
          default: try inner.skip(tag, bytes)
          }
        }
        try Self.append(quantile, to: &quantiles)
      case 4: startTimestampMs = try Self.milliseconds(try fields.range(tag, bytes), bytes)
      default: try fields.skip(tag, bytes)
      }
    }
  }

  private mutating func readHistogram(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(ExpositionError) {
    var fields = ProtobufFields(range)
    while let tag = try fields.next(bytes) {
      switch tag.field {
      case 1: count = try fields.varint(tag, bytes)
      case 2: sum = try fields.double(tag, bytes)
      case 3: try Self.append(try Self.bucket(try fields.range(tag, bytes), bytes), to: &buckets)
      case 4: countFloat = try fields.double(tag, bytes)
      case 5: schema = try fields.sint32(tag, bytes)
      case 6: zeroThreshold = try fields.double(tag, bytes)
      case 7: zeroCount = try fields.varint(tag, bytes)
      case 8: zeroCountFloat = try fields.double(tag, bytes)
      case 9...11: try negative.read(tag, part: tag.field - 9, &fields, bytes)
      case 12...14: try positive.read(tag, part: tag.field - 12, &fields, bytes)
      case 15: startTimestampMs = try Self.milliseconds(try fields.range(tag, bytes), bytes)
      case 16: try Self.append(try fields.range(tag, bytes), to: &exemplars)
      default: try fields.skip(tag, bytes)
      }
    }
  }

  private static func bucket(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(ExpositionError) -> Bucket {
    var fields = ProtobufFields(range)
    var bucket = Bucket()
    while let tag = try fields.next(bytes) {
      switch tag.field {
      case 1: bucket.count = try fields.varint(tag, bytes)
      case 2: bucket.bound = try fields.double(tag, bytes)
      case 3: bucket.exemplar = try fields.range(tag, bytes)
      case 4: bucket.countFloat = try fields.double(tag, bytes)
      default: try fields.skip(tag, bytes)
      }
    }
    return bucket
  }

  private static func append<Element>(_ element: Element, to elements: inout [Element]) throws(ExpositionError) {
    guard elements.count < elementsMax else {
      throw ExpositionError(at: 0, message: "a metric with more than \(elementsMax) elements")
    }
    elements.append(element)
  }

  /// A `google.protobuf.Timestamp` in milliseconds; what 64 bits cannot hold counts as unknown.
  static func milliseconds(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(ExpositionError) -> Int64 {
    var fields = ProtobufFields(range)
    var seconds: Int64 = 0
    var nanoseconds: Int32 = 0
    while let tag = try fields.next(bytes) {
      switch tag.field {
      case 1: seconds = Int64(bitPattern: try fields.varint(tag, bytes))
      case 2: nanoseconds = Int32(truncatingIfNeeded: try fields.varint(tag, bytes))
      default: try fields.skip(tag, bytes)
      }
    }
    let (scaled, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000)
    let (sum, overflow) = scaled.addingReportingOverflow(Int64(nanoseconds / 1_000_000))
    return isTooLarge || overflow ? 0 : sum
  }
}

extension FamilyMetric.Side {
  /// - Parameter part: 0 for a span, 1 for deltas, 2 for counts.
  mutating func read(
    _ tag: ProtobufFields.Tag, part: Int, _ fields: inout ProtobufFields, _ bytes: Span<UInt8>
  ) throws(ExpositionError) {
    let max = FamilyMetric.elementsMax
    switch part {
    case 0:
      guard spans.count < max else { throw ExpositionError(at: fields.position, message: "more than \(max) spans") }
      var inner = ProtobufFields(try fields.range(tag, bytes))
      var span = FamilyMetric.BucketSpan()
      while let tag = try inner.next(bytes) {
        switch tag.field {
        case 1: span.offset = try inner.sint32(tag, bytes)
        case 2: span.length = UInt32(truncatingIfNeeded: try inner.varint(tag, bytes))
        default: try inner.skip(tag, bytes)
        }
      }
      spans.append(span)
    case 1:
      try fields.numbers(tag, .varint, bytes, to: &deltas, max: max) {
        Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1)
      }
    default: try fields.numbers(tag, .fixed64, bytes, to: &counts, max: max) { Double(bitPattern: $0) }
    }
  }
}
