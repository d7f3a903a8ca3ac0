/// Scenarios of godwit, Prometheus and Alloy.
extension RuleScenarios {
  /// A time that is a minute later each minute.
  private var clock: String { rising(60, from: 1_800_000_000) }

  var healthyStorage: [(series: String, values: String)] {
    var all = [
      (storage("samples_total"), rising(60_000)), (storage("samples_retried_total"), steady("0")),
      (storage("samples_failed_total"), steady("0")), (storage("histograms_failed_total"), steady("0")),
      (storage("samples_pending"), steady("200")), (storage("histograms_pending"), steady("0")),
      (storage("shards"), steady("2")), (storage("shards_desired"), steady("1.2")),
      (storage("shards_max"), steady("50")), (storage("queue_highest_sent_timestamp_seconds"), clock),
      (agent("prometheus_remote_storage_highest_timestamp_in_seconds"), clock),
      (agent("prometheus_tsdb_wal_storage_size_bytes"), steady("1000000")),
    ]
    if program == .godwit {
      all += ["too_old", "log_bound", "damaged_record", "name_collision", "dropped_series"].map {
        (storage("samples_dropped_total", ["reason": $0]), steady("0"))
      }
      all += [
        (endpoint("godwit_endpoint_samples_taken_total"), rising(60_000)),
        (endpoint("godwit_endpoint_samples_acknowledged_total"), rising(60_000)),
        (endpoint("godwit_endpoint_oldest_waiting_seconds"), steady("1.5")),
        (endpoint("godwit_endpoint_balanced"), steady("1")),
        (endpoint("godwit_endpoint_quarantine_displaced_total"), steady("0")),
        (agent("godwit_trouble", ["code": "log-not-writing"]), steady("0")),
        (agent("godwit_scrape_samples_not_taken_total", ["reason": "disk_full"]), steady("0")),
      ]
    }
    return all
  }

  /// What all three show in the same words.
  private var storageScenarios: [RuleScenario] {
    [
      scenario(
        "the endpoint refuses samples", [storage("samples_failed_total"): risingLater(7)],
        [fires("SamplesRefused")]),
      scenario(
        "the endpoint refuses histograms", [storage("histograms_failed_total"): risingLater(1)],
        [fires("SamplesRefused")]),
      scenario(
        "what was refused long ago is told no longer",
        [storage("samples_failed_total"): turning("0", "500")], [],
        minute: quiet + 2 + options.lossWindow.wholeMinutes),
      scenario(
        "more shards are wanted than allowed", [storage("shards_desired"): turning("1.2", "70")],
        [fires("ShardsShort")]),
      scenario(
        "all shards run",
        [storage("shards"): turning("2", "50"), storage("shards_desired"): turning("1.2", "50")],
        [fires("ShardsAtMax")]),
      scenario(
        "half of the requests have to be sent again",
        [storage("samples_retried_total"): risingLater(30_000)], [fires("Retrying")]),
    ]
  }

  // MARK: - Godwit

  var godwitScenarios: [RuleScenario] {
    let stuck = [
      storage("samples_total"): risingAtFirst(60_000), storage("samples_pending"): risingLater(60_000),
      storage("queue_highest_sent_timestamp_seconds"): risingAtFirst(60, from: 1_800_000_000),
      endpoint("godwit_endpoint_samples_acknowledged_total"): risingAtFirst(60_000),
      endpoint("godwit_endpoint_oldest_waiting_seconds"): risingLater(60),
    ]
    return storageScenarios + godwitLosses + [
      scenario(
        "the endpoint is down", stuck, [fires("EndpointBehind"), fires("NothingArrives")] + ahead(seconds: waited * 60)),
      scenario(
        "a backlog is caught up with",
        [endpoint("godwit_endpoint_oldest_waiting_seconds"): turning("1.5", "\(options.lag.wholeSeconds + 60)")],
        [fires("EndpointBehind")] + ahead(seconds: Int(options.lag.wholeSeconds) + 60)),
      scenario(
        "the log cannot be written", [agent("godwit_trouble", ["code": "log-not-writing"]): turning("0", "1")],
        [fires("LogTrouble", agentLabels.merging(["code": "log-not-writing"]) { $1 })]),
      scenario(
        "the accounts do not balance", [endpoint("godwit_endpoint_balanced"): turning("1", "0")],
        [fires("AccountsBroken")]),
      scenario(
        "the quarantine is full", [endpoint("godwit_endpoint_quarantine_displaced_total"): risingLater(1)],
        [fires("QuarantineFull")]),
    ]
  }

