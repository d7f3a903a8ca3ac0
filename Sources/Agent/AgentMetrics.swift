import DurableLog
import Foundation
import MetricModel
import Synchronization
import Telemetry

/// What the agent as a whole shows of itself: configuration, log, series.
struct AgentMetrics: Sendable {
  private let reloadSucceeded: Gauge
  private let reloadTime: Gauge
  let ready: Gauge

  init(registry: MetricsRegistry, log: DurableLog, watched: WatchedLog, series: SeriesRegistry) {
    reloadSucceeded = registry.gauge(
      "prometheus_config_last_reload_successful", help: "Whether the configuration was last read without an error.")
    reloadTime = registry.gauge(
      "prometheus_config_last_reload_success_timestamp_seconds", help: "When the configuration was last read well.")
    ready = registry.gauge("prometheus_ready", help: "Whether the agent serves.")
    registry.gauge(
      "prometheus_build_info", help: "Always 1; the labels say what is running.",
      labels: [
        ("branch", ""), ("goversion", ""), ("revision", ""), ("version", BuildInformation.version),
        ("program", "godwit"), ("swiftversion", BuildInformation.swiftVersion),
      ]
    ).set(1)
    registry.gauge("prometheus_agent_active_series", help: "Series known to the process.") {
      Double(series.withTable { $0.count })
    }
    registry.gauge("prometheus_tsdb_wal_segment_current", help: "The segment of the log that is written to.") {
      Double(log.end.segment)
    }
    registry.gauge("prometheus_tsdb_wal_storage_size_bytes", help: "What the log takes on disk.") { Double(log.bytes) }
    registry.counter("prometheus_remote_storage_samples_in_total", help: "Samples taken into the log in its life.") {
      Double(log.endSequence)
    }
    registry.counter(
      "prometheus_remote_storage_histograms_in_total", help: "Native histograms taken into the log since the start."
    ) { Double(watched.histogramsTaken) }
    registry.counter(
      "prometheus_remote_storage_exemplars_in_total", help: "Exemplars taken into the log since the start."
    ) { Double(watched.exemplarsTaken) }
    ProcessMetrics.register(in: registry)
  }

  func noteReload(succeeded: Bool) {
    reloadSucceeded.set(succeeded ? 1 : 0)
    if succeeded { reloadTime.set(Date().timeIntervalSince1970) }
  }
}
