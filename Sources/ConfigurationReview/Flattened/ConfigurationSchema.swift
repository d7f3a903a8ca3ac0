/// Which keys stand below which in a prometheus.yml: enough to tell where a line belongs that has lost its indentation.
struct ConfigurationSchema {
  enum Shape { case scalar, mapping, list }

  /// The sections that can be below others, by their keys.
  struct Section {
    var shape: Shape
    /// Below it, or below an element of it.
    var keys: Set<String>
    /// Any other key is one too: labels and headers have the names that people give them.
    var takesAnyKey = false
  }

  static let root: Set<String> = [
    "global", "scrape_configs", "scrape_config_files", "rule_files", "alerting", "remote_write", "remote_read",
    "storage", "tracing", "runtime", "otlp",
  ]

  static func section(_ key: String) -> Section? { sections[key] }

  /// The top, and everything below it.
  static let everySection: [Section] = [Section(shape: .mapping, keys: root)] + sections.values

  private static let client: Set<String> = [
    "basic_auth", "authorization", "oauth2", "tls_config", "proxy_url", "no_proxy", "proxy_from_environment",
    "proxy_connect_header", "follow_redirects", "enable_http2", "http_headers",
  ]
  private static let rule: Set<String> = [
    "source_labels", "separator", "target_label", "regex", "modulus", "replacement", "action",
  ]
  private static let labels = Section(shape: .mapping, keys: [], takesAnyKey: true)

  private static let sections: [String: Section] = [
    "global": Section(
      shape: .mapping,
      keys: [
        "scrape_interval", "scrape_timeout", "evaluation_interval", "external_labels", "query_log_file",
        "scrape_protocols", "body_size_limit", "sample_limit", "label_limit", "target_limit", "rule_query_offset",
        "metric_name_validation_scheme", "metric_name_escaping_scheme", "label_name_length_limit",
        "label_value_length_limit", "keep_dropped_targets", "always_scrape_classic_histograms",
        "convert_classic_histograms_to_nhcb", "scrape_native_histograms",
      ]),
    "external_labels": labels,
    "remote_write": Section(
      shape: .list,
      keys: client.union([
        "url", "name", "remote_timeout", "headers", "write_relabel_configs", "queue_config", "metadata_config",
        "send_exemplars", "send_native_histograms", "sigv4", "azuread", "google_iam", "protobuf_message",
        "round_robin_dns",
      ])),
    "remote_read": Section(
      shape: .list,
      keys: client.union([
        "url", "name", "remote_timeout", "headers", "required_matchers", "read_recent", "filter_external_labels",
      ])),
    "queue_config": Section(
      shape: .mapping,
      keys: [
        "capacity", "max_shards", "min_shards", "max_samples_per_send", "batch_send_deadline", "min_backoff",
        "max_backoff", "retry_on_http_429", "sample_age_limit",
      ]),
    "metadata_config": Section(shape: .mapping, keys: ["send", "send_interval", "max_samples_per_send"]),
    "basic_auth": Section(shape: .mapping, keys: ["username", "username_file", "password", "password_file"]),
    "authorization": Section(shape: .mapping, keys: ["type", "credentials", "credentials_file"]),
    "tls_config": Section(
      shape: .mapping,
      keys: [
        "ca_file", "ca", "cert_file", "cert", "key_file", "key", "server_name", "insecure_skip_verify", "min_version",
        "max_version",
      ]),
    "oauth2": Section(
      shape: .mapping,
      keys: [
        "client_id", "client_secret", "client_secret_file", "scopes", "token_url", "endpoint_params", "tls_config",
        "proxy_url",
      ]),
    "scopes": Section(shape: .list, keys: []),
    "endpoint_params": labels,
    "sigv4": Section(shape: .mapping, keys: ["region", "access_key", "secret_key", "profile", "role_arn"]),
    "azuread": Section(shape: .mapping, keys: ["cloud", "managed_identity", "oauth", "sdk"]),
    "managed_identity": Section(shape: .mapping, keys: ["client_id"]),
    "oauth": Section(shape: .mapping, keys: ["client_id", "client_secret", "tenant_id"]),
    "sdk": Section(shape: .mapping, keys: ["tenant_id"]),
    "headers": labels,
    "write_relabel_configs": Section(shape: .list, keys: rule),
    "relabel_configs": Section(shape: .list, keys: rule),
    "metric_relabel_configs": Section(shape: .list, keys: rule),
    "alert_relabel_configs": Section(shape: .list, keys: rule),
    "source_labels": Section(shape: .list, keys: []),
    "rule_files": Section(shape: .list, keys: []),
    "scrape_config_files": Section(shape: .list, keys: []),
    "scrape_configs": Section(
      shape: .list,
      keys: client.union([
        "job_name", "scrape_interval", "scrape_timeout", "metrics_path", "scheme", "params", "honor_labels",
        "honor_timestamps", "static_configs", "file_sd_configs", "kubernetes_sd_configs", "dns_sd_configs",
        "http_sd_configs", "consul_sd_configs", "ec2_sd_configs", "relabel_configs", "metric_relabel_configs",
        "sample_limit", "label_limit", "body_size_limit", "target_limit", "scrape_protocols",
        "track_timestamps_staleness", "enable_compression", "scrape_classic_histograms", "keep_dropped_targets",
      ])),
    "params": Section(shape: .mapping, keys: ["match[]"], takesAnyKey: true),
    "match[]": Section(shape: .list, keys: []),
    "static_configs": Section(shape: .list, keys: ["targets", "labels"]),
    "targets": Section(shape: .list, keys: []),
    "labels": labels,
    "file_sd_configs": Section(shape: .list, keys: ["files", "refresh_interval"]),
    "files": Section(shape: .list, keys: []),
    "http_sd_configs": Section(shape: .list, keys: client.union(["url", "refresh_interval"])),
    "dns_sd_configs": Section(shape: .list, keys: ["names", "type", "port", "refresh_interval"]),
    "names": Section(shape: .list, keys: []),
    "kubernetes_sd_configs": Section(
      shape: .list, keys: client.union(["role", "api_server", "kubeconfig_file", "namespaces", "selectors"])),
    "namespaces": Section(shape: .mapping, keys: ["own_namespace", "names"]),
    "alerting": Section(shape: .mapping, keys: ["alert_relabel_configs", "alertmanagers"]),
    "alertmanagers": Section(
      shape: .list, keys: client.union(["static_configs", "scheme", "path_prefix", "timeout", "api_version"])),
    "storage": Section(shape: .mapping, keys: ["tsdb", "exemplars"]),
    "tsdb": Section(shape: .mapping, keys: ["out_of_order_time_window", "retention"]),
    "exemplars": Section(shape: .mapping, keys: ["max_exemplars"]),
  ]
}
