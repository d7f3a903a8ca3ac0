/// What a page says about one endpoint, in one unit whatever program wrote it: samples, histograms among them.
struct QueueSnapshot: Sendable, Hashable {
  var name = ""
  var url = ""
  /// Samples in requests, every attempt counted.
  var attempted: Double?
  var retried: Double?
  /// Refused for good.
  var failed: Double?
  /// Acknowledged, where the program counts that itself.
  var acknowledged: Double?
  /// Taken for the endpoint or, where only the process counts that, for all.
  var taken: Double?
  var droppedByRule: Double?
  /// Dropped for a reason that nobody meant.
  var droppedUnmeant: Double?
  /// Dropped by a program that does not say why.
  var droppedUnexplained: Double?
  var pending: Double?
  var pendingBytes: Double?
  var shards, shardsDesired, shardsMin, shardsMax, capacity, batch: Double?
  /// The most samples that the endpoint lets a request have, once it has answered 413.
  var requestSamplesMax: Double?
  /// Timestamps, seconds since the epoch.
  var highestIn, highestSent: Double?
  var oldestWaitingSeconds: Double?
  var requestSeconds: Double?
  var requests: Double?
  var bytesSent: Double?
  var enqueueRetries: Double?
  /// Answers 429, where the program tells answers apart.
  var answers429: Double?
}

/// What a page says about the process.
struct ProcessSnapshot: Sendable, Hashable {
  var cpuSeconds: Double?
  var residentBytes: Double?
  var startedAt: Double?
  var logBytes: Double?
  var cores: Double?
  /// The newest timestamp of the page: when it was made, as nearly as it says.
  var newest: Double?
}

/// A page, understood.
struct SenderSnapshot: Sendable {
  var program: SenderProgram
  var version: String
  var process: ProcessSnapshot
  var endpoints: [QueueSnapshot]

  /// - Throws: `SizingError` when the page is none of a sender.
  init(_ page: MetricsPage) throws(SizingError) {
    let vmagent = page.has("vmagent_remotewrite_requests_total") || page.has("vmagent_remotewrite_blocks_sent_total")
    let build = page.entries("prometheus_build_info").first
    if vmagent {
      program = .vmagent
      version = page.entries("vm_app_version").first?.labels["short_version"] ?? ""
      endpoints = VmagentNames.endpoints(page)
    } else {
      let isGodwit = build?.labels["program"] == "godwit" || page.has("godwit_endpoint_samples_taken_total")
      program = isGodwit ? .godwit : .prometheus
      version = build?.labels["version"] ?? ""
      endpoints = PrometheusNames.endpoints(page)
    }
    guard !endpoints.isEmpty else {
      throw SizingError(
        "\(page.name) has no metrics of remote write: expected prometheus_remote_storage_… of Prometheus or Godwit, or "
          + "vmagent_remotewrite_…; is it the page of the sender?")
    }
    process = ProcessSnapshot(
      cpuSeconds: page.sum("process_cpu_seconds_total"), residentBytes: page.sum("process_resident_memory_bytes"),
      startedAt: page.sum("process_start_time_seconds"),
      logBytes: page.first(["prometheus_tsdb_wal_storage_size_bytes"]),
      cores: page.first(["go_sched_gomaxprocs_threads", "process_cpu_cores_available"]),
      newest: endpoints.compactMap(\.highestIn).max())
  }
}

/// The names of Prometheus, which Godwit uses too, and what they were called before 2.23.
enum PrometheusNames {
  private static let prefix = "prometheus_remote_storage_"
  private static let unmeantReasons: Set = ["unintentionally_dropped_series", "damaged_record", "log_bound"]

  static func endpoints(_ page: MetricsPage) -> [QueueSnapshot] {
    var seen: Set<String> = []
    var result: [QueueSnapshot] = []
    for entry in page.entries(prefix + "shards") {
      let key = entry.labels["remote_name"] != nil ? "remote_name" : "queue"
      guard let name = entry.labels[key], seen.insert(name).inserted else { continue }
      result.append(endpoint(page, [key: name], name: name, url: entry.labels["url"] ?? ""))
    }
    return result
  }

