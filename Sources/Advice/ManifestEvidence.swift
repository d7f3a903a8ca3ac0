import AgentConfiguration

/// What manifests of Kubernetes, containers and values of charts say.
extension DocumentEvidence {
  mutating func takeResource(_ kind: YAMLField, _ node: YAMLNode) {
    let name = kind.value.text ?? ""
    switch name {
    case "CronJob": add(.batchJob, kind, 1, "starts a job by the clock", "kind: CronJob")
    case "Job":
      // Charts run migrations and tests as jobs too.
      add(.batchJob, kind, 0.6, "runs a program to its end", "kind: Job")
    case "Deployment", "StatefulSet": add(.service, kind, 0.8, "is deployed as a service", "kind: \(name)")
    case "ServiceMonitor", "PodMonitor", "Probe", "ScrapeConfig":
      add(.discovered, kind, 1, "tells a server in the cluster what to scrape", "kind: \(name)")
    case "PrometheusRule": add(.rules, kind, 1, "has rules that a server evaluates", "kind: PrometheusRule")
    case "PrometheusAgent": add(.agent, kind, 1, "is an agent of the Operator", "kind: PrometheusAgent")
    case "Prometheus": takeOperator(kind, node)
    case "VMAgent": add(.agent, kind, 1, "is a vmagent of its operator", "kind: VMAgent")
    case "ConfigMap", "Secret":
      // What a Secret holds in data is encoded, and what it holds in stringData is nobody's business.
      if name == "ConfigMap" { for field in node["data"]?.fields ?? [] { takeText(field) } }
    default: break
    }
    takePods(node, depth: 0)
  }

  private mutating func takeOperator(_ kind: YAMLField, _ node: YAMLNode) {
    add(.server, kind, 1, "is a server of the Operator", "kind: Prometheus")
    guard let write = node["spec"]?.field("remoteWrite"), !write.value.elements.isEmpty else { return }
    add(.operatorRemoteWrite, write, 1, "has the Operator's server send by remote write", "remoteWrite")
  }

  /// Containers and annotations, wherever a pod is described: in itself, in a deployment, in a job of a cron job.
  private mutating func takePods(_ node: YAMLNode, depth: Int) {
    guard depth < 6 else { return }
    if let annotation = node["metadata", "annotations"]?.field("prometheus.io/scrape"),
      annotation.value.text == "true"
    {
      add(.discovered, annotation, 1, "asks to be scraped", "prometheus.io/scrape")
    }
    guard let spec = node["spec"] else { return }
    for container in spec["containers"]?.elements ?? [] { takeContainer(container) }
    if let template = spec["template"] { takePods(template, depth: depth + 1) }
    if let template = spec["jobTemplate"] { takePods(template, depth: depth + 1) }
  }

  /// `--agent` is a flag of many programs; only beside the image it says which.
  mutating func takeContainer(_ node: YAMLNode) {
    guard let image = node["image"]?.text, image.contains("prometheus") else { return }
    for list in ["command", "args"] {
      guard let field = node.field(list) else { continue }
      let arguments = field.value.elements.isEmpty ? [field.value] : field.value.elements
      for argument in arguments where (argument.text ?? "").split(separator: " ").contains("--agent") {
        add(.agent, argument.place.line, 1, "runs Prometheus in agent mode", "--agent")
      }
    }
  }

  /// The charts of Prometheus: `prometheus.prometheusSpec.remoteWrite`, `server.remoteWrite`, `pushgateway.enabled`.
  mutating func takeValues(_ node: YAMLNode) {
    let specs = [node["prometheus", "prometheusSpec"], node["kube-prometheus-stack", "prometheus", "prometheusSpec"]]
    let servers = [node["server"], node["prometheus", "server"]]
    for spec in (specs + servers).compactMap({ $0 }) {
      guard let write = spec.field("remoteWrite"), !write.value.elements.isEmpty else { continue }
      add(.operatorRemoteWrite, write, 1, "has the chart's server send by remote write", "remoteWrite")
    }
    for chart in ["pushgateway", "prometheus-pushgateway"] {
      guard let field = node.field(chart), field.value["enabled"]?.isTrue == true else { continue }
      add(.pushgatewayService, field, 1, "runs a Pushgateway", "\(chart): enabled")
    }
    if let monitor = node.field("serviceMonitor"), monitor.value["enabled"]?.isTrue == true {
      add(.discovered, monitor, 0.9, "tells a server in the cluster what to scrape", "serviceMonitor: enabled")
    }
  }
}
