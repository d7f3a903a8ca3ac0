import ByteCoding
import MetricModel

/// The state of a walk over a page: where it is, and what the last entry held. The page itself is the caller's.
///
/// Kept apart from the bytes so that a span of them can be read while the state changes, without a copy and without
/// counting references.
@usableFromInline struct EntryReader: Sendable {
  let format: ExpositionFormat
  var cursor = 0
  var seriesText = 0..<0
  /// Where the last series' name and labels lie in its text.
  var places = SeriesPlaces()
  /// The text that was hashed last while looking for a known line: those of one length mostly stand side by side.
  private(set) var hashed = (range: 0..<0, hash: UInt64(0))
  @usableFromInline var value = 0.0
  @usableFromInline var timestampMs: Int64?

  /// Behind the brace that opens the exemplar's labels; nil when the last series has none.
  @usableFromInline var exemplarLabelsStart: Int?
  var exemplarValue = 0.0
  var exemplarTimestampMs: Int64?

  /// The type that the last `TYPE` line declared; nil before the first.
  var familyType: MetricMetadata.MetricType?
  var metadataNameRange = 0..<0
  var metadataTextRange = 0..<0
  var metadataEscapesQuotes = false

  /// Whether OpenMetrics' `# EOF` has been read.
  var hasSeenEnd = false

  init(_ format: ExpositionFormat) { self.format = format }

  mutating func next(in body: [UInt8]) throws(ExpositionError) -> ExpositionEntry? {
    switch format {
    case .prometheusText: try nextInPrometheusText(body.span)
    case .openMetrics: try nextInOpenMetrics(body.span)
    }
  }

  mutating func nextIfKnown(
    in body: [UInt8], byteCount: Int, hash expected: UInt64, by hash: Hash64
  ) throws(ExpositionError) -> Bool {
    let bytes = body.span
    var start = cursor
    if format == .prometheusText {
      while bytes.byte(at: start) == Byte.newline { start += 1 }
    }
    guard byteCount > 0, byteCount < bytes.count - start else { return false }
    let end = start + byteCount
    let separator = bytes[end]
    switch format {
    case .prometheusText:
      guard Byte.isBlank(separator), hashOnce(bytes, start..<end, by: hash) == expected else { return false }
      let valueStart = bytes.skippingBlanks(from: end)
      // A name alone was known, but here it has labels behind a blank.
      if bytes.byte(at: valueStart) == Byte.braceOpen { return false }
      try finishPrometheusText(bytes, start..<end, valueStart: valueStart)
      places.areKnown = false
    case .openMetrics:
      guard separator == Byte.space, hashOnce(bytes, start..<end, by: hash) == expected else { return false }
      try finishOpenMetrics(bytes, start..<end)
      places.areKnown = false
    }
    return true
  }

  /// The hash of a text, which is asked for again and again for lines that are not the one that is looked for.
  @inline(__always)
  private mutating func hashOnce(_ bytes: Span<UInt8>, _ range: Range<Int>, by hash: Hash64) -> UInt64 {
    if hashed.range != range { hashed = (range, hash(bytes.extracting(range))) }
    return hashed.hash
  }

  /// As ``ExpositionParser/nextIfPlain(byteCount:hash:)`` has it. Nothing but the cursor changes.
  @inline(__always)
  mutating func nextIfPlain(
    in body: [UInt8], byteCount: Int, hash expected: UInt64, by hash: Hash64
  ) -> Double? {
    let bytes = body.span
    let start = cursor
    guard byteCount > 0, byteCount < bytes.count - start else { return nil }
    let end = start + byteCount
    // The separator first: it tells nearly all other lines apart, and a hash costs thirty times as much.
    guard bytes[end] == Byte.space, hash(bytes.extracting(start..<end)) == expected else { return nil }
    let short = ShortDecimal.prefix(of: bytes, from: end + 1)
    if short.end > end + 1 {
      cursor = short.end + 1
      return short.value
    }
    return plainNumber(in: bytes, from: end + 1)
  }

  @inline(never)
  private mutating func plainNumber(in bytes: Span<UInt8>, from start: Int) -> Double? {
    let number = DecimalNumber.prefix(of: bytes, from: start)
    guard number.end > start, bytes.byte(at: number.end) == Byte.newline else { return nil }
    cursor = number.end + 1
    return number.value
  }
}
