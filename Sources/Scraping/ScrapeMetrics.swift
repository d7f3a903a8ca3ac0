import MetricModel
import Settings
public import Telemetry

/// What scraping shows of itself, under Prometheus's names.
public struct ScrapeMetrics: Sendable {
  let samplesAppended, histogramsAppended: Counter
  let exceededBodyLimit, exceededSampleLimit, duplicates, outOfOrder, outOfBounds: Counter
  let exceededTargetLimit, exceededLabelLimits, exceededBucketLimit: Counter
  let highestTimestamp: Gauge
  private let samplesNotTaken: [SampleSinkError.Reason: Counter]
  private let registry: MetricsRegistry

  public init(registry: MetricsRegistry) {
    self.registry = registry
    func counter(_ name: String, _ help: String) -> Counter {
      registry.counter("prometheus_target_" + name, help: help)
    }
    func appended(_ type: String) -> Counter {
      registry.counter(
        "prometheus_agent_samples_appended_total", help: "Samples taken into the log, by type.",
        labels: [("type", type)])
    }
    (samplesAppended, histogramsAppended) = (appended("float"), appended("histogram"))
    // All of them from the start, so that a rate has a beginning.
    samplesNotTaken = Dictionary(
      uniqueKeysWithValues: SampleSinkError.Reason.allCases.map { reason in
        (
          reason,
          registry.counter(
            "godwit_scrape_samples_not_taken_total", help: "Samples of scrapes that the log did not take, by reason.",
            labels: [("reason", reason.rawValue)])
        )
      })
    highestTimestamp = registry.gauge(
      "prometheus_remote_storage_highest_timestamp_in_seconds", help: "The newest time of a scrape taken into the log.")
    exceededBodyLimit = counter("scrapes_exceeded_body_size_limit_total", "Scrapes that broke body_size_limit.")
    exceededSampleLimit = counter("scrapes_exceeded_sample_limit_total", "Scrapes that broke sample_limit.")
    duplicates = counter(
      "scrapes_sample_duplicate_timestamp_total", "Samples left out because their series stood on the page before.")
    outOfOrder = counter("scrapes_sample_out_of_order_total", "Samples left out because a later one was known.")
    outOfBounds = counter("scrapes_sample_out_of_bounds_total", "Samples left out because they were too far ahead.")
    exceededTargetLimit = counter(
      "scrape_pool_exceeded_target_limit_total", "How often a job had more targets than its target_limit.")
    exceededLabelLimits = counter(
      "scrape_pool_exceeded_label_limits_total", "Scrapes that broke one of the limits on labels.")
    exceededBucketLimit = counter(
      "scrapes_exceeded_native_histogram_bucket_limit_total", "Scrapes that broke native_histogram_bucket_limit.")
  }

  func countNotTaken(_ samples: Int, because reason: SampleSinkError.Reason) { samplesNotTaken[reason]?.add(samples) }

  func intervalLength(_ interval: Duration) -> Summary {
    registry.summary(
      "prometheus_target_interval_length_seconds", help: "Actual intervals between scrapes.",
      labels: [("interval", DurationText.format(interval))])
  }

  func setTargets(_ count: Int, job: String) {
    registry.gauge(
      "prometheus_target_scrape_pool_targets", help: "Targets of a job.", labels: [("scrape_job", job)]
    ).set(count)
  }

  func setTargetLimit(_ limit: Int, job: String) {
    registry.gauge(
      "prometheus_target_scrape_pool_target_limit", help: "The most targets a job may have; 0 means no limit.",
      labels: [("scrape_job", job)]
    ).set(limit)
  }

  func remove(job: String) { registry.remove(labels: ("scrape_job", job)) }
}
