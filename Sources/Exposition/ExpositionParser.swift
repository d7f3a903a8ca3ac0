public import ByteCoding
public import MetricModel

/// What ``ExpositionParser/next()`` has come to; the details are in the parser's properties.
public enum ExpositionEntry: Sendable, Hashable {
  case series, type, help, unit, comment
}

/// Walks one scraped page, entry by entry, in place.
///
///     var parser = ExpositionParser(body, format: .openMetrics)
///     var labels = LabelSet()
///     while let entry = try parser.next() {
///       guard entry == .series, parser.labels(into: &labels) else { continue }
///       take(labels, parser.value, parser.timestampMs)
///     }
///
/// What is accepted, and what every number means to the bit, follows the reference implementation (Prometheus 3): a
/// page it refuses is refused here, and the other way round. A refusal concerns the whole page: a caller that has
/// taken entries before the error must give them back.
///
/// A page is mostly what the page before was, so a caller that remembers ``seriesText``'s length and ``seriesHash``
/// for each entry can offer them to ``nextIfKnown(byteCount:hash:)`` and spare the labels' syntax.
///
/// - Complexity: O(bytes) for the whole page, whatever it holds. No call allocates but ``labels(into:)`` when its set
///   must grow or a label is escaped, ``exemplar()``, ``metadataText``, the first ``next()`` that comes to labels, numbers
///   of 20 digits or more, and errors.
public struct ExpositionParser: Sendable {
  public let format: ExpositionFormat

  /// The page. Prometheus text is given its last newline if that was missing.
  public let body: [UInt8]

  @usableFromInline var reader: EntryReader

  let hash: Hash64

  /// A parser at the start of `body`.
  ///
  /// - Parameter hash: computes ``seriesHash``; the same for all pages whose hashes are compared.
  public init(_ body: [UInt8], format: ExpositionFormat, hash: Hash64 = .process) {
    self.format = format
    self.hash = hash
    reader = EntryReader(format)
    var body = body
    if format == .prometheusText, body.last != Byte.newline { body.append(Byte.newline) }
    self.body = body
  }

  /// Goes to the next entry.
  ///
  /// - Returns: what it is, or nil at the page's proper end.
  /// - Throws: when the page is malformed. The cursor stays, and the next call throws the same again.
  public mutating func next() throws(ExpositionError) -> ExpositionEntry? {
    try reader.next(in: body)
  }

  /// Takes the next line if it is of a series seen before on another page of the same format.
  ///
  /// If `byteCount` bytes from the cursor, empty lines aside, have the given hash and are followed by a blank, they are
  /// the text of that series: they were well-formed there, so they are here. Only value, timestamp and exemplar are
  /// read then.
  ///
  /// - Parameters:
  ///   - byteCount: the length of the ``seriesText`` seen before.
  ///   - hash: its ``seriesHash``. 64 bits with a random seed: two texts of one length meet once in 10^19.
  /// - Returns: false, with nothing changed, if the line is another one.
  /// - Throws: when the rest of the line is malformed.
  /// - Complexity: O(line), no allocation.
  public mutating func nextIfKnown(byteCount: Int, hash expected: UInt64) throws(ExpositionError) -> Bool {
    try reader.nextIfKnown(in: body, byteCount: byteCount, hash: expected, by: hash)
  }

  /// Takes the next line if it is of a series seen before and brings nothing but a decimal behind one space.
  ///
  /// The way of nearly every line of nearly every page: what ``nextIfKnown(byteCount:hash:)`` would say of it, with no
  /// property set but ``cursor``.
  ///
  /// - Parameters: as there.
  /// - Returns: the value; nil, with nothing changed, if the line is another one or has more to say.
  /// - Complexity: O(line), no allocation.
  public mutating func nextIfPlain(byteCount: Int, hash expected: UInt64) -> Double? {
    reader.nextIfPlain(in: body, byteCount: byteCount, hash: expected, by: hash)
  }

  /// Whether the next line begins as comments and metadata do, and so is none of a series.
  public var isAtComment: Bool { body.span.byte(at: reader.cursor) == Byte.hash }

  /// Where the next entry begins, in bytes.
  public var cursor: Int { reader.cursor }

  /// The last series' name and labels as they stand in ``body``, for example `foo{a="b"}`.
  public var seriesText: Range<Int> { reader.seriesText }

  /// The last series' value. Every NaN is ``SpecialNaN/normal``, so a page cannot forge a stale marker.
  @inlinable public var value: Double { reader.value }

  /// When the last series had its value, milliseconds since the Unix epoch; nil where the page does not say.
  @inlinable public var timestampMs: Int64? { reader.timestampMs }

  /// The hash of the last series' text.
  ///
  /// - Complexity: O(bytes of ``seriesText``), computed anew each time if lines of another length were looked for there.
  public var seriesHash: UInt64 {
    reader.hashed.range == reader.seriesText ? reader.hashed.hash : hash(body, reader.seriesText)
  }

  /// Whether the last series carries an exemplar.
  @inlinable public var hasExemplar: Bool { reader.exemplarLabelsStart != nil }

  /// The metric family that the last `TYPE`, `HELP` or `UNIT` line is about, escapes as they stand.
  public var metadataName: ArraySlice<UInt8> { body[reader.metadataNameRange] }

  /// What the last `TYPE` line declared.
  public var metadataType: MetricMetadata.MetricType { reader.familyType ?? .unknown }

  /// The text of the last `HELP` or `UNIT` line, unescaped; the word of the last `TYPE` line; empty for a comment.
  public var metadataText: String {
    let raw = body[reader.metadataTextRange]
    return String(decoding: unescaped(raw, quotes: reader.metadataEscapesQuotes) ?? raw, as: UTF8.self)
  }
}
