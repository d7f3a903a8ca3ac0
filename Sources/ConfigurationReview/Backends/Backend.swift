import AgentConfiguration

/// A receiver of remote write, as far as the URL of an endpoint gives it away.
struct Backend: Sendable, Hashable {
  enum Kind: Sendable, CaseIterable {
    case amazon, azure, coralogix, cortex, google, grafanaCloud, influx, mimir, newRelic, prometheus, thanos
    case victoriaMetrics, victoriaMetricsCluster
  }

  var kind: Kind
  /// What of the URL says so, for the reader: `the host ends in grafana.net`.
  var evidence: String
  /// How sure that is, 0…1. A name that its owner alone can give is 1, a port that others use too is less.
  var confidence: Double

  /// nil where the URL says nothing.
  init?(of url: EndpointURL) {
    guard let found = Self.byHost(url) ?? Self.byPath(url) ?? Self.byName(url) ?? Self.byPort(url) else { return nil }
    self = found
  }

  private init(_ kind: Kind, _ evidence: String, _ confidence: Double) {
    self.kind = kind
    self.evidence = evidence
    self.confidence = confidence
  }

  /// Hosts that belong to a service.
  private static func byHost(_ url: EndpointURL) -> Backend? {
    let host = url.host
    if host.hasSuffix(".grafana.net"), host.hasPrefix("prometheus") || host.hasPrefix("mimir") {
      return Backend(.grafanaCloud, "the host ends in grafana.net", 1)
    }
    if host.hasPrefix("aps-workspaces") && (host.contains(".amazonaws.com") || host.hasSuffix(".api.aws")) {
      return Backend(.amazon, "the host begins with aps-workspaces", 1)
    }
    if host.contains(".metrics.ingest.monitor.azure.") {
      return Backend(.azure, "the host is a data collection endpoint of Azure Monitor", 1)
    }
    if host == "monitoring.googleapis.com" { return Backend(.google, "the host is monitoring.googleapis.com", 1) }
    if host.hasPrefix("metric-api.") && host.hasSuffix("newrelic.com") {
      return Backend(.newRelic, "the host is New Relic's metric API", 1)
    }
    if host.contains("coralogix.") { return Backend(.coralogix, "the host is one of Coralogix", 1) }
    return nil
  }

  /// Paths that only one of them has.
  private static func byPath(_ url: EndpointURL) -> Backend? {
    if url.path.hasSuffix("/api/v1/receive") { return Backend(.thanos, "the path is that of Thanos Receive", 0.9) }
    if url.path.hasPrefix("/insert/") { return Backend(.victoriaMetricsCluster, "the path begins with /insert/", 0.9) }
    if url.path.hasSuffix("/api/v1/prom/write") && url.queryNames.contains("db") {
      return Backend(.influx, "the path is that of InfluxDB 1.x", 0.9)
    }
    return nil
  }

  /// Words in the names that people give to hosts.
  private static func byName(_ url: EndpointURL) -> Backend? {
    let words = Set(url.host.split { $0 == "." || $0 == "-" || $0 == "_" }.map(String.init))
    func named(_ kind: Kind, _ word: String) -> Backend { Backend(kind, "the host is called \(word)", 0.8) }
    if words.contains("vminsert") { return named(.victoriaMetricsCluster, "vminsert") }
    for word in ["victoriametrics", "vmsingle", "vmagent"] where words.contains(word) {
      return named(.victoriaMetrics, word)
    }
    if words.isSuperset(of: ["victoria", "metrics"]) { return named(.victoriaMetrics, "victoria-metrics") }
    if words.contains("thanos") && words.contains(where: { $0.hasPrefix("receive") }) {
      return named(.thanos, "thanos-receive")
    }
    if words.contains("mimir") { return named(.mimir, "mimir") }
    if words.contains("cortex") { return named(.cortex, "cortex") }
    if words.contains("influxdb") { return named(.influx, "influxdb") }
    return nil
  }

  /// What they listen at when nobody says otherwise.
  private static func byPort(_ url: EndpointURL) -> Backend? {
    let ports: [Int: (kind: Kind, confidence: Double)] = [
      19291: (.thanos, 0.9), 8480: (.victoriaMetricsCluster, 0.9), 8428: (.victoriaMetrics, 0.9),
      8429: (.victoriaMetrics, 0.8), 8086: (.influx, 0.7), 9090: (.prometheus, 0.6),
    ]
    if url.port == 9009 { return Backend(.mimir, "the port is 9009, which Mimir's examples use", 0.6) }
    return url.port.flatMap { port in
      ports[port].map { Backend($0.kind, "the port is \(port), which \($0.kind.title) listens at", $0.confidence) }
    }
  }
}

extension ReviewedFile.Endpoint {
  var parts: EndpointURL? { url.flatMap { EndpointURL($0.value) } }

  /// What receives there, as far as the URL says.
  var backend: Backend? { parts.flatMap { Backend(of: $0) } }
}
