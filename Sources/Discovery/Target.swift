public import MetricModel
public import Settings

/// Something to scrape: where, how often, and which labels its series get.
public struct Target: Hashable, Sendable {
  /// What each of its series carries; no name begins with `__`.
  public var labels: LabelSet
  /// What discovery and the job said, before relabelling; for display.
  public var discoveredLabels: LabelSet
  /// `scheme://address/path?parameters`, percent-encoded.
  public var url: String
  public var interval: Duration
  public var timeout: Duration
  /// The job's, but for the switches that relabelling changed.
  public var histograms: HistogramIngestion
  /// Spreads targets evenly over an interval, and recognises one that is found twice: the same in every process for
  /// the same labels and URL.
  public var spreadHash: UInt64
  /// The lane of the log for its samples, of the labels of its series alone: they stay in one lane, and so in order,
  /// when a reload changes the path, the interval or anything else that no series carries.
  ///
  /// - Complexity: O(bytes of the labels).
  public var lane: UInt32 {
    let hash = SpreadHash.value(of: labels, url: "")
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }

  public init(
    labels: LabelSet, discoveredLabels: LabelSet, url: String, interval: Duration, timeout: Duration,
    histograms: HistogramIngestion, spreadHash: UInt64
  ) {
    self.labels = labels
    self.discoveredLabels = discoveredLabels
    self.url = url
    self.interval = interval
    self.timeout = timeout
    self.histograms = histograms
    self.spreadHash = spreadHash
  }
}

/// What became of one discovered address.
public enum TargetVerdict: Hashable, Sendable {
  case active(Target)
  /// The job's relabelling dropped it.
  case dropped(discoveredLabels: LabelSet)
  /// It cannot be scraped, for that reason.
  case invalid(discoveredLabels: LabelSet, reason: String)
}
