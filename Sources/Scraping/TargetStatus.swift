public import MetricModel

/// How a target does, for `/api/v1/targets`.
public struct TargetStatus: Sendable {
  public enum Health: String, Sendable { case unknown, up, down }

  public var job: String
  public var labels: LabelSet
  public var discoveredLabels: LabelSet
  public var url: String
  public var health: Health = .unknown
  /// Empty while the target is up.
  public var lastError = ""
  /// Milliseconds since the Unix epoch; 0 before the first scrape.
  public var lastScrapeMs: Int64 = 0
  public var lastDurationSeconds = 0.0
  /// What kind of failure `lastError` is.
  var lastFailure: ScrapeFailure.Code?
  public var interval: Duration
  public var timeout: Duration
}
