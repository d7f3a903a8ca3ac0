/// What can be wrong with a configuration file. The raw value is the stable id of the finding.
///
/// The comments below become the entries of docs/findings.md, as those of the review's rules do; their examples are
/// tests.
package enum ConfigurationFinding: String, CaseIterable {
  /// The text is not YAML
  ///
  /// Wrong indentation, a tab, a quotation mark that is missing. Nothing else can be said about the file before that is
  /// put right.
  ///
  /// Wrong:
  ///
  ///     remote_write:
  ///       - url: "https://metrics.example.net/api/v1/write
  ///
  /// Right:
  ///
  ///     remote_write:
  ///       - url: "https://metrics.example.net/api/v1/write"
  case syntax = "GW101"
  /// A key that its section does not have
  ///
  /// It is mistyped as a rule, or stands one level too high: the settings of the queue belong into `queue_config`, those
  /// of a token into `authorization`. Prometheus refuses the whole file for it.
  ///
  /// Wrong:
  ///
  ///     remote_write:
  ///       - url: https://metrics.example.net/api/v1/write
  ///         max_backoff: 5s
  ///
  /// Right:
  ///
  ///     remote_write:
  ///       - url: https://metrics.example.net/api/v1/write
  ///         queue_config:
  ///           max_backoff: 5s
  case unknownKey = "GW102"
  /// A key that stands twice in one mapping
  ///
  /// Only one of the two could be meant, and nothing says which.
  ///
  /// Wrong:
  ///
  ///     global:
  ///       scrape_interval: 15s
  ///       scrape_interval: 30s
  ///
  /// Right:
  ///
  ///     global:
  ///       scrape_interval: 30s
  case duplicateKey = "GW103"
  /// A value of the wrong kind
  ///
  /// A text where a list belongs, a number that is none, a mapping where one value is asked for.
  ///
  /// Wrong:
  ///
  ///     global:
  ///       external_labels: [eu]
  ///
  /// Right:
  ///
  ///     global:
  ///       external_labels:
  ///         cluster: eu
  case wrongKind = "GW104"
  /// A value out of bounds, or none of the known words
  ///
  /// The kind is right, the value is not: a duration without a unit, a protocol that does not exist.
  ///
  /// Wrong:
  ///
  ///     global:
  ///       scrape_interval: 15 seconds
  ///
  /// Right:
  ///
  ///     global:
  ///       scrape_interval: 15s
  case invalidValue = "GW105"
  /// Something that must be there is not
  ///
  /// An endpoint without a URL, a job without a name, an entry with nothing in it.
  ///
  /// Wrong:
  ///
  ///     scrape_configs:
  ///       - static_configs:
  ///           - targets: ["node.example.net:9100"]
  ///
  /// Right:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         static_configs:
  ///           - targets: ["node.example.net:9100"]
  case missing = "GW106"
  /// Two settings that exclude each other
  ///
  /// Two ways to prove who one is, a timeout longer than the interval.
  ///
  /// Wrong:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         scrape_interval: 15s
  ///         scrape_timeout: 20s
  ///         static_configs:
  ///           - targets: ["node.example.net:9100"]
  ///
  /// Right:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         scrape_interval: 15s
  ///         scrape_timeout: 10s
  ///         static_configs:
  ///           - targets: ["node.example.net:9100"]
  case conflict = "GW107"
  /// A section that agent mode does not have
  ///
  /// An agent collects and forwards. Rules, alerts and reading from elsewhere are for the server that stores the data.
  ///
  /// Wrong (--kind agent):
  ///
  ///     rule_files: ["rules/*.yml"]
  ///
  /// Right (--kind server):
  ///
  ///     rule_files: ["rules/*.yml"]
  case notInAgentMode = "GW108"
  /// A name that another entry of the list has already
  ///
  /// Jobs and endpoints are known by their names: in labels, in metrics, in the log.
  ///
  /// Wrong:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         static_configs:
  ///           - targets: ["a.example.net:9100"]
  ///       - job_name: node
  ///         static_configs:
  ///           - targets: ["b.example.net:9100"]
  ///
  /// Right:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         static_configs:
  ///           - targets: ["a.example.net:9100", "b.example.net:9100"]
  case duplicateName = "GW109"
  /// A relabelling rule that cannot work
  ///
  /// An expression that RE2 does not take, an action without the label it needs, a field that the action has no use for.
  ///
  /// Wrong:
  ///
  ///     - source_labels: [path]
  ///       regex: /users/(\d+
  ///       target_label: path
  ///       replacement: /users/:id
  ///
  /// Right:
  ///
  ///     - source_labels: [path]
  ///       regex: /users/(\d+)
  ///       target_label: path
  ///       replacement: /users/:id
  case relabelRule = "GW110"
  /// A file that the configuration names cannot be read
  ///
  /// What it says of scraping is missing, and so the whole configuration is refused.
  ///
  /// Wrong:
  ///
  ///     scrape_config_files: ["jobs/missing.yml"]
  ///
  /// Right:
  ///
  ///     scrape_config_files: ["jobs/*.yml"]
  case unreadableFile = "GW111"
  /// The document is larger or deeper than any configuration
  ///
  /// A few lines of aliases can stand for gigabytes. What goes beyond a million values, 128 levels or 16 MiB is not read.
  ///
  /// Wrong:
  ///
  ///     global:
  ///       external_labels:
  ///         a: &a [x, x, x, x, x, x, x, x, x, x]
  ///         b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
  ///         c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
  ///         d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
  ///         e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
  ///         f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
  ///
  /// Right:
  ///
  ///     global:
  ///       external_labels:
  ///         cluster: &cluster eu
  ///         site: *cluster
  case tooLarge = "GW112"
  /// A text whose indentation is lost
  ///
  /// This is how configurations come out of web pages: every line begins in the first columns. The lines are right as a
  /// rule, so `--fix` puts them where they belong.
  ///
  /// Wrong:
  ///
  ///     remote_write:
  ///      - url: https://metrics.example.net/api/v1/write
  ///      queue_config:
  ///      max_backoff: 5s
  ///
  /// Right:
  ///
  ///     remote_write:
  ///       - url: https://metrics.example.net/api/v1/write
  ///         queue_config:
  ///           max_backoff: 5s
  case flattened = "GW113"
  /// Valid for Prometheus, but not built into this agent
  ///
  /// Ignoring it would do something other than what it says, so the agent refuses to start. A check of the file passes.
  ///
  /// Wrong:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         sample_limit: 10000
  ///         consul_sd_configs:
  ///           - server: localhost:8500
  ///
  /// Right:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         file_sd_configs:
  ///           - files: ["targets/*.json"]
  case notBuilt = "GW120"
  /// Valid as a text, but bound to fail in every request
  ///
  /// Prometheus starts with it and fails for ever; this agent refuses to start. A check of the file passes.
  ///
  /// Wrong:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         scheme: ftp
  ///         static_configs:
  ///           - targets: ["node.example.net:9100"]
  ///
  /// Right:
  ///
  ///     scrape_configs:
  ///       - job_name: node
  ///         static_configs:
  ///           - targets: ["node.example.net:9100"]
  case cannotWork = "GW121"
  /// Valid for Prometheus, without meaning here, and harmless to ignore
  ///
  /// The agent starts and says so.
  ///
  /// Wrong:
  ///
  ///     storage:
  ///       tsdb:
  ///         out_of_order_time_window: 30m
  ///
  /// Right:
  ///
  ///     global:
  ///       scrape_interval: 30s
  case noEffect = "GW130"
  /// An address to which no request can succeed
  ///
  /// The agent starts, as Prometheus does, but every request fails and samples wait in the log.
  ///
  /// Wrong:
  ///
  ///     remote_write:
  ///       - url: metrics.example.net/api/v1/write
  ///
  /// Right:
  ///
  ///     remote_write:
  ///       - url: https://metrics.example.net/api/v1/write
  case willFail = "GW131"
}
