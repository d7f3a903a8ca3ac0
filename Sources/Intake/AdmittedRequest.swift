public import RemoteWriteProtocol

/// A request after reading: what may be taken, and what was wrong with the rest.
public struct AdmittedRequest: Sendable {
  public let version: WriteMessageVersion
  /// What may be taken: labels sorted by name, unique and without empty texts, histograms consistent and of a schema
  /// that every endpoint knows. Empty for a 1.0 request of which anything was refused: 1.0 has no way to say that a
  /// part was written, so such a request is taken whole or not at all.
  public internal(set) var series: [DecodedSeries] = []
  /// What the store recognised, and what is therefore not in `series`; nil where it recognises nothing.
  public internal(set) var recognition: Recognition?
  /// Where among the series of the recognition's scan each of `series` stands; empty without a recognition.
  public internal(set) var places: [Int] = []
  /// The metadata of a 1.0 request.
  public internal(set) var families: [DecodedFamily] = []
  /// By code: points, or series without points, that are not in `series`.
  public internal(set) var refused: [String: Tally] = [:]
  /// By code: what is against the specification, whether it led to a refusal or not.
  public internal(set) var breaches: [String: Tally] = [:]
  /// Metadata entries of 1.0, and series of 2.0 with a type, help or unit, that may be taken.
  public internal(set) var metadataCount = 0
  public internal(set) var bodyByteCount = 0
  public internal(set) var uncompressedByteCount = 0

  init(version: WriteMessageVersion) { self.version = version }

  /// Points that were refused for the labels of their series.
  public var invalidLabelsCount: Int {
    if refused.isEmpty { return 0 }
    let codes: [SpecificationBreach.Code] = [
      .duplicateLabelName, .emptyLabelName, .emptyLabelValue, .missingMetricName,
    ]
    return codes.reduce(0) { $0 + (refused[$1.rawValue]?.count ?? 0) }
  }

  mutating func withholdAll() {
    series = []
    recognition = nil
    places = []
    families = []
    metadataCount = 0
  }
}

/// A request of which nothing is taken, because it could not be read.
public struct RequestRefusal: Error, Sendable {
  public var answer: WriteAnswer
  /// By code: what is against the specification.
  public var breaches: [String: Tally] = [:]
  public var bodyByteCount = 0
}
