/// What a metric family is: its type, its help text and its unit.
public struct MetricMetadata: Hashable, Sendable {
  /// The raw value is the number in both Remote Write messages.
  public enum MetricType: UInt8, Sendable, CaseIterable {
    case unknown = 0, counter, gauge, histogram, gaugeHistogram, summary, info, stateSet

    /// The word in Prometheus's API and in OpenMetrics (`unknown` is `untyped` in text 0.0.4).
    public var word: String {
      switch self {
      case .unknown: "unknown"
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      case .gaugeHistogram: "gaugehistogram"
      case .summary: "summary"
      case .info: "info"
      case .stateSet: "stateset"
      }
    }
  }

  public var type: MetricType
  public var help: String
  public var unit: String

  public init(type: MetricType = .unknown, help: String = "", unit: String = "") {
    self.type = type
    self.help = help
    self.unit = unit
  }

  /// The bytes of the help text and the unit.
  public var byteCount: Int { help.utf8.count + unit.utf8.count }

  public static let none = MetricMetadata()
}
