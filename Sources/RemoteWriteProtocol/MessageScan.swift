public import ByteCoding

/// A first walk over a message that takes what needs no judging: where its series lie, a digest of what names each of
/// them, and the floats of the plain ones, in columns.
///
///     guard let scan = MessageScan(body, .v2) else { … }       // read it with DecodedWriteRequest
///     scan.series[0].key                                       // the same in the next request
///
/// A series that was read and checked once is known again by its key, and none of its text need be read: labels that
/// were good are good again. So this says nothing about them. What is not a plain series of floats is left to
/// ``DecodedWriteRequest``, which reads the message strictly and says what is wrong with it.
///
/// - Complexity: linear in the message; five allocations.
public struct MessageScan: Sendable {
  /// One `TimeSeries` message.
  public struct Series: Sendable {
    /// Of its labels as they were sent and, in 2.0, of its metadata. Series with one key have the same texts in the
    /// same order; equal labels can have several keys.
    public internal(set) var key: Hash128.Digest
    /// Where the message lies in the body.
    var start: UInt32
    var end: UInt32
    var sampleStart: UInt32
    var sampleCount: UInt32
    /// What it takes of the elements that a request may have.
    var elementCount: UInt32
    /// Whether the key and the floats are all there is: floats in order of time and nothing that a plain series has
    /// not. The key means nothing where this is false.
    public internal(set) var isPlain: Bool

    /// Its floats, as a range of the columns.
    @inline(__always)
    public var samples: Range<Int> { Int(sampleStart)..<Int(sampleStart) + Int(sampleCount) }
  }

  public let version: WriteMessageVersion
  public private(set) var series: [Series] = []
  public private(set) var timestampsMs: [Int64] = []
  public private(set) var values: [Double] = []
  /// Since when each value has been counting, 0 where unknown; empty where none says so.
  public private(set) var startTimestampsMs: [Int64] = []
  /// Whether every series has one float and no start time, so that a float stands where its series does.
  public var isEven: Bool { startTimestampsMs.isEmpty && timestampsMs.count == series.count && hasPlainAlone }
  private var hasPlainAlone = true
  /// The symbols of a 2.0 request, as ranges of the body; all of them are UTF-8.
  private(set) var symbols: [Range<UInt32>] = []

  /// - Returns: nil for a message that is not what a sender's encoder writes: broken, with fields that are not known
  ///   here, with symbols behind series, with metadata of families, or beyond `limits`.
  public init?(_ body: [UInt8], _ version: WriteMessageVersion, limits: DecodingLimits = DecodingLimits()) {
    guard body.count <= UInt32.max else { return nil }
    self.version = version
    // A series with a sample takes some fifty bytes; one that is shorter makes the columns grow.
    let seriesGuess = min(body.count / 48, limits.series)
    series.reserveCapacity(seriesGuess)
    timestampsMs.reserveCapacity(seriesGuess)
    values.reserveCapacity(seriesGuess)
    let isWhole =
      switch version {
      case .v1: scanV1(body.span, limits)
      case .v2: scanV2(body.span, limits)
      }
    if !isWhole { return nil }
  }

  // MARK: - Messages

  private mutating func scanV1(_ bytes: Span<UInt8>, _ limits: DecodingLimits) -> Bool {
    // Looked at once: a global is behind a check of whether it was made.
    let hash = Hash128.process
    var cursor = WireCursor(0..<bytes.count)
    while !cursor.isAtEnd {
      guard cursor.take(0x0a, bytes), let range = cursor.range(bytes), series.count < limits.series else {
        return false
      }
      var one = Series(range, at: timestampsMs.count)
      one.isPlain = scanSeriesV1(range, bytes, hash, &one)
      finish(one)
    }
    return true
  }

  private mutating func scanV2(_ bytes: Span<UInt8>, _ limits: DecodingLimits) -> Bool {
    let hash = Hash128.process
    var cursor = WireCursor(0..<bytes.count)
    var digests: [Hash128.Digest] = []
    // Of messages with many symbols each series brings one of its own, or two.
    let symbolsGuess = min(bytes.count / 64, limits.elements)
    digests.reserveCapacity(symbolsGuess)
    symbols.reserveCapacity(symbolsGuess)
    while cursor.take(0x22, bytes) {
      guard let range = cursor.range(bytes), symbols.count < limits.elements else { return false }
      var highBits: UInt64 = 0
      let text = bytes.extracting(range)
      digests.append(hash(text, highBits: &highBits))
      if highBits != 0 && (try? UTF8Span(validating: text)) == nil { return false }
      symbols.append(range.narrow)
    }
    guard let first = symbols.first, first.isEmpty else { return false }
    let known = digests.span
    while !cursor.isAtEnd {
      guard cursor.take(0x2a, bytes), let range = cursor.range(bytes), series.count < limits.series else {
        return false
      }
      var one = Series(range, at: timestampsMs.count)
      one.isPlain = scanSeriesV2(range, bytes, known, hash, &one)
      finish(one)
    }
    return true
  }

