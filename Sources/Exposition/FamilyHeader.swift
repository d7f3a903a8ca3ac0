public import MetricModel

/// What a family in protobuf says about all its metrics; ranges lie in the parser's body.
struct FamilyHeader: Sendable {
  var name = 0..<0
  var help = 0..<0
  var unit = 0..<0
  var type = MetricFamilyType.counter
  /// Of name and type: what tells the series of two families apart.
  var identity: UInt64 = 0
  /// Of all that the family says of itself.
  var hash: UInt64 = 0
}

/// The types that `io.prometheus.client.MetricFamily` knows; the raw value is the number on the wire.
public enum MetricFamilyType: UInt8, Sendable, CaseIterable {
  case counter = 0, gauge, summary, untyped, histogram, gaugeHistogram

  public var metadataType: MetricMetadata.MetricType {
    switch self {
    case .counter: .counter
    case .gauge: .gauge
    case .summary: .summary
    case .untyped: .unknown
    case .histogram: .histogram
    case .gaugeHistogram: .gaugeHistogram
    }
  }

  var isHistogram: Bool { self == .histogram || self == .gaugeHistogram }
}
