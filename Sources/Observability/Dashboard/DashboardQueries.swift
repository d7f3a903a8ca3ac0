/// The expressions of a dashboard, with its variables in them.
struct DashboardQueries {
  let program: WatchedProgram

  /// The rate that fits the width of the picture; Grafana knows it.
  static let window = "$__rate_interval"

  /// Of one agent as a whole.
  var agent: Selector { Selector(matchers: [#"job=~"$job""#, #"instance=~"$instance""#]) }

  /// Of one endpoint.
  var endpoint: Selector {
    Selector(matchers: agent.matchers + ["\(program.endpointLabel)=~\"$endpoint\""])
  }

  func rate(_ selector: Selector, _ name: String) -> String { "rate(\(selector(name, over: Self.window)))" }

  /// The endpoint's rate, over everything that is not an endpoint's.
  func endpointRate(_ name: String, without label: String? = nil) -> String {
    label.map { "sum without (\($0)) (\(rate(endpoint, name)))" } ?? rate(endpoint, name)
  }

  func storage(_ name: String) -> String { endpoint(RemoteStorageRules.metric(name)) }
  func storageRate(_ name: String) -> String { rate(endpoint, RemoteStorageRules.metric(name)) }

  var agentLegend: String { "{{instance}}" }
  var endpointLegend: String { "{{instance}} → {{\(program.endpointLabel)}}" }

  /// What labels of an endpoint are asked of.
  var endpointMetric: String {
    program == .vmagent ? "vmagent_remotewrite_queues" : RemoteStorageRules.metric("shards")
  }

  // MARK: - Panels that all have

  func ofAgent(_ expression: String, _ legend: String? = nil) -> Panel.Query {
    Panel.Query(expression: expression, legend: legend ?? agentLegend)
  }

  func ofEndpoint(_ expression: String, _ word: String = "") -> Panel.Query {
    Panel.Query(expression: expression, legend: word.isEmpty ? endpointLegend : "\(endpointLegend) \(word)")
  }

  var targets: PanelRow {
    let up = Selector(matchers: [])
    return PanelRow(
      title: "Targets",
      panels: [
        Panel(
          title: "Targets down, by job", description: "Of all jobs that arrive at this data source.", unit: .samples,
          queries: [ofAgent("count by (job) (\(up("up")) == 0)", "{{job}}")]),
        Panel(
          title: "Targets", description: "Known to the program, before any is asked.", unit: .samples,
          queries: [
            program == .vmagent
              ? ofAgent(
                "sum by (instance, status) (\(agent("vm_promscrape_targets")))", "\(agentLegend) {{status}}")
              : ofAgent(
                "sum by (instance, scrape_job) (\(agent("prometheus_target_scrape_pool_targets")))",
                "\(agentLegend) {{scrape_job}}")
          ]),
      ])
  }

  var process: PanelRow {
    PanelRow(
      title: "Process",
      panels: [
        Panel(
          title: "Processor", description: "Cores in use.", unit: .samples,
          queries: [ofAgent(rate(agent, "process_cpu_seconds_total"))]),
        Panel(
          title: "Memory", description: "Resident; it stays flat in an outage of any length.", unit: .bytes,
          queries: [ofAgent(agent("process_resident_memory_bytes"))]),
        Panel(
          title: "Started", description: "How long it has been running.", unit: .seconds,
          queries: [ofAgent("time() - \(agent("process_start_time_seconds"))")]),
        Panel(
          title: "Configuration", description: "1 while what is on disk is what runs.", unit: .samples,
          queries: [ofAgent(agent(reloadMetric))]),
      ])
  }

  private var reloadMetric: String {
    switch program {
    case .godwit, .prometheus: "prometheus_config_last_reload_successful"
    case .vmagent: "vm_promscrape_config_last_reload_successful"
    case .alloy: "alloy_config_last_load_successful"
    }
  }
}
