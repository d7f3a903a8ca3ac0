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
    case .coralogix: ["/prometheus/v1"]
    case .cortex: ["/api/v1/push", "/api/prom/push"]
    case .grafanaCloud: ["/api/prom/push", "/api/v1/push"]
    case .influx: ["/api/v1/prom/write"]
    case .mimir: ["/api/v1/push"]
    case .newRelic: ["/prometheus/v1/write"]
    case .prometheus: ["/api/v1/write"]
    case .thanos: ["/api/v1/receive"]
    case .victoriaMetrics: ["/api/v1/write", "/api/v1/push"]
    case .victoriaMetricsCluster: ["/prometheus/api/v1/write", "/prometheus/api/v1/push", "/prometheus"]
    case .google: []
    }
  }

  /// Hosted for many, and so with a rate above which it answers 429. What Azure answers above its rate is not
  /// documented.
  var limitsRates: Bool {
    switch self {
    case .amazon, .coralogix, .google, .grafanaCloud, .newRelic: true
    case .azure, .cortex, .influx, .mimir, .prometheus, .thanos, .victoriaMetrics, .victoriaMetricsCluster: false
    }
  }

  /// Bytes of a body, compressed, that are still taken, by the documentation of the service. nil where it is more than
  /// anybody sends, or not documented.
  var bodyBytesMax: Int? {
    switch self {
    case .coralogix: 2_411_724
    case .newRelic: 1_000_000
    default: nil
    }
  }

  /// Series of a request that are still taken; nil where nobody counts them.
  var requestSeriesMax: Int? { self == .google ? 200 : nil }

  /// Why a message of remote write 2.0 does not arrive there, whatever the release, with the date of what is said; nil
  /// where it does, or where nothing is known.
  var refusalOfVersion2: String? {
    switch self {
    case .victoriaMetrics, .victoriaMetricsCluster:
      "VictoriaMetrics reads every body as 1.0 (its issue 10413 is open in 2026), so a 2.0 body reads as empty and is "
        + "answered 204"
    case .influx: "InfluxDB 1.x reads every body as 1.0"
    default: nil
    }
  }

  /// What releases that do not read remote write 2.0 make of it, and which those are not; nil where there are no such
  /// releases, or no others.
  var releasesWithoutVersion2: (behaviour: String, exception: String)? {
    switch self {
    case .cortex:
      (
        "up to 1.20 Cortex takes a 2.0 body and stores nothing, 1.21 answers 415, unless reading 2.0 was switched on",
        "unless it is 1.20 or newer and was told -distributor.remote-writev2-enabled"
      )
    case .mimir:
      ("before 2.16 Mimir answers 200 and stores nothing, 2.16 answers 415", "unless it is newer than 2.16")
    case .thanos:
      ("up to 0.42 Thanos Receive reads a 2.0 body as empty and answers 200", "unless it is newer than 0.42")
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