  /// Adds a series. What was read of one that is not plain is taken back.
  @inline(__always)
  private mutating func finish(_ scanned: Series) {
    var one = scanned
    one.sampleCount = UInt32(timestampsMs.count) - one.sampleStart
    if one.sampleCount == 0 { one.isPlain = false }
    if !one.isPlain { hasPlainAlone = false }
    if !one.isPlain && one.sampleCount > 0 {
      let surplus = Int(one.sampleCount)
      timestampsMs.removeLast(surplus)
      values.removeLast(surplus)
      if !startTimestampsMs.isEmpty { startTimestampsMs.removeLast(surplus) }
      one.sampleCount = 0
    }
    series.append(one)
  }

  // MARK: - Series

  /// Labels first, then samples, as every encoder writes them.
  private mutating func scanSeriesV1(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ hash: Hash128, _ one: inout Series
  ) -> Bool {
    var cursor = WireCursor(range)
    while cursor.take(0x0a, bytes) {
      guard cursor.skipLengthDelimited(bytes) else { return false }
      one.elementCount += 1
    }
    var highBits: UInt64 = 0
    one.key = hash(bytes.extracting(range.lowerBound..<cursor.position), highBits: &highBits)
    while !cursor.isAtEnd {
      guard cursor.take(0x12, bytes), scanSample(&cursor, bytes, &one) else { return false }
    }
    return true
  }

  private mutating func scanSeriesV2(
    _ range: Range<Int>, _ bytes: Span<UInt8>, _ symbols: Span<Hash128.Digest>, _ hash: Hash128, _ one: inout Series
  ) -> Bool {
    var cursor = WireCursor(range)
    guard cursor.take(0x0a, bytes), let references = cursor.range(bytes) else { return false }
    var sum = hash.start
    var labels = WireCursor(references)
    while !labels.isAtEnd {
      guard let name = labels.index(bytes, below: symbols.count),
        let value = labels.index(bytes, below: symbols.count)
      else { return false }
      hash.add(symbols[name], symbols[value], at: one.elementCount, to: &sum)
      one.elementCount += 2
    }
    let count = UInt64(one.elementCount)
    while cursor.take(0x12, bytes) {
      guard scanSample(&cursor, bytes, &one) else { return false }
    }
    var type: UInt64 = 0
    var texts = (help: 0, unit: 0)
    if cursor.take(0x2a, bytes) {
      guard let range = cursor.range(bytes) else { return false }
      var metadata = WireCursor(range)
      if metadata.take(0x08, bytes) {
        guard let number = metadata.varint(bytes) else { return false }
        type = number
      }
      if metadata.take(0x18, bytes) {
        guard let help = metadata.index(bytes, below: symbols.count) else { return false }
        texts.help = help
      }
      if metadata.take(0x20, bytes) {
        guard let unit = metadata.index(bytes, below: symbols.count) else { return false }
        texts.unit = unit
      }
      guard metadata.isAtEnd else { return false }
    }
    guard cursor.isAtEnd else { return false }
    let key = hash.combine(sum, symbols[texts.help], symbols[texts.unit])
    one.key = hash.combine(key, Hash128.Digest(low: type, high: type), Hash128.Digest(low: count, high: count))
    return true
  }

  /// A `Sample` behind its tag.
  @inline(__always)
  private mutating func scanSample(_ cursor: inout WireCursor, _ bytes: Span<UInt8>, _ one: inout Series) -> Bool {
    guard let range = cursor.range(bytes) else { return false }
    var fields = WireCursor(range)
    var value = 0.0
    var timestampMs: UInt64 = 0
    var startMs: UInt64 = 0
    if fields.take(0x09, bytes) {
      guard let bits = fields.fixed64(bytes) else { return false }
      value = Double(bitPattern: bits)
    }
    if fields.take(0x10, bytes) {
      guard let number = fields.varint(bytes) else { return false }
      timestampMs = number
    }
    if version == .v2 && fields.take(0x18, bytes) {
      guard let number = fields.varint(bytes) else { return false }
      startMs = number
    }
    guard fields.isAtEnd else { return false }
    let time = Int64(bitPattern: timestampMs)
    // Out of order is no plain series.
    if timestampsMs.count > Int(one.sampleStart), timestampsMs[timestampsMs.count - 1] >= time { return false }
    timestampsMs.append(time)
    values.append(value)
    one.elementCount += 1
    if startMs != 0 && startTimestampsMs.isEmpty {
      startTimestampsMs.append(contentsOf: repeatElement(0, count: timestampsMs.count - 1))
      startTimestampsMs.append(Int64(bitPattern: startMs))
    } else if !startTimestampsMs.isEmpty || startMs != 0 {
      startTimestampsMs.append(Int64(bitPattern: startMs))
    }
    return true
  }
}

extension MessageScan.Series {
  fileprivate init(_ range: Range<Int>, at sampleStart: Int) {
    key = Hash128.Digest(low: 0, high: 0)
    start = UInt32(range.lowerBound)
    end = UInt32(range.upperBound)
    self.sampleStart = UInt32(sampleStart)
    sampleCount = 0
    elementCount = 0
    isPlain = false
  }
}
