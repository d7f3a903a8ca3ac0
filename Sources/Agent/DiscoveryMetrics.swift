import Discovery
import Foundation
import Telemetry

/// What discovery shows of itself, under Prometheus's names. The constant label tells it from alerting's discovery there.
struct DiscoveryMetrics: Sendable {
  private static let manager = ("name", "scrape")
  /// Seconds; the reference's.
  private static let refreshBounds = [0.01, 0.1, 1, 10]

  let fileReadErrors: Counter
  let httpFailures: Counter
  let dnsLookups: Counter
  let dnsLookupFailures: Counter
  private let received: Counter
  private let delayed: Counter
  private let updates: Counter
  private let registry: MetricsRegistry

  init(registry: MetricsRegistry) {
    self.registry = registry
    fileReadErrors = registry.counter(
      "prometheus_sd_file_read_errors_total", help: "Files of targets that could not be used.")
    httpFailures = registry.counter(
      "prometheus_sd_http_failures_total", help: "Requests for targets that brought nothing usable.")
    dnsLookups = registry.counter("prometheus_sd_dns_lookups_total", help: "Names looked up for targets.")
    dnsLookupFailures = registry.counter(
      "prometheus_sd_dns_lookup_failures_total", help: "Names for whose targets nobody gave an answer.")
    received = registry.counter(
      "prometheus_sd_received_updates_total", help: "Updates of targets from sources.", labels: [Self.manager])
    delayed = registry.counter(
      "prometheus_sd_updates_delayed_total", help: "Updates of targets that had to wait for others.",
      labels: [Self.manager])
    updates = registry.counter(
      "prometheus_sd_updates_total", help: "Updates of targets handed to scraping.", labels: [Self.manager])
    // A configuration with one that cannot be used is refused as a whole.
    registry.gauge(
      "prometheus_sd_failed_configs", help: "Sources of targets that could not be made.", labels: [Self.manager]
    ).set(0)
  }

  func note(_ note: DiscoveryNote) {
    switch note {
    case .received: received.add(1)
    case .delayed: delayed.add(1)
    case .handedOver(let job, let targets):
      updates.add(1)
      registry.gauge(
        "prometheus_sd_discovered_targets", help: "Targets found for a job, before relabelling.",
        labels: [Self.manager, ("config", job)]
      ).set(targets)
      registry.gauge(
        "prometheus_sd_last_update_timestamp_seconds", help: "When the targets of a job were found last.",
        labels: [Self.manager, ("config", job)]
      ).set(Date().timeIntervalSince1970)
    }
  }

  func noteRefresh(mechanism: String, job: String, took: Duration, failures: Int) {
    let labels = [("mechanism", mechanism), ("config", job)]
    registry.summary(
      "prometheus_sd_refresh_duration_seconds", help: "How long a round of asking for targets takes.", labels: labels
    ).observe(took)
    registry.histogram(
      "prometheus_sd_refresh_duration_histogram_seconds", help: "How long a round of asking for targets takes.",
      labels: labels, buckets: Self.refreshBounds
    ).observe(took)
    registry.counter(
      "prometheus_sd_refresh_failures_total", help: "Rounds of asking for targets in which something failed.",
      labels: labels
    ).add(failures > 0 ? 1 : 0)
  }

  func remove(job: String) { registry.remove(labels: ("config", job)) }
}