  private static func endpoint(
    _ page: MetricsPage, _ labels: [String: String], name: String, url: String
  ) -> QueueSnapshot {
    func value(_ names: String...) -> Double? { page.first(names.map { prefix + $0 }, labels) }
    func withHistograms(_ word: String, _ old: String = "") -> Double? {
      guard let floats = value("samples_" + word, old.isEmpty ? "samples_" + word : old) else { return nil }
      return floats + (value("histograms_" + word) ?? 0)
    }
    var snapshot = QueueSnapshot(name: name, url: url)
    snapshot.attempted = withHistograms("total", "succeeded_samples_total")
    snapshot.retried = withHistograms("retried_total", "retried_samples_total")
    snapshot.failed = withHistograms("failed_total", "failed_samples_total")
    snapshot.acknowledged = page.sum("godwit_endpoint_samples_acknowledged_total", labels)
    // What the process took is what each of its endpoints was given.
    let floatsIn = page.sum(prefix + "samples_in_total")
    snapshot.taken =
      page.sum("godwit_endpoint_samples_taken_total", labels)
      ?? floatsIn.map { $0 + (page.sum(prefix + "histograms_in_total") ?? 0) }
    readDrops(page, labels, into: &snapshot)
    snapshot.pending = withHistograms("pending", "pending_samples")
    (snapshot.shards, snapshot.shardsDesired) = (value("shards"), value("shards_desired"))
    (snapshot.shardsMin, snapshot.shardsMax) = (value("shards_min"), value("shards_max"))
    (snapshot.capacity, snapshot.batch) = (value("shard_capacity"), value("max_samples_per_send"))
    snapshot.requestSamplesMax = page.sum("godwit_endpoint_request_samples_max", labels)
    // The gauge of the queue stands still while shards are full, so what was taken by the process goes before it.
    snapshot.highestIn =
      page.sum(prefix + "highest_timestamp_in_seconds") ?? value("queue_highest_timestamp_seconds")
    snapshot.highestSent = value("queue_highest_sent_timestamp_seconds")
    snapshot.oldestWaitingSeconds = page.sum("godwit_endpoint_oldest_waiting_seconds", labels)
    snapshot.requestSeconds = value("sent_batch_duration_seconds_sum")
    snapshot.requests = value("sent_batch_duration_seconds_count")
    snapshot.bytesSent = value("bytes_total", "sent_bytes_total")
    snapshot.enqueueRetries = value("enqueue_retries_total")
    return snapshot
  }

  private static func readDrops(_ page: MetricsPage, _ labels: [String: String], into snapshot: inout QueueSnapshot) {
    for family in ["samples_dropped_total", "histograms_dropped_total", "dropped_samples_total"] {
      for entry in page.entries(prefix + family) where labels.allSatisfy({ entry.labels[$0.key] == $0.value }) {
        switch entry.labels["reason"] {
        case nil: snapshot.droppedUnexplained = (snapshot.droppedUnexplained ?? 0) + entry.value
        case "dropped_series": snapshot.droppedByRule = (snapshot.droppedByRule ?? 0) + entry.value
        case let reason? where unmeantReasons.contains(reason):
          snapshot.droppedUnmeant = (snapshot.droppedUnmeant ?? 0) + entry.value
        // too_old and nhcb_in_rw1_not_supported are settings of somebody's.
        default: break
        }
      }
    }
  }
}

/// The names of vmagent. It counts blocks and bytes where others count samples.
enum VmagentNames {
  private static let prefix = "vmagent_remotewrite_"

  static func endpoints(_ page: MetricsPage) -> [QueueSnapshot] {
    var seen: Set<String> = []
    let families = ["requests_total", "blocks_sent_total", "pending_data_bytes", "duration_seconds_count"]
    let urls = families.flatMap { page.entries(prefix + $0) }.compactMap { $0.labels["url"] }
    return urls.filter { seen.insert($0).inserted }.map { endpoint(page, $0, isAlone: Set(urls).count == 1) }
  }

  private static func endpoint(_ page: MetricsPage, _ url: String, isAlone: Bool) -> QueueSnapshot {
    let labels = ["url": url]
    func value(_ names: String...) -> Double? { page.first(names.map { prefix + $0 }, labels) }
    var snapshot = QueueSnapshot(name: url, url: url)
    snapshot.requests = value("duration_seconds_count", "requests_total", "blocks_sent_total")
    snapshot.requestSeconds = value("duration_seconds_sum", "send_duration_seconds_total")
    snapshot.bytesSent = value("conn_bytes_written_total", "bytes_sent_total")
    snapshot.pendingBytes = value("pending_data_bytes")
    snapshot.shards = value("queues")
    (snapshot.shardsMin, snapshot.shardsMax) = (snapshot.shards, snapshot.shards)
    snapshot.taken = value("rows_pushed_after_relabel_total")
    // Samples of all endpoints together say what one was given where there is one.
    if snapshot.taken == nil && isAlone {
      snapshot.taken = page.first(["vmagent_rows_inserted_total", "vm_promscrape_scraped_samples_sum"])
    }
    snapshot.answers429 = page.sum(prefix + "requests_total", ["url": url, "status_code": "429"])
    return snapshot
  }
}
