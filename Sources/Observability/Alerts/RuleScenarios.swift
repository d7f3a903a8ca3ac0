/// The scenarios of a program's rule tests.
struct RuleScenarios {
  let program: WatchedProgram
  let options: WatchOptions

  /// The first minutes pass without a fault: a fault that has always been is no test of one that begins.
  let quiet = 20
  /// Minutes from then on until it is looked: whatever must hold for a while has held, and the lag is above its bound.
  let waited: Int
  var minute: Int { quiet + waited }
  private var minutes: Int { minute + 30 }

  init(program: WatchedProgram, options: WatchOptions) {
    self.program = program
    self.options = options
    let patience = options.patience.wholeMinutes
    waited = max(40, 6 * patience + 10, options.lag.wholeMinutes + patience + 15)
  }

  var all: [RuleScenario] {
    [scenario("all is well", [:], []), intended] + common + own
      + (options.logCapBytes.map { capScenarios($0) } ?? [])
  }

  // MARK: - Notation

  func steady(_ value: String) -> String { "\(value)+0x\(minutes)" }
  func rising(_ step: Int, from first: Int = 0) -> String { "\(first)+\(step)x\(minutes)" }
  /// `first` for the quiet minutes, then rising.
  func risingLater(_ step: Int, from first: Int = 0) -> String {
    "\(first)+0x\(quiet) \(first + step)+\(step)x\(minutes - quiet)"
  }
  /// Rising for the quiet minutes, then standing still.
  func risingAtFirst(_ step: Int, from first: Int = 0) -> String {
    "\(first)+\(step)x\(quiet) \(first + quiet * step)+0x\(minutes - quiet)"
  }
  func turning(_ first: String, _ then: String) -> String {
    "\(first)+0x\(quiet) \(then)+0x\(minutes - quiet)"
  }
  /// There for the quiet minutes, then not any more.
  func ending(_ value: String) -> String { "\(value)+0x\(quiet) _x\(minutes - quiet)" }
  /// Not there for the quiet minutes, then standing at a value: how a counter with a new label value appears.
  func appearing(_ value: Int) -> String { "_x\(quiet) \(value)+0x\(minutes - quiet)" }

  // MARK: - Labels

  var agentLabels: [String: String] {
    var labels = ["job": options.job, "instance": "agent:9090"]
    if program == .alloy { labels["component_id"] = "prometheus.remote_write.main" }
    return labels
  }

  private var upLabels: [String: String] { ["job": options.job, "instance": "agent:9090"] }

  var endpointLabels: [String: String] {
    var labels = agentLabels
    if program == .vmagent {
      labels["url"] = "1:secret-url"
    } else {
      labels["remote_name"] = "main"
      labels["url"] = "https://example.org/api/v1/write"
    }
    return labels
  }

  func series(_ name: String, _ labels: [String: String], _ more: [String: String] = [:]) -> String {
    let all = labels.merging(more) { $1 }.sorted { $0.key < $1.key }
    return name + "{" + all.map { "\($0.key)=\(Selector.quoted($0.value))" }.joined(separator: ",") + "}"
  }

  func agent(_ name: String, _ more: [String: String] = [:]) -> String { series(name, agentLabels, more) }
  func endpoint(_ name: String, _ more: [String: String] = [:]) -> String { series(name, endpointLabels, more) }
  func storage(_ name: String, _ more: [String: String] = [:]) -> String {
    endpoint(RemoteStorageRules.metric(name), more)
  }

  func fires(_ alert: String, _ labels: [String: String]? = nil) -> RuleScenario.Firing {
    RuleScenario.Firing(alert: alert, labels: labels ?? endpointLabels)
  }

  /// A healthy program, changed in what `changes` says; series that are not there otherwise come to it.
  ///
  /// - Parameter changes: values by series; nil takes the series away.
  func scenario(
    _ name: String, _ changes: [String: String?], _ firing: [RuleScenario.Firing], minute: Int? = nil
  ) -> RuleScenario {
    var all: [(series: String, values: String)] = []
    for (series, values) in healthy {
      if let change = changes[series] {
        if let change { all.append((series, change)) }
      } else {
        all.append((series, values))
      }
    }
    let known = Set(healthy.map(\.series))
    for (series, values) in changes.sorted(by: { $0.key < $1.key }) where !known.contains(series) {
      if let values { all.append((series, values)) }
    }
    return RuleScenario(name: name, series: all, firing: firing, minute: minute ?? self.minute)
  }

  // MARK: - What all have

  private var up: String { series("up", upLabels) }

  private var reloaded: String {
    let labels = upLabels
    switch program {
    case .godwit, .prometheus: return series("prometheus_config_last_reload_successful", labels)
    case .vmagent: return series("vm_promscrape_config_last_reload_successful", labels)
    case .alloy: return series("alloy_config_last_load_successful", labels)
    }
  }

  private func target(_ number: Int) -> String { series("up", ["job": "app", "instance": "app\(number):80"]) }

  private var healthy: [(series: String, values: String)] {
    var all = [(up, steady("1")), (reloaded, steady("1"))]
    all += (1...4).map { (target($0), steady("1")) }
    return all + (program == .vmagent ? healthyVmagent : healthyStorage)
  }

  private var common: [RuleScenario] {
    let nothing = Dictionary(uniqueKeysWithValues: healthy.map { ($0.series, String?.none) })
    return [
      scenario("nothing is known of it", nothing, [fires("Absent", ["job": options.job])]),
      scenario(
        "one of two is gone", [series("up", ["job": options.job, "instance": "other:9090"]): ending("1")],
        [fires("Gone", ["job": options.job, "instance": "other:9090"])],
        minute: quiet + 9 + options.patience.wholeMinutes),
      scenario("it does not answer its scraper", [up: turning("1", "0")], [fires("Gone", upLabels)]),
      scenario(
        "the targets of a job are down",
        Dictionary(uniqueKeysWithValues: (1...4).map { (target($0), turning("1", "0")) }),
        [fires("TargetsDown", ["job": "app"])]),
      scenario(
        "the configuration cannot be read", [reloaded: turning("1", "0")], [fires("ReloadFailed", upLabels)]),
    ]
  }

  private var own: [RuleScenario] {
    switch program {
    case .godwit: godwitScenarios
    case .prometheus, .alloy: referenceScenarios
    case .vmagent: vmagentScenarios
    }
  }

  private var intended: RuleScenario {
    switch program {
    case .vmagent:
      scenario(
        "rules drop on purpose",
        [
          endpoint("vmagent_remotewrite_relabel_metrics_dropped_total", ["path": "queue/1"]): risingLater(60_000),
          agent("vmagent_remotewrite_global_relabel_metrics_dropped_total"): risingLater(60_000),
        ], [])
    case .godwit, .prometheus, .alloy:
      scenario(
        "rules drop on purpose",
        [
          storage("samples_dropped_total", ["reason": "dropped_series"]): risingLater(60_000),
          storage("histograms_dropped_total", ["reason": "dropped_series"]): risingLater(600),
        ], [])
    }
  }
}
