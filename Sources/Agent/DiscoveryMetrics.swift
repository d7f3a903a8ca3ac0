import Foundation
import Telemetry

/// What discovery shows of itself, under Prometheus's names. The constant label tells it from alerting's discovery there.
struct DiscoveryMetrics: Sendable {
  private static let manager = ("name", "scrape")

  let fileReadErrors: Counter
  private let updates: Counter
  private let registry: MetricsRegistry

  init(registry: MetricsRegistry) {
    self.registry = registry
    fileReadErrors = registry.counter(
      "prometheus_sd_file_read_errors_total", help: "Files of targets that could not be used.")
    updates = registry.counter(
      "prometheus_sd_updates_total", help: "Updates of targets handed to scraping.", labels: [Self.manager])
  }

  func noteUpdate(job: String, targets: Int) {
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

  func remove(job: String) { registry.remove(labels: ("config", job)) }
}
