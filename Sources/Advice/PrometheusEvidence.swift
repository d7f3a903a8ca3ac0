import AgentConfiguration

/// What a configuration of Prometheus says, also where it is part of a Grafana Agent's.
extension DocumentEvidence {
  mutating func takePrometheus(_ node: YAMLNode) {
    if let metrics = node.field("metrics"), let configs = metrics.value["configs"] {
      add(.agent, metrics, 1, "is a configuration of Grafana Agent", "metrics: configs")
      for config in configs.elements { takeJobs(config) }
      return
    }
    guard Self.keys.contains(where: { node[$0] != nil }), node["apiVersion"] == nil else { return }
    if let scrape = node.field("scrape_configs") ?? node.field("scrape_config_files") {
      add(.server, scrape, 1, "is a configuration of Prometheus that scrapes", "scrape_configs")
    }
    if let rules = node.field("rule_files") ?? node.field("alerting"), rules.value.isFilled {
      add(.rules, rules, 1, "has rules or Alertmanagers, which a server evaluates", rules.key.scalar?.text ?? "")
    }
    if let write = node.field("remote_write"), !write.value.elements.isEmpty {
      add(.remoteWrite, write, 1, "sends by remote write", "remote_write")
    }
    if let otlp = node.field("otlp"), otlp.value.isFilled {
      add(.otlpReceiver, otlp, 0.8, "has settings for OTLP that Prometheus takes", "otlp")
    }
    takeJobs(node)
  }

  private static let keys = ["scrape_configs", "scrape_config_files", "remote_write", "rule_files"]

  private mutating func takeJobs(_ node: YAMLNode) {
    let jobs = node["scrape_configs"]?.elements ?? []
    var targets = 0
    for job in jobs {
      if let path = job.field("metrics_path"), path.value.text?.hasSuffix("/federate") == true {
        takeFederation(path, job)
      }
      let own = (job["static_configs"]?.elements ?? []).flatMap { $0["targets"]?.elements ?? [] }
      targets += own.count
      let gateway = own.first { ($0.text ?? "").contains("pushgateway") || ($0.text ?? "").hasSuffix(":9091") }
      if let gateway {
        add(.pushgatewayService, gateway.place.line, 1, "scrapes a Pushgateway", "targets")
        noteLabels(job, at: gateway.place.line, "the labels that jobs push")
      }
    }
    if let scrape = node.field("scrape_configs") { addHosts(targets, scrape.key.place.line, "lists targets") }
  }

  private mutating func takeFederation(_ path: YAMLField, _ job: YAMLNode) {
    add(.federateJob, path, 1, "scrapes other servers", "metrics_path: /federate")
    noteLabels(job, at: path.key.place.line, "the labels that the other servers gave")
    guard let match = job["params"]?.field("match[]") else { return }
    let selectors = match.value.texts.map { $0.filter { $0 != " " } }
    if selectors.contains(where: Self.selectsEverything) {
      add(.federateEverything, match, 1, "selects every series of the other servers", "match[]")
    } else if !selectors.isEmpty {
      let aggregates = selectors.filter(Self.selectsAggregates).count
      let weight = aggregates * 2 >= selectors.count ? 1 : 0.4
      add(
        .federateSelective, match, weight,
        weight == 1 ? "selects recorded aggregates" : "selects some series of the other servers", "match[]")
    }
  }

  private mutating func noteLabels(_ job: YAMLNode, at line: Int, _ which: String) {
    guard job["honor_labels"]?.isTrue != true else { return }
    add(.labelsNotHonoured, line, 1, "does not keep \(which)", "no honor_labels")
  }

  /// `{__name__=~".+"}`, `{job=~".*"}`, `{__name__!=""}`, and others that every series meets.
  static func selectsEverything(_ selector: String) -> Bool {
    guard selector.hasPrefix("{"), selector.hasSuffix("}") else { return false }
    let matchers = selector.dropFirst().dropLast().split(separator: ",")
    return matchers.allSatisfy { matcher in
      let text = matcher.filter { $0 != "'" && $0 != "\"" && $0 != "`" && $0 != "^" && $0 != "$" }
      return text.hasSuffix("=~.+") || text.hasSuffix("=~.*") || text.hasSuffix("!=")
    }
  }

  /// Names of recording rules have colons: `job:requests:rate5m`.
  static func selectsAggregates(_ selector: String) -> Bool {
    let name = selector.prefix { $0 != "{" }
    if name.contains(":") { return true }
    guard let start = selector.firstRange(of: "__name__") else { return false }
    return selector[start.upperBound...].prefix { $0 != "," && $0 != "}" }.contains(":")
  }
}
