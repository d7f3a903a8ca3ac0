/// The rows of godwit, Prometheus and Alloy.
struct StorageRows {
  let q: DashboardQueries

  init(_ queries: DashboardQueries) { q = queries }

  var all: [PanelRow] { [flow, loss, shards, requests, log, q.targets, q.process] }

  private var isGodwit: Bool { q.program == .godwit }

  private var flow: PanelRow {
    let sent = isGodwit ? "godwit_endpoint_samples_acknowledged_total" : RemoteStorageRules.metric("samples_total")
    var lag = [
      q.ofEndpoint(
        """
        \(q.agent("prometheus_remote_storage_highest_timestamp_in_seconds")) - ignoring (remote_name, url) \
        group_right () (\(q.storage("queue_highest_sent_timestamp_seconds")) > 0)
        """, isGodwit ? "newest" : "")
    ]
    if isGodwit { lag.append(q.ofEndpoint(q.endpoint("godwit_endpoint_oldest_waiting_seconds"), "oldest")) }
    return PanelRow(
      title: "Flow",
      panels: [
        Panel(
          title: "Samples in", description: "Taken into the log, from scrapes and pushes.", unit: .samplesPerSecond,
          queries: [q.ofAgent(q.rate(q.agent, intake))]),
        Panel(
          title: "Samples out",
          description: isGodwit ? "Acknowledged by the endpoint." : "Attempts: a retry counts again.",
          unit: .samplesPerSecond, queries: [q.ofEndpoint(q.endpointRate(sent))]),
        Panel(
          title: "Waiting",
          description: isGodwit
            ? "All samples in the log that the endpoint does not have yet."
            : "In the shards; the WAL may hold far more.",
          unit: .samples,
          queries: [
            q.ofEndpoint(q.storage("samples_pending")), q.ofEndpoint(q.storage("histograms_pending"), "histograms"),
          ]),
        Panel(
          title: "Lag",
          description: isGodwit
            ? "Newest taken minus newest acknowledged, and the age of the oldest that waits."
            : "Newest taken minus newest sent. The gauge of the queue itself stands still when its shards are full.",
          unit: .seconds, queries: lag),
      ])
  }

  private var intake: String {
    q.program == .alloy
      ? "prometheus_remote_write_wal_samples_appended_total" : "prometheus_remote_storage_samples_in_total"
  }

