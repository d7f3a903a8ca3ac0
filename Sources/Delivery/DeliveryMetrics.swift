import RemoteWriteProtocol
public import Telemetry

/// What an endpoint shows of itself, under the names that Prometheus's own dashboards and alerts read, and a few of
/// ours for what Prometheus has no name for.
public struct DeliveryMetrics: Sendable {
  let samplesSent, samplesRetried, samplesFailed: Counter
  let histogramsSent, histogramsRetried, histogramsFailed: Counter
  let exemplarsSent, exemplarsRetried, exemplarsFailed: Counter
  let metadataSent, metadataRetried, metadataFailed: Counter
  let samplesDropped, histogramsDropped, exemplarsDropped: DroppedCounters
  /// Beside the reasons that every kind of sample has.
  let histogramsNotInRW1, samplesCollided: Counter
  let bytesSent, metadataBytesSent, acknowledged, requestsTaken: Counter
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
    func kind(_ name: String, _ word: String) -> (sent: Counter, retried: Counter, failed: Counter) {
      (
        counter(name + "_total", "\(word) sent, every attempt counted."),
        counter(name + "_retried_total", "\(word) in requests that had to be sent again."),
        counter(name + "_failed_total", "\(word) that the endpoint refused for good.")
      )
    }
    (samplesSent, samplesRetried, samplesFailed) = kind("samples", "Float samples")
    (histogramsSent, histogramsRetried, histogramsFailed) = kind("histograms", "Native histograms")
    (exemplarsSent, exemplarsRetried, exemplarsFailed) = kind("exemplars", "Exemplars")
    metadataSent = counter("metadata_total", "Metadata entries sent in requests of their own (Remote Write 1.0).")
    metadataRetried = counter("metadata_retried_total", "Metadata entries in requests that had to be sent again.")
    metadataFailed = counter("metadata_failed_total", "Metadata entries that could not be sent.")
    func dropped(_ name: String, _ word: String) -> (String) -> Counter {
      { counter(name + "_dropped_total", "\(word) that were taken and are not sent, by reason.", [("reason", $0)]) }
    }
    let (samples, histograms) = (dropped("samples", "Samples"), dropped("histograms", "Native histograms"))
    samplesDropped = DroppedCounters(samples)
    histogramsDropped = DroppedCounters(histograms)
    exemplarsDropped = DroppedCounters(dropped("exemplars", "Exemplars"))
    histogramsNotInRW1 = histograms("nhcb_in_rw1_not_supported")
    samplesCollided = samples("name_collision")
    bytesSent = counter("bytes_total", "Bytes of compressed requests with samples, every attempt counted.")
    metadataBytesSent = counter("metadata_bytes_total", "Bytes of compressed requests with metadata alone.")
    // A shard reads when it has room, so nothing is ever tried in vain; dashboards ask for the name.
    _ = counter("enqueue_retries_total", "Always 0: shards read from the log, nothing is pushed into them.")
    acknowledged = registry.counter(
      "godwit_endpoint_samples_acknowledged_total", help: "Samples that the endpoint has acknowledged.",
      labels: labels)
    requestsTaken = registry.counter(
      "godwit_endpoint_requests_taken_total",
      help: "Requests that another endpoint had made of the same samples and that were sent as they were.",
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

  /// Shows which message the endpoint is sent.
  func show(_ current: WriteMessageVersion) {
    for version in WriteMessageVersion.allCases {
      registry.gauge(
        "godwit_endpoint_message", help: "1 for the message that the endpoint is sent at present, 0 for the other.",
        labels: labels + [("message", version.messageName)]
      ).set(version == current ? 1 : 0)
    }
  }

  /// Adds the figures that are read when somebody asks.
  func watch(_ status: @escaping @Sendable () -> EndpointStatus) {
    registry.gauge(
      "prometheus_remote_storage_samples_pending",
      help: "Samples in the log that the endpoint does not have yet, without the histograms that are pending.",
      labels: labels
    ) {
      let status = status()
      return Double(status.waiting - status.waitingHistograms)
    }
    registry.gauge(
      "prometheus_remote_storage_histograms_pending",
      help: "Native histograms that were read from the log for the endpoint and that it does not have yet.",
      labels: labels
    ) { Double(status().waitingHistograms) }
    registry.gauge(
      "prometheus_remote_storage_exemplars_pending",
      help: "Exemplars that were read from the log for the endpoint and that it does not have yet.", labels: labels
    ) { Double(status().waitingExemplars) }
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

/// What of one kind is not sent, by the reasons that every kind can have.
struct DroppedCounters: Sendable {
  private let byRule, tooOld, logBound, damaged: Counter

  init(_ counter: (String) -> Counter) {
    byRule = counter("dropped_series")
    tooOld = counter("too_old")
    logBound = counter("log_bound")
    damaged = counter("damaged_record")
  }

  /// - Parameter others: what of `counts` is counted elsewhere.
  func add(_ counts: SettledCounts, without others: SettledCounts = SettledCounts()) {
    byRule.add(counts.dropped &- others.dropped)
    tooOld.add(counts.tooOld &- others.tooOld)
    logBound.add((counts.expired &- counts.tooOld) &- (others.expired &- others.tooOld))
    damaged.add(counts.damaged &- others.damaged)
  }
}
