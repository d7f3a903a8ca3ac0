/// One value of one series at one time.
public struct Sample: Hashable, Sendable {
  /// Milliseconds since the Unix epoch.
  public var timestampMs: Int64
  public var value: Double
  /// Since when the value has been counting, milliseconds since the Unix epoch; 0 when unknown.
  public var startTimestampMs: Int64

  public init(timestampMs: Int64, value: Double, startTimestampMs: Int64 = 0) {
    self.timestampMs = timestampMs
    self.value = value
    self.startTimestampMs = startTimestampMs
  }
}

/// A single observation that stands for a series at one time, usually with the trace that made it.
public struct Exemplar: Hashable, Sendable {
  public var labels: LabelSet
  public var value: Double
  /// Milliseconds since the Unix epoch; nil where the exposition gave none.
  public var timestampMs: Int64?

  public init(labels: LabelSet, value: Double, timestampMs: Int64?) {
    self.labels = labels
    self.value = value
    self.timestampMs = timestampMs
  }
}

/// The two NaNs that mean something in the Prometheus data model.
public enum SpecialNaN {
  /// Ends a series. Never a value that anything measured (Remote Write 2.0, "Stale Markers").
  public static let staleMarker = Double(bitPattern: 0x7ff0_0000_0000_0002)
  /// What every NaN from outside is turned into, so that a target cannot forge a stale marker.
  public static let normal = Double(bitPattern: 0x7ff8_0000_0000_0001)

  public static func isStaleMarker(_ value: Double) -> Bool { value.bitPattern == staleMarker.bitPattern }
}