  private var godwitLosses: [RuleScenario] {
    let reasons = [
      ("too_old", "SamplesExpired"), ("log_bound", "SamplesExpired"), ("damaged_record", "SamplesDamaged"),
      ("name_collision", "NamesCollide"),
    ]
    return reasons.map { reason, alert in
      scenario(
        "samples are lost: \(reason)", [storage("samples_dropped_total", ["reason": reason]): risingLater(3)],
        [fires(alert)])
    } + [
      scenario(
        "the log takes no samples",
        [agent("godwit_scrape_samples_not_taken_total", ["reason": "disk_full"]): risingLater(500)],
        [fires("ScrapesNotTaken", agentLabels.merging(["reason": "disk_full"]) { $1 })])
    ]
  }

  /// The alert that comes before a loss by age, where something has waited for so long.
  private func ahead(seconds: Int) -> [RuleScenario.Firing] {
    guard let keep = options.keep, seconds - options.patience.wholeMinutes * 60 - 120 > keep.wholeSeconds * 3 / 4 else {
      return []
    }
    return [fires(program == .godwit ? "ExpiryAhead" : "LossAhead")]
  }

  // MARK: - Prometheus and Alloy

  var referenceScenarios: [RuleScenario] {
    let stuck = [
      storage("samples_total"): risingAtFirst(60_000), storage("samples_pending"): turning("200", "10000"),
      storage("queue_highest_sent_timestamp_seconds"): risingAtFirst(60, from: 1_800_000_000),
    ]
    let reasons = ["too_old", "unintentionally_dropped_series", "nhcb_in_rw1_not_supported"]
    return storageScenarios
      + reasons.flatMap { reason in
        [
          scenario(
            "samples are lost: \(reason)",
            [storage("samples_dropped_total", ["reason": reason]): risingLater(3)], [fires("SamplesDropped")]),
          scenario(
            "a first loss is seen: \(reason)",
            [storage("samples_dropped_total", ["reason": reason]): appearing(3)], [fires("SamplesDropped")],
            minute: quiet + 2),
        ]
      } + [
        scenario(
          "the endpoint is down", stuck,
          [fires("EndpointBehind"), fires("NothingArrives")] + ahead(seconds: waited * 60)),
        scenario(
          "an endpoint that is told to drop everything is not behind",
          [
            storage("samples_total"): steady("0"), storage("samples_pending"): steady("0"),
            storage("queue_highest_sent_timestamp_seconds"): steady("0"),
            storage("samples_dropped_total", ["reason": "dropped_series"]): rising(60_000),
          ], []),
        scenario(
          "the log cannot be written",
          [agent("prometheus_tsdb_wal_writes_failed_total"): risingLater(1)], [fires("LogTrouble", agentLabels)]),
      ]
  }

  // MARK: - The log on disk

  func capScenarios(_ cap: UInt64) -> [RuleScenario] {
    let size =
      program == .vmagent
      ? endpoint("vmagent_remotewrite_pending_data_bytes", ["path": "queue/1"])
      : agent("prometheus_tsdb_wal_storage_size_bytes")
    let labels = program == .vmagent ? endpointLabels : agentLabels
    let (soon, near) = program == .vmagent ? ("QueueFullSoon", "QueueNearCap") : ("LogFullSoon", "LogNearCap")
    // Three quarters full when it is looked, growing so that it is full a little before the warning's time was over,
    // for as long as the warning looks back and waits.
    let patience = options.patience.wholeMinutes
    let step = cap / 10 * 3 / UInt64(max(1, options.capAhead.wholeMinutes - 2 * patience))
    let growing = 2 * patience + 32
    let last = cap / 4 * 3
    let first = last - min(last, step * UInt64(growing))
    let growth = "\(first)+0x\(minute - growing) \(first + step)+\(step)x\(growing + 30)"
    // Enough is sent that the queue is not behind by much.
    let sent = [
      endpoint("vmagent_remotewrite_bytes_sent_total"):
        rising(Int(clamping: cap / UInt64(max(1, options.lag.wholeSeconds)) * 240 + 60_000))
    ]
    func changes(_ values: String) -> [String: String?] {
      program == .vmagent ? [size: values].merging(sent) { $1 } : [size: values]
    }
    return [
      scenario("the log grows towards its cap", changes(growth), [fires(soon, labels)]),
      scenario("the log is nearly full", changes(steady("\(cap / 10 * 9)")), [fires(near, labels)]),
      scenario("the log is half full and stays so", changes(steady("\(cap / 2)")), []),
    ]
  }
}
