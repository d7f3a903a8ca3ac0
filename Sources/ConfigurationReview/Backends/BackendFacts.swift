extension Backend.Kind {
  var title: String {
    switch self {
    case .amazon: "Amazon Managed Service for Prometheus"
    case .azure: "Azure Monitor"
    case .coralogix: "Coralogix"
    case .cortex: "Cortex"
    case .google: "Google Cloud Managed Service for Prometheus"
    case .grafanaCloud: "Grafana Cloud"
    case .influx: "InfluxDB"
    case .mimir: "Mimir"
    case .newRelic: "New Relic"
    case .prometheus: "Prometheus"
    case .thanos: "Thanos Receive"
    case .victoriaMetrics: "VictoriaMetrics"
    case .victoriaMetricsCluster: "vminsert"
    }
  }

  /// Ends of paths that take remote write; the first is the one to write. Empty where every installation has its own.
  var writePaths: [String] {
    switch self {
    case .amazon: ["/api/v1/remote_write"]
    case .azure: ["/api/v1/write"]
    case .cortex, .mimir: ["/api/v1/push", "/api/prom/push"]
    case .grafanaCloud: ["/api/prom/push", "/api/v1/push"]
    case .influx: ["/api/v1/prom/write"]
    case .newRelic: ["/prometheus/v1/write"]
    case .prometheus: ["/api/v1/write"]
    case .thanos: ["/api/v1/receive"]
    case .victoriaMetrics: ["/api/v1/write", "/api/v1/push"]
    case .victoriaMetricsCluster: ["/prometheus/api/v1/write", "/prometheus/api/v1/push", "/prometheus"]
    case .coralogix, .google: []
    }
  }

  /// Hosted for many, and so with a rate above which it answers 429.
  var limitsRates: Bool {
    switch self {
    case .amazon, .azure, .coralogix, .google, .grafanaCloud, .newRelic: true
    case .cortex, .influx, .mimir, .prometheus, .thanos, .victoriaMetrics, .victoriaMetricsCluster: false
    }
  }

  /// Bytes of a body, compressed, that are still taken: what Amazon says of itself (1 MB), what Azure's answer says
  /// (1,048,576 bytes), what Coralogix's documentation says. nil where it is more than anybody sends, or not known.
  var bodyBytesMax: Int? {
    switch self {
    case .amazon: 1_000_000
    case .azure: 1_048_576
    case .coralogix: 2_411_724
    default: nil
    }
  }

  /// Series of a request that are still taken; nil where nobody counts them.
  var requestSeriesMax: Int? { self == .google ? 200 : nil }

  /// Why a message of remote write 2.0 does not arrive there, with the date of what is said; nil where it does, or
  /// where nothing is known.
  var refusalOfVersion2: String? {
    switch self {
    case .victoriaMetrics, .victoriaMetricsCluster:
      "VictoriaMetrics reads every body as 1.0 (its issue 10413 is open in 2026), so a 2.0 body reads as empty and is "
        + "answered 204"
    case .influx: "InfluxDB 1.x is older than remote write 2.0"
    default: nil
    }
  }

  /// The header that names a tenant, where samples of several are kept apart by it.
  var tenantHeader: String? {
    switch self {
    case .cortex, .mimir: "X-Scope-OrgID"
    default: nil
    }
  }
}
