/// The rows of vmagent.
struct VmagentRows {
  let q: DashboardQueries

  init(_ queries: DashboardQueries) { q = queries }

  var all: [PanelRow] { [flow, loss, requests, queue, q.targets, q.process] }

  private func name(_ name: String) -> String { "vmagent_remotewrite_" + name }
  private func metric(_ short: String) -> String { q.endpoint(name(short)) }
  private func rate(_ short: String) -> String { q.rate(q.endpoint, name(short)) }

  private var pending: String { "sum without (path) (\(metric("pending_data_bytes")))" }

  private var flow: PanelRow {
    let growth = "sum without (path) (deriv(\(q.endpoint(name("pending_data_bytes"), over: "10m"))))"
    return PanelRow(
      title: "Flow",
      panels: [
        Panel(
          title: "Rows in", description: "From scrapes and pushes, before relabelling.", unit: .samplesPerSecond,
          queries: [q.ofAgent(q.rate(q.agent, name("global_rows_pushed_before_relabel_total")))]),
        Panel(
          title: "Rows out", description: "Put into the queue of an endpoint, after relabelling.",
          unit: .samplesPerSecond,
          queries: [q.ofEndpoint("sum without (path) (\(rate("rows_pushed_after_relabel_total")))")]),
        Panel(
          title: "Waiting", description: "In memory and on disk.", unit: .bytes, queries: [q.ofEndpoint(pending)]),
        Panel(
          title: "Lag", description: "Bytes waiting by bytes coming in: vmagent shows no times of what it sent.",
          unit: .seconds,
          queries: [
            q.ofEndpoint(
              "\(pending) / (rate(\(q.endpoint(name("bytes_sent_total"), over: "10m"))) + \(growth) > 0)")
          ]),
      ])
  }

  private var loss: PanelRow {
    PanelRow(
      title: "Loss",
      panels: [
        Panel(
          title: "Blocks refused for good", description: "By the endpoint: a loss of up to ten thousand rows each.",
          unit: .samplesPerSecond, queries: [q.ofEndpoint(rate("packets_dropped_total"))]),
        Panel(
          title: "Dropped from the queue", description: "It was full: a loss.", unit: .bytesPerSecond,
          queries: [
            q.ofAgent(q.rate(q.agent, "vm_persistentqueue_bytes_dropped_total"), "\(q.agentLegend) {{path}}")
          ]),
        Panel(
          title: "Dropped on purpose", description: "By relabelling: no loss.", unit: .samplesPerSecond,
          queries: [
            q.ofAgent(q.rate(q.agent, name("global_relabel_metrics_dropped_total")), "\(q.agentLegend) global"),
            q.ofEndpoint("sum without (path) (\(rate("relabel_metrics_dropped_total")))"),
          ]),
      ])
  }

  private var requests: PanelRow {
    // Its histograms have buckets of their own kind, which PromQL cannot read; sum and count it can.
    PanelRow(
      title: "Requests",
      panels: [
        Panel(
          title: "Duration", description: "On average.", unit: .seconds,
          queries: [q.ofEndpoint("\(rate("duration_seconds_sum")) / \(rate("duration_seconds_count"))")]),
        Panel(
          title: "Requests, by status", description: "Every attempt that was answered.", unit: .requestsPerSecond,
          queries: [q.ofEndpoint(rate("requests_total"), "{{status_code}}")]),
        Panel(
          title: "Sent again", description: "Blocks that had to be repeated.", unit: .requestsPerSecond,
          queries: [q.ofEndpoint(rate("retries_count_total"))]),
        Panel(
          title: "Connections busy", description: "What shards in use are elsewhere: at 100 % it falls behind.",
          unit: .part, queries: [q.ofEndpoint("\(rate("send_duration_seconds_total")) / \(metric("queues"))")]),
        Panel(
          title: "Bytes out", description: "Compressed.", unit: .bytesPerSecond,
          queries: [q.ofEndpoint(rate("bytes_sent_total"))]),
      ])
  }

  private var queue: PanelRow {
    PanelRow(
      title: "Queue",
      panels: [
        Panel(
          title: "On disk", description: "What is not in memory, by queue.", unit: .bytes,
          queries: [q.ofAgent(q.agent("vm_persistentqueue_bytes_pending"), "\(q.agentLegend) {{path}}")]),
        Panel(
          title: "Disk busy", description: "Time spent writing and reading the queue.", unit: .part,
          queries: [
            q.ofAgent(
              q.rate(q.agent, "vm_persistentqueue_write_duration_seconds_total"), "\(q.agentLegend) writing"),
            q.ofAgent(q.rate(q.agent, "vm_persistentqueue_read_duration_seconds_total"), "\(q.agentLegend) reading"),
          ]),
      ])
  }
}
