public import ByteCoding
public import MetricModel

/// Walks one scraped page in protobuf, metric by metric, in place.
///
///     var parser = FamilyParser(body)
///     while try parser.next() {
///       if parser.isFirstOfFamily { note(parser.familyName, parser.familyMetadata) }
///       for index in 0..<parser.seriesCount {
///         let series = parser.series(at: index)
///         if !isKnown(series.hash), parser.labels(of: series, into: &labels) { … }
///         take(series.value, parser.timestampMs)
///       }
///       if parser.isNative, let histogram = parser.nativeHistogram(timestampMs: now) { … }
///     }
///
/// What is accepted follows the reference implementation (Prometheus 3). A refusal concerns the whole page: a caller
/// that has taken metrics before the error must give them back.
///
/// A page is mostly what the page before was, so each series has a hash of its family's name and type, its labels as
/// they stand, and its place in the metric: a caller that knows the hash needs no labels.
///
/// - Complexity: O(bytes) for the whole page. Walking allocates nothing once the arrays of the longest metric have grown.
public struct FamilyParser: Sendable {
  public let body: [UInt8]
  var reader: FamilyReader
  private let hash: Hash64

  /// - Parameter hash: computes what series are known by; the same for all pages whose series are compared.
  public init(_ body: [UInt8], hash: Hash64 = .process) {
    self.body = body
    self.hash = hash
    reader = FamilyReader(0..<body.count)
  }

  /// Goes to the next metric, of this family or the next one that has any.
  ///
  /// - Returns: false at the page's end.
  /// - Throws: when the page is malformed.
  public mutating func next() throws(ExpositionError) -> Bool { try reader.next(in: body, by: hash) }

  /// Whether ``next()`` has come to the first metric of a family.
  public var isFirstOfFamily: Bool { reader.isFirstOfFamily }

  /// What the family is called: the name of its series, without the suffixes of some.
  public var familyName: ArraySlice<UInt8> { body[reader.header.name] }
  public var familyType: MetricFamilyType { reader.header.type }
  /// The hash of all that the family says of itself, with the bytes that it takes.
  public var familyHash: (hash: UInt64, byteCount: Int) {
    (reader.header.hash, reader.header.name.count + reader.header.help.count + reader.header.unit.count + 1)
  }

  public var familyMetadata: MetricMetadata {
    MetricMetadata(
      type: reader.header.type.metadataType, help: String(decoding: body[reader.header.help], as: UTF8.self),
      unit: String(decoding: body[reader.header.unit], as: UTF8.self))
  }

  /// When the metric had its values, milliseconds since the Unix epoch; nil where the page does not say.
  public var timestampMs: Int64? { reader.metric.timestampMs == 0 ? nil : reader.metric.timestampMs }

  /// Since when the metric has been counting, milliseconds since the Unix epoch; 0 where the page does not say.
  public var startTimestampMs: Int64 { reader.metric.startTimestampMs }
}