  private var loss: PanelRow {
    let reason = "\(q.endpointLegend) {{reason}}"
    let intended = q.rate(
      Selector(matchers: q.endpoint.matchers + [#"reason="dropped_series""#]),
      RemoteStorageRules.metric("samples_dropped_total"))
    let lost = q.rate(
      Selector(matchers: q.endpoint.matchers + [#"reason!="dropped_series""#]),
      RemoteStorageRules.metric("samples_dropped_total"))
    var panels = [
      Panel(
        title: "Refused for good", description: "By the endpoint: a loss. Nothing here is normal.",
        unit: .samplesPerSecond,
        queries: [
          q.ofEndpoint(q.storageRate("samples_failed_total")),
          q.ofEndpoint(q.storageRate("histograms_failed_total"), "histograms"),
        ]),
      Panel(
        title: "Lost, by reason", description: "Dropped for a reason that nobody asked for.", unit: .samplesPerSecond,
        queries: [Panel.Query(expression: lost, legend: reason)]),
      Panel(
        title: "Dropped on purpose", description: "By write_relabel_configs: no loss.", unit: .samplesPerSecond,
        queries: [Panel.Query(expression: intended, legend: reason)]),
    ]
    if isGodwit {
      panels += [
        Panel(
          title: "Not taken", description: "Scraped and not taken by the log: it is full, or the disk is.",
          unit: .samplesPerSecond,
          queries: [
            q.ofAgent(q.rate(q.agent, "godwit_scrape_samples_not_taken_total"), "\(q.agentLegend) {{reason}}")
          ]),
        Panel(
          title: "Accounts", description: "1 while taken = acknowledged + waiting + refused + dropped + expired.",
          unit: .samples, queries: [q.ofEndpoint(q.endpoint("godwit_endpoint_balanced"))]),
        Panel(
          title: "Quarantine", description: "Refused requests that are kept, with the endpoint's words.", unit: .bytes,
          queries: [q.ofEndpoint(q.endpoint("godwit_endpoint_quarantine_bytes"))]),
        Panel(
          title: "Troubles", description: "What the agent says is wrong now.", unit: .samples,
          queries: [q.ofAgent("\(q.agent("godwit_trouble")) == 1", "\(q.agentLegend) {{code}}")]),
      ]
    }
    return PanelRow(title: "Loss", panels: panels)
  }

  private var shards: PanelRow {
    PanelRow(
      title: "Shards",
      panels: [
        Panel(
          title: "Shards", description: "Desired above max is the early sign of an endpoint that cannot keep up.",
          unit: .samples,
          queries: [
            q.ofEndpoint(q.storage("shards")), q.ofEndpoint(q.storage("shards_desired"), "desired"),
            q.ofEndpoint(q.storage("shards_max"), "max"),
          ]),
        Panel(
          title: "Shards in use", description: "Running, as a part of those allowed.", unit: .part,
          queries: [q.ofEndpoint("\(q.storage("shards")) / \(q.storage("shards_max"))")]),
      ])
  }

  private var requests: PanelRow {
    let duration = RemoteStorageRules.metric("sent_batch_duration_seconds")
    func quantile(_ part: String) -> String {
      "histogram_quantile(\(part), \(q.rate(q.endpoint, duration + "_bucket")))"
    }
    return PanelRow(
      title: "Requests",
      panels: [
        Panel(
          title: "Duration", description: "Half of the requests, and all but one in a hundred, are faster.",
          unit: .seconds, queries: [q.ofEndpoint(quantile("0.5"), "p50"), q.ofEndpoint(quantile("0.99"), "p99")]),
        Panel(
          title: "Requests", description: "Every attempt.", unit: .requestsPerSecond,
          queries: [q.ofEndpoint(q.rate(q.endpoint, duration + "_count"))]),
        Panel(
          title: "Sent again", description: "Samples in requests that had to be repeated: 5xx, 429, timeouts.",
          unit: .samplesPerSecond, queries: [q.ofEndpoint(q.storageRate("samples_retried_total"))]),
        Panel(
          title: "Bytes out", description: "Compressed.", unit: .bytesPerSecond,
          queries: [q.ofEndpoint(q.storageRate("bytes_total"))]),
        Panel(
          title: "Bytes a sample", description: "Grows with small requests and long labels.", unit: .bytes,
          queries: [q.ofEndpoint("\(q.storageRate("bytes_total")) / \(q.storageRate("samples_total"))")]),
      ])
  }

  private var log: PanelRow {
    PanelRow(
      title: "Log",
      panels: [
        Panel(
          title: "Log on disk", description: "What all endpoints together hold back.", unit: .bytes,
          queries: [q.ofAgent(q.agent("prometheus_tsdb_wal_storage_size_bytes"))]),
        Panel(
          title: "Segments behind", description: "Of the log, between its end and where the endpoint reads.",
          unit: .samples,
          queries: [
            Panel.Query(
              expression: """
                \(q.agent("prometheus_tsdb_wal_segment_current")) - ignoring (consumer, remote_name, url) \
                group_right () \(q.agent("prometheus_wal_watcher_current_segment"))
                """, legend: "\(q.agentLegend) {{consumer}}")
          ]),
        Panel(
          title: "Series", description: "Known to the process.", unit: .samples,
          queries: [
            q.ofAgent(
              q.agent(
                q.program == .alloy
                  ? "prometheus_remote_write_wal_storage_active_series" : "prometheus_agent_active_series"))
          ]),
      ])
  }
}
