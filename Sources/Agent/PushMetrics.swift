import Intake
import MetricModel
import RemoteWriteProtocol
import Telemetry

/// What the agent shows of pushes. The names are the reference's where it has one.
struct PushMetrics: Sendable {
  private let floats: Counter
  private let histograms: Counter
  private let exemplars: Counter
  private let exemplarsWithoutSample: Counter
  private let unkeptFamilies: Counter
  private let invalidLabels: Counter
  private let withoutMetadata: Counter
  private let highestTimestamp: Gauge

  init(registry: MetricsRegistry) {
    func appended(_ type: String) -> Counter {
      registry.counter(
        "prometheus_agent_samples_appended_total", help: "Samples taken into the log, by type.",
        labels: [("type", type)])
    }
    floats = appended("float")
    histograms = appended("histogram")
    exemplars = registry.counter(
      "prometheus_agent_exemplars_appended_total", help: "Exemplars taken into the log from pushes.")
    exemplarsWithoutSample = registry.counter(
      "godwit_push_exemplars_without_sample_total",
      help: "Exemplars of 1.0 requests that no sample of the same request could carry; they were left out.")
    unkeptFamilies = registry.counter(
      "godwit_push_families_not_kept_total",
      help: "Descriptions of families in pushes that were not kept, for there are too many.")
    invalidLabels = registry.counter(
      "prometheus_api_remote_write_invalid_labels_samples_total",
      help: "Pushed samples that were refused for the labels of their series.")
    withoutMetadata = registry.counter(
      "prometheus_api_remote_write_without_metadata_appended_samples_total",
      help: "Pushed samples that were taken without metadata of their series.")
    highestTimestamp = registry.gauge(
      "prometheus_remote_storage_highest_timestamp_in_seconds", help: "The newest time of a scrape taken into the log.")
  }

  func noteRefused(_ request: AdmittedRequest) { invalidLabels.add(request.invalidLabelsCount) }

  func noteUnkeptFamilies(_ count: Int) { unkeptFamilies.add(count) }

  func noteExemplarsWithoutSample(_ count: Int) { exemplarsWithoutSample.add(count) }

  func noteWithoutMetadata(_ count: Int) { withoutMetadata.add(count) }

  func noteTaken(_ batch: borrowing SampleBatch) {
    floats.add(batch.floatCount)
    histograms.add(batch.histograms.count)
    exemplars.add(batch.exemplars.count + batch.histogramExemplars.count)
    var newestMs = batch.timestampsMs.max() ?? .min
    for sample in batch.histograms { newestMs = max(newestMs, sample.histogram.timestampMs) }
    if newestMs > 0 { highestTimestamp.raise(to: Double(newestMs) / 1000) }
  }
}
