public import Telemetry

/// What an endpoint shows of itself, under the names that Prometheus's own dashboards and alerts read, and a few of
/// ours for what Prometheus has no name for.
public struct DeliveryMetrics: Sendable {
  let samplesSent, samplesRetried, samplesFailed: Counter
  let exemplarsSent, histogramsSent, metadataSent, metadataFailed: Counter
  let droppedByRule, droppedTooOld, droppedLogBound, droppedDamaged: Counter
  let bytesSent, metadataBytesSent, acknowledged: Counter
  let highestRead, highestSent: Gauge
  let shards, shardsDesired, shardsMin, shardsMax, shardCapacity, samplesPerSendMax, requestSamplesMax: Gauge
  let duration: Histogram
  private let registry: MetricsRegistry
  private let labels: [(String, String)]

  public init(registry: MetricsRegistry, endpoint: String, url: String) {
    let labels = [("remote_name", endpoint), ("url", url)]
    self.registry = registry
    self.labels = labels
    func counter(_ name: String, _ help: String, _ more: [(String, String)] = []) -> Counter {
      registry.counter("prometheus_remote_storage_" + name, help: help, labels: labels + more)
    }
    func gauge(_ name: String, _ help: String) -> Gauge {
      registry.gauge("prometheus_remote_storage_" + name, help: help, labels: labels)
    }
    samplesSent = counter("samples_total", "Samples sent, every attempt counted.")
    samplesRetried = counter("samples_retried_total", "Samples in requests that had to be sent again.")
    samplesFailed = counter("samples_failed_total", "Samples that the endpoint refused for good.")
    exemplarsSent = counter("exemplars_total", "Exemplars sent, every attempt counted.")
    histogramsSent = counter("histograms_total", "Native histograms sent, every attempt counted.")
    metadataSent = counter("metadata_total", "Metadata entries sent in requests of their own (Remote Write 1.0).")
    metadataFailed = counter("metadata_failed_total", "Metadata entries that could not be sent.")
    let dropped = "Samples that were taken and are not sent, by reason."
    droppedByRule = counter("samples_dropped_total", dropped, [("reason", "dropped_series")])
    droppedTooOld = counter("samples_dropped_total", dropped, [("reason", "too_old")])
    droppedLogBound = counter("samples_dropped_total", dropped, [("reason", "log_bound")])
    droppedDamaged = counter("samples_dropped_total", dropped, [("reason", "damaged_record")])
    bytesSent = counter("bytes_total", "Bytes of compressed requests with samples, every attempt counted.")
    metadataBytesSent = counter("metadata_bytes_total", "Bytes of compressed requests with metadata alone.")
    // A shard reads when it has room, so nothing is ever tried in vain; dashboards ask for the name.
    _ = counter("enqueue_retries_total", "Always 0: shards read from the log, nothing is pushed into them.")
    acknowledged = registry.counter(
      "godwit_endpoint_samples_acknowledged_total", help: "Samples that the endpoint has acknowledged.",
      labels: labels)
    highestRead = gauge("queue_highest_timestamp_seconds", "The newest timestamp read for the endpoint.")
    highestSent = gauge("queue_highest_sent_timestamp_seconds", "The newest timestamp acknowledged.")
    shards = gauge("shards", "Shards running.")
    shardsDesired = gauge("shards_desired", "Shards that the present rates ask for, before bounds.")
    shardsMin = gauge("shards_min", "The least number of shards allowed.")
    shardsMax = gauge("shards_max", "The greatest number of shards allowed.")
    shardCapacity = gauge("shard_capacity", "Samples that a shard may hold.")
    samplesPerSendMax = gauge("max_samples_per_send", "The most samples a request may have.")
    requestSamplesMax = registry.gauge(
      "godwit_endpoint_request_samples_max",
      help: "The most samples a request has: max_samples_per_send, or fewer once the endpoint has answered 413.",
      labels: labels)
    duration = registry.histogram(
      "prometheus_remote_storage_sent_batch_duration_seconds", help: "How long requests with samples took.",
      labels: labels, buckets: MetricsRegistry.durationBuckets + [25, 60, 120, 300])
  }

  /// Adds the figures that are read when somebody asks.
  func watch(_ status: @escaping @Sendable () -> EndpointStatus) {
    registry.gauge(
      "prometheus_remote_storage_samples_pending", help: "Samples in the log that the endpoint does not have yet.",
      labels: labels
    ) { Double(status().waiting) }
    registry.gauge(
      "godwit_endpoint_oldest_waiting_seconds", help: "For how long the oldest waiting sample has been waiting.",
      labels: labels
    ) { status().oldestWaitingSeconds }
    registry.gauge(
      "prometheus_wal_watcher_current_segment", help: "The segment of the log that the endpoint has come to.",
      labels: labels + [("consumer", labels[0].1)]
    ) { Double(status().segment) }
    registry.counter(
      "godwit_endpoint_samples_taken_total", help: "Samples taken since the log knows the endpoint.", labels: labels
    ) { Double(status().taken) }
    registry.gauge(
      "godwit_endpoint_balanced", help: "1 while taken = acknowledged + waiting + refused + dropped + expired.",
      labels: labels
    ) { status().isBalanced ? 1 : 0 }
  }

  func watchQuarantine(_ bytes: @escaping @Sendable () -> UInt64, displaced: @escaping @Sendable () -> Int) {
    registry.counter(
      "godwit_endpoint_quarantine_displaced_total", help: "Refused requests that had to go for newer ones.",
      labels: labels
    ) { Double(displaced()) }
    registry.gauge(
      "godwit_endpoint_quarantine_bytes", help: "What the requests that the endpoint refused for good take on disk.",
      labels: labels
    ) { Double(bytes()) }
  }

  /// Forgets the endpoint's metrics.
  func remove() { registry.remove(labels: ("remote_name", labels[0].1)) }
}
