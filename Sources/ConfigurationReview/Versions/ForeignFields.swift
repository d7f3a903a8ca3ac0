/// What of a prometheus.yml other programs do not take.
enum ForeignFields {
  /// What vmagent refuses unless it is told to ignore unknown fields; seen with 1.79.5 and in the source of 1.120.
  static let refusedByVMAgent: [SectionKind: Set<String>] = [
    .root: ["remote_write", "remote_read", "rule_files", "alerting", "storage", "tracing", "otlp", "runtime"],
    .global: [
      "evaluation_interval", "rule_query_offset", "query_log_file", "scrape_protocols", "sample_limit",
      "body_size_limit", "target_limit", "label_name_length_limit", "label_value_length_limit",
      "keep_dropped_targets", "scrape_failure_log_file", "metric_name_validation_scheme",
      "metric_name_escaping_scheme", "scrape_native_histograms", "convert_classic_histograms_to_nhcb",
      "always_scrape_classic_histograms", "extra_scrape_metrics",
    ],
    .job: [
      "body_size_limit", "target_limit", "label_name_length_limit", "label_value_length_limit", "scrape_protocols",
      "track_timestamps_staleness", "keep_dropped_targets", "native_histogram_bucket_limit",
      "native_histogram_min_bucket_factor", "fallback_scrape_protocol", "scrape_failure_log_file",
      "metric_name_validation_scheme", "metric_name_escaping_scheme", "scrape_native_histograms",
      "convert_classic_histograms_to_nhcb", "always_scrape_classic_histograms", "extra_scrape_metrics",
    ],
  ]

  /// What says the same to vmagent.
  static func insteadForVMAgent(_ key: String) -> String {
    switch key {
    case "remote_write": "give the endpoints by flags: -remoteWrite.url, -remoteWrite.urlRelabelConfig and others"
    case "rule_files", "alerting", "evaluation_interval", "rule_query_offset":
      "leave rules to vmalert, and remove it here"
    case "body_size_limit": "use max_scrape_size in the job, or -promscrape.maxScrapeSize"
    case "refresh_interval": "use the flags -promscrape.…SDCheckInterval"
    default: "remove it from the file that vmagent reads"
    }
  }

  /// What `alloy convert` reports as unsupported; from the validation in its source.
  static let notConvertedByAlloy: [SectionKind: Set<String>] = [
    .root: ["remote_read", "rule_files", "alerting", "storage", "tracing"],
    .global: ["evaluation_interval", "query_log_file"],
    .job: ["track_timestamps_staleness", "native_histogram_bucket_limit", "keep_dropped_targets"],
  ]
}
