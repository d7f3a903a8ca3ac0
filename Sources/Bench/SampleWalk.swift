import RemoteWriteProtocol

/// What a walk over a request tells of.
protocol SampleVisitor {
  mutating func visitSeries()
  /// - Parameters:
  ///   - valueAt: where the eight bytes of the value lie; nil if it is absent, which means 0.
  ///   - timestampAt: where the varint of the timestamp begins; nil if it is absent, which means 0.
  mutating func visitSample(timestampMs: Int64, valueAt: Int?, timestampAt: Int?)
  mutating func visitHistogram(timestampMs: Int64)
  mutating func visitExemplar()
}

/// Why a request could not be walked.
struct MalformedRequest: Error, Hashable {
  var position: Int
}

/// Goes through the protobuf of a request and stops at what is counted; labels and symbols are stepped over.
///
/// It checks lengths and nothing else: a receiver that shares the machine with what it measures has to be cheap.
struct SampleWalk {
  private static let lengthDelimited: UInt64 = 2
  private var position: Int
  private let end: Int

  private init(_ range: Range<Int>) { (position, end) = (range.lowerBound, range.upperBound) }

  /// - Complexity: linear in the number of fields; nothing is allocated.
  static func walk(
    _ bytes: Span<UInt8>, _ version: WriteMessageVersion, _ visitor: inout some SampleVisitor
  ) throws(MalformedRequest) {
    let seriesField: UInt64 = version == .v1 ? 1 : 5
    var request = SampleWalk(0..<bytes.count)
    while request.position < request.end {
      let key = try request.varint(bytes)
      if key == seriesField << 3 | lengthDelimited {
        try walkSeries(bytes, try request.range(bytes), version, &visitor)
      } else {
        try request.skip(key, bytes)
      }
    }
  }

  private static func walkSeries(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ version: WriteMessageVersion, _ visitor: inout some SampleVisitor
  ) throws(MalformedRequest) {
    visitor.visitSeries()
    let (exemplarField, histogramField): (UInt64, UInt64) = version == .v1 ? (3, 4) : (4, 3)
    var series = SampleWalk(range)
    while series.position < series.end {
      let key = try series.varint(bytes)
      switch key {
      case 2 << 3 | lengthDelimited: try walkSample(bytes, try series.range(bytes), &visitor)
      case histogramField << 3 | lengthDelimited:
        let histogram = try series.range(bytes)
        visitor.visitHistogram(timestampMs: try time(bytes, histogram, field: 15))
      case exemplarField << 3 | lengthDelimited:
        try series.skip(key, bytes)
        visitor.visitExemplar()
      default: try series.skip(key, bytes)
      }
    }
  }

  private static func walkSample(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ visitor: inout some SampleVisitor
  ) throws(MalformedRequest) {
    var sample = SampleWalk(range)
    var (valueAt, timestampAt): (Int?, Int?) = (nil, nil)
    var timestampMs: Int64 = 0
    while sample.position < sample.end {
      let key = try sample.varint(bytes)
      switch key {
      case 1 << 3 | 1:
        valueAt = sample.position
        try sample.advance(8)
      case 2 << 3:
        timestampAt = sample.position
        timestampMs = Int64(bitPattern: try sample.varint(bytes))
      default: try sample.skip(key, bytes)
      }
    }
    visitor.visitSample(timestampMs: timestampMs, valueAt: valueAt, timestampAt: timestampAt)
  }

  /// The timestamp of a histogram; 0 if there is none.
  private static func time(_ bytes: Span<UInt8>, _ range: Range<Int>, field: UInt64) throws(MalformedRequest) -> Int64 {
    var histogram = SampleWalk(range)
    var timestampMs: Int64 = 0
    while histogram.position < histogram.end {
      let key = try histogram.varint(bytes)
      if key == field << 3 {
        timestampMs = Int64(bitPattern: try histogram.varint(bytes))
      } else {
        try histogram.skip(key, bytes)
      }
    }
    return timestampMs
  }

  // MARK: - Steps

  @inline(__always)
  private mutating func varint(_ bytes: Span<UInt8>) throws(MalformedRequest) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end && shift < 64 {
      let byte = bytes[position]
      position &+= 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift &+= 7
    }
    throw MalformedRequest(position: position)
  }

  @inline(__always)
  private mutating func range(_ bytes: Span<UInt8>) throws(MalformedRequest) -> Range<Int> {
    let length = try varint(bytes)
    guard length <= UInt64(end - position) else { throw MalformedRequest(position: position) }
    let start = position
    position += Int(length)
    return start..<position
  }

  @inline(__always)
  private mutating func advance(_ count: Int) throws(MalformedRequest) {
    guard end - position >= count else { throw MalformedRequest(position: position) }
    position += count
  }

  private mutating func skip(_ key: UInt64, _ bytes: Span<UInt8>) throws(MalformedRequest) {
    switch key & 7 {
    case 0: _ = try varint(bytes)
    case 1: try advance(8)
    case 2: _ = try range(bytes)
    case 5: try advance(4)
    default: throw MalformedRequest(position: position)
    }
  }
}
