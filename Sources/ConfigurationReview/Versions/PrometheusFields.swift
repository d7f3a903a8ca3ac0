import Settings

/// Since which version of Prometheus a field can be written.
struct FieldSince: Sendable {
  var key: String
  var major: Int
  var minor: Int
  /// What older versions called it.
  var formerly: String?

  init(_ key: String, _ major: Int, _ minor: Int, formerly: String? = nil) {
    self.key = key
    self.major = major
    self.minor = minor
    self.formerly = formerly
  }

  var version: ProgramVersion { ProgramVersion(major, minor) }
}

/// The fields that came since Prometheus 2.26, by section.
///
/// Taken from the fields that the releases v2.20.0 to v3.14.0 declare: `config/config.go`, `storage/remote/azuread`,
/// `model/rulefmt` and `model/relabel` of Prometheus, and `config/http_config.go` of the version of
/// `prometheus/common` that each of them is built with.
enum PrometheusFields {
  static func since(_ key: String, in kind: SectionKind) -> FieldSince? {
    let found = table[kind]?.first { $0.key == key }
    return found ?? (kind == .job || kind == .endpoint ? ofClients.first { $0.key == key } : nil)
  }

  /// Words for `action`.
  static func since(action: String) -> FieldSince? { actions.first { $0.key == action.lowercased() } }

  private static let actions = [
    FieldSince("lowercase", 2, 36), FieldSince("uppercase", 2, 36), FieldSince("keepequal", 2, 41),
    FieldSince("dropequal", 2, 41),
  ]

  /// Of everything that makes requests.
  private static let ofClients = [
    FieldSince("oauth2", 2, 27), FieldSince("enable_http2", 2, 35), FieldSince("proxy_connect_header", 2, 41),
    FieldSince("no_proxy", 2, 43), FieldSince("proxy_from_environment", 2, 43), FieldSince("http_headers", 2, 53),
  ]

  private static let limits = [
    "body_size_limit", "sample_limit", "target_limit", "label_limit", "label_name_length_limit",
    "label_value_length_limit",
  ]

  private static let table: [SectionKind: [FieldSince]] = [
    .root: [
      FieldSince("storage", 2, 29), FieldSince("tracing", 2, 34), FieldSince("scrape_config_files", 2, 43),
      FieldSince("runtime", 2, 53), FieldSince("otlp", 2, 55),
    ],
    .global: limits.map { FieldSince($0, 2, 45) } + [
      FieldSince("keep_dropped_targets", 2, 47), FieldSince("scrape_protocols", 2, 49),
      FieldSince("rule_query_offset", 2, 53), FieldSince("scrape_failure_log_file", 2, 55),
      FieldSince("metric_name_validation_scheme", 2, 55), FieldSince("metric_name_escaping_scheme", 3, 4),
      FieldSince("convert_classic_histograms_to_nhcb", 3, 4), FieldSince("always_scrape_classic_histograms", 3, 5),
      FieldSince("scrape_native_histograms", 3, 8), FieldSince("extra_scrape_metrics", 3, 10),
    ],
    .job: [
      FieldSince("label_limit", 2, 27), FieldSince("label_name_length_limit", 2, 27),
      FieldSince("label_value_length_limit", 2, 27), FieldSince("body_size_limit", 2, 28),
      FieldSince("native_histogram_bucket_limit", 2, 45), FieldSince("keep_dropped_targets", 2, 47),
      FieldSince("track_timestamps_staleness", 2, 48), FieldSince("scrape_protocols", 2, 49),
      FieldSince("enable_compression", 2, 49), FieldSince("native_histogram_min_bucket_factor", 2, 50),
      FieldSince("scrape_failure_log_file", 2, 55), FieldSince("metric_name_validation_scheme", 2, 55),
      FieldSince("fallback_scrape_protocol", 3, 0), FieldSince("convert_classic_histograms_to_nhcb", 3, 0),
      FieldSince("always_scrape_classic_histograms", 3, 0, formerly: "scrape_classic_histograms, since 2.45"),
      FieldSince("metric_name_escaping_scheme", 3, 4), FieldSince("scrape_native_histograms", 3, 8),
      FieldSince("extra_scrape_metrics", 3, 10),
    ],
    .endpoint: [
      FieldSince("sigv4", 2, 26), FieldSince("send_exemplars", 2, 27), FieldSince("send_native_histograms", 2, 40),
      FieldSince("azuread", 2, 45), FieldSince("protobuf_message", 2, 54), FieldSince("google_iam", 2, 55),
      FieldSince("round_robin_dns", 3, 1),
    ],
    .queue: [FieldSince("retry_on_http_429", 2, 26), FieldSince("sample_age_limit", 2, 50)],
    .metadata: [FieldSince("max_samples_per_send", 2, 29)],
    .azure: [
      FieldSince("oauth", 2, 48), FieldSince("sdk", 2, 52), FieldSince("workload_identity", 3, 7),
      FieldSince("scope", 3, 9), FieldSince("certificate", 3, 13),
    ],
    .tls: [
      FieldSince("min_version", 2, 35), FieldSince("max_version", 2, 41), FieldSince("ca", 2, 45),
      FieldSince("cert", 2, 45), FieldSince("key", 2, 45),
    ],
    .oauth2: [
      FieldSince("tls_config", 2, 31), FieldSince("proxy_url", 2, 35), FieldSince("grant_type", 3, 8),
      FieldSince("client_certificate_key_file", 3, 8), FieldSince("audience", 3, 8), FieldSince("claims", 3, 8),
    ],
    .basicAuth: [FieldSince("username_file", 2, 49)],
    .storage: [FieldSince("tsdb", 2, 39)],
    .tsdb: [FieldSince("retention", 3, 8)],
    .retention: [FieldSince("percentage", 3, 11)],
    .group: [FieldSince("limit", 2, 31), FieldSince("query_offset", 2, 53), FieldSince("labels", 3, 0)],
    .rule: [FieldSince("keep_firing_for", 2, 42)],
  ]
}
