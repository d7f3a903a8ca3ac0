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
/// - Complexity: linear in the message; five allocations, more where series or symbols are short.
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
  /// How many symbols a 2.0 request begins with; all of them are UTF-8.
  private(set) var symbolCount = 0

  /// - Returns: nil for a message that is not what a sender's encoder writes: broken, with fields that are not known
  ///   here, with symbols behind series, with metadata of families, or beyond `limits`.
  public init?(_ body: [UInt8], _ version: WriteMessageVersion, limits: DecodingLimits = DecodingLimits()) {
    guard body.count <= UInt32.max else { return nil }
    self.version = version
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
    var walk = SeriesWalkV1(Hash128.process)
    return scanSeries(bytes, from: WireCursor(0..<bytes.count), by: &walk, Span(), limits)
  }

  private mutating func scanV2(_ bytes: Span<UInt8>, _ limits: DecodingLimits) -> Bool {
    let hash = Hash128.process
    var cursor = WireCursor(0..<bytes.count)
    var digests: [Hash128.Digest] = []
    var isGood = true
    // Of messages with many symbols each series brings one of its own, or two. Otherwise they make further room.
    var room = bytes.count / 64 + 1
    while isGood && cursor.isAt(Self.symbolTag, bytes) {
      if digests.count >= limits.elements { return false }
      digests.append(addingCapacity: min(room, limits.elements - digests.count)) { digests in
        while isGood && !digests.isFull && cursor.take(Self.symbolTag, bytes) {
          isGood = Self.scanSymbol(&cursor, bytes, hash, &digests)
        }
      }
      room = digests.count
    }
    symbolCount = digests.count
    // The first one is empty.
    guard isGood, symbolCount > 0, bytes[1] == 0 else { return false }
    var walk = SeriesWalkV2(hash)
    return scanSeries(bytes, from: cursor, by: &walk, digests.span, limits)
  }

  private static let symbolTag: UInt8 = 0x22

  /// A symbol behind its tag.
  @inline(__always)
  private static func scanSymbol(
    _ cursor: inout WireCursor, _ bytes: Span<UInt8>, _ hash: Hash128, _ digests: inout OutputSpan<Hash128.Digest>
  ) -> Bool {
    guard let range = cursor.range(bytes) else { return false }
    var highBits: UInt64 = 0
    let text = bytes.extracting(range)
    digests.append(hash(text, highBits: &highBits))
    return highBits == 0 || (try? UTF8Span(validating: text)) != nil
  }

  /// The symbols of a 2.0 request, as ranges of `body`, which is the one that was scanned.
  func symbols(of body: [UInt8]) -> [Range<UInt32>] {
    let bytes = body.span
    var cursor = WireCursor(0..<bytes.count)
    var symbols: [Range<UInt32>] = []
    symbols.reserveCapacity(symbolCount)
    while symbols.count < symbolCount, cursor.take(Self.symbolTag, bytes), let range = cursor.range(bytes) {
      symbols.append(range.narrow)
    }
    return symbols
  }

  // MARK: - Series

  /// Walks the series from `start` to the end of the message.
  private mutating func scanSeries<Walk: SeriesWalk>(
    _ bytes: Span<UInt8>, from start: WireCursor, by walk: inout Walk, _ symbols: Span<Hash128.Digest>,
    _ limits: DecodingLimits
  ) -> Bool {
    var cursor = start
    var isGood = true
    // A series with a sample takes some fifty bytes. Of those that are shorter, as many again fit each time.
    var room = bytes.count / 48 + 1
    while isGood && !cursor.isAtEnd {
      if series.count >= limits.series { return false }
      let before = timestampsMs.count
      series.append(addingCapacity: min(room, limits.series - series.count)) { series in
        timestampsMs.append(addingCapacity: room) { times in
          values.append(addingCapacity: room) { values in
            startTimestampsMs.append(addingCapacity: room) { starts in
              while !series.isFull && !times.isFull && !cursor.isAtEnd {
                var next = cursor
                guard next.take(Walk.tag, bytes), let range = next.range(bytes) else {
                  isGood = false
                  return
                }
                var one = Series(range, at: before + times.count)
                let count = times.count
                one.isPlain = walk.scan(range, bytes, symbols, &one, &times, &values, &starts)
                if !one.isPlain {
                  // Perhaps only for want of room; then it is looked at again.
                  let isFull = times.isFull
                  times.removeLast(times.count - count)
                  values.removeLast(values.count - count)
                  starts.removeLast(starts.count - count)
                  if isFull { return }
                  hasPlainAlone = false
                }
                one.sampleCount = UInt32(truncatingIfNeeded: times.count - count)
                series.append(one)
                cursor = next
              }
            }
          }
        }
      }
      room *= 2
    }
    if !walk.hasStarts { startTimestampsMs = [] }
    return isGood
  }
}

extension MessageScan.Series {
  /// - Parameter range: ends at 2^32 at most, as a body does that is scanned.
  @inline(__always)
  fileprivate init(_ range: Range<Int>, at sampleStart: Int) {
    key = Hash128.Digest(low: 0, high: 0)
    start = UInt32(truncatingIfNeeded: range.lowerBound)
    end = UInt32(truncatingIfNeeded: range.upperBound)
    self.sampleStart = UInt32(truncatingIfNeeded: sampleStart)
    sampleCount = 0
    elementCount = 0
    isPlain = false
  }
}
