import MetricModel
import Settings

/// The series that every target has about its own scrapes: `up`, `scrape_duration_seconds` and so on.
///
/// They carry the target's labels, are not relabelled and count towards no limit.
struct ReportSeries {
  private let basic: [SeriesID]
  private let extra: [SeriesID]

  private static let basicNames = [
    "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
  ]
  private static let extraNames = ["scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes"]

  /// Holds the series in `registry` until ``release(from:)``.
  init(targetLabels: LabelSet, withExtra: Bool, registry: SeriesRegistry) {
    func register(_ names: [String]) -> [SeriesID] {
      names.map { name in
        var labels = targetLabels
        labels.set("__name__", name)
        let named = labels
        return registry.withTable { $0.register(named, MetricMetadata(type: .gauge)) }
      }
    }
    basic = register(Self.basicNames)
    extra = withExtra ? register(Self.extraNames) : []
  }

  struct Report {
    var isUp: Bool
    var durationSeconds: Double
    var summary: PageSummary
    var timeoutSeconds: Double
    var sampleLimit: Int
    /// −1 when the body was over its limit, 0 when there was none.
    var bodyBytes: Int
  }

  func append(_ report: Report, at timeMs: Int64, to batch: inout SampleBatch) {
    let values = [
      report.isUp ? 1 : 0, report.durationSeconds, Double(report.summary.scraped),
      Double(report.summary.afterRelabeling), Double(report.summary.seriesAdded),
    ]
    for (id, value) in zip(basic, values) { append(id, value, at: timeMs, to: &batch) }
    let extraValues = [report.timeoutSeconds, Double(report.sampleLimit), Double(report.bodyBytes)]
    for (id, value) in zip(extra, extraValues) { append(id, value, at: timeMs, to: &batch) }
  }

  func appendStaleMarkers(at timeMs: Int64, to batch: inout SampleBatch) {
    for id in basic + extra { append(id, SpecialNaN.staleMarker, at: timeMs, to: &batch) }
  }

  private func append(_ id: SeriesID, _ value: Double, at timeMs: Int64, to batch: inout SampleBatch) {
    // The page's roster knows nothing of the report.
    batch.roster?.add(id)
    batch.append(id, timestampMs: timeMs, value: value)
  }

  func release(from registry: SeriesRegistry) {
    let ids = basic + extra
    registry.withTable { table in for id in ids { table.release(id) } }
  }
}
