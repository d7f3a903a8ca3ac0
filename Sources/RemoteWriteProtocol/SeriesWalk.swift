import ByteCoding
import MetricModel

/// Walks one `TimeSeries` after the other for a ``MessageScan``.
protocol SeriesWalk {
  /// In front of each series.
  static var tag: UInt8 { get }
  /// Whether a float said since when it has been counting.
  var hasStarts: Bool { get }

  /// Says what names the series in `range`, and appends its floats.
  ///
  /// - Parameter symbols: the digests of those of a 2.0 request.
  /// - Returns: whether it is a plain series and there was room for all of it.
  mutating func scan(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ symbols: Span<Hash128.Digest>, _ one: inout MessageScan.Series,
    _ times: inout OutputSpan<Int64>, _ values: inout OutputSpan<Double>, _ starts: inout OutputSpan<Int64>
  ) -> Bool
}

/// Labels first, then samples, as every encoder of 1.0 writes them.
struct SeriesWalkV1: SeriesWalk {
  static let tag: UInt8 = 0x0a
  private let hash: Hash128
  private(set) var hasStarts = false

  init(_ hash: Hash128) { self.hash = hash }

  @inline(__always)
  mutating func scan(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ symbols: Span<Hash128.Digest>, _ one: inout MessageScan.Series,
    _ times: inout OutputSpan<Int64>, _ values: inout OutputSpan<Double>, _ starts: inout OutputSpan<Int64>
  ) -> Bool {
    var cursor = WireCursor(range)
    while cursor.take(0x0a, bytes) {
      guard cursor.skipLengthDelimited(bytes) else { return false }
      one.elementCount += 1
    }
    var highBits: UInt64 = 0
    one.key = hash(bytes.extracting(range.lowerBound..<cursor.position), highBits: &highBits)
    return cursor.takeFloats(bytes, .v1, &one, &times, &values, &starts, &hasStarts) && cursor.isAtEnd
  }
}

/// References, samples and then metadata, as every encoder of 2.0 writes them.
struct SeriesWalkV2: SeriesWalk {
  static let tag: UInt8 = 0x2a
  private let hash: Hash128
  private(set) var hasStarts = false
  private var pairs = RepeatedPairs()
  private var metadata = RepeatedMetadata()

  init(_ hash: Hash128) { self.hash = hash }

  @inline(__always)
  mutating func scan(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ symbols: Span<Hash128.Digest>, _ one: inout MessageScan.Series,
    _ times: inout OutputSpan<Int64>, _ values: inout OutputSpan<Double>, _ starts: inout OutputSpan<Int64>
  ) -> Bool {
    var cursor = WireCursor(range)
    guard cursor.take(0x0a, bytes), let references = cursor.range(bytes),
      let (sum, pairCount) = pairs.sum(references, bytes, symbols, hash)
    else { return false }
    one.elementCount = UInt32(truncatingIfNeeded: 2 * pairCount)
    guard cursor.takeFloats(bytes, .v2, &one, &times, &values, &starts, &hasStarts) else { return false }
    var described = 0..<0
    if cursor.take(0x2a, bytes) {
      guard let range = cursor.range(bytes) else { return false }
      described = range
    }
    guard cursor.isAtEnd, let description = metadata.digest(described, bytes, symbols, hash) else { return false }
    let count = UInt64(truncatingIfNeeded: pairCount)
    one.key = hash.combine(sum, description, Hash128.Digest(low: count, high: count))
    return true
  }
}

extension WireCursor {
  /// Takes the floats that come next, and what they take of the elements of a request.
  ///
  /// - Returns: whether there were some, in order of time and nothing else in them, and room for all.
  @inline(__always)
  fileprivate mutating func takeFloats(
    _ bytes: Span<UInt8>, _ version: WriteMessageVersion, _ one: inout MessageScan.Series,
    _ times: inout OutputSpan<Int64>, _ values: inout OutputSpan<Double>, _ starts: inout OutputSpan<Int64>,
    _ hasStarts: inout Bool
  ) -> Bool {
    var last: Int64?
    while take(0x12, bytes) {
      guard !times.isFull, let float = usualFloat(bytes) ?? float(bytes, version) else { return false }
      if let last, last >= float.timestampMs { return false }
      last = float.timestampMs
      times.append(float.timestampMs)
      values.append(float.value)
      starts.append(float.startTimestampMs)
      if float.startTimestampMs != 0 { hasStarts = true }
      one.elementCount += 1
    }
    return last != nil
  }

  /// A `Sample` behind its tag, if it is one of sixteen bytes as nearly all are: a value, and a time that takes six.
  @inline(__always)
  private mutating func usualFloat(_ bytes: Span<UInt8>) -> Sample? {
    guard end &- position >= 17, bytes[position] == 16, bytes[position &+ 1] == 0x09 else { return nil }
    // The last byte of the value, the tag of the time and the time itself.
    let word = bytes.word(at: position &+ 9)
    guard word & 0x8080_8080_8080_ff00 == 0x0080_8080_8080_1000 else { return nil }
    let value = Double(bitPattern: bytes.word(at: position &+ 2))
    position &+= 17
    return Sample(timestampMs: Int64(bitPattern: Self.packed(word >> 16)), value: value)
  }

  /// A `Sample` behind its tag.
  private mutating func float(_ bytes: Span<UInt8>, _ version: WriteMessageVersion) -> Sample? {
    guard let range = range(bytes) else { return nil }
    var fields = WireCursor(range)
    var sample = Sample(timestampMs: 0, value: 0)
    if fields.take(0x09, bytes) {
      guard let bits = fields.fixed64(bytes) else { return nil }
      sample.value = Double(bitPattern: bits)
    }
    if fields.take(0x10, bytes) {
      guard let number = fields.wideVarint(bytes) else { return nil }
      sample.timestampMs = Int64(bitPattern: number)
    }
    if version == .v2 && fields.take(0x18, bytes) {
      guard let number = fields.wideVarint(bytes) else { return nil }
      sample.startTimestampMs = Int64(bitPattern: number)
    }
    return fields.isAtEnd ? sample : nil
  }
}
