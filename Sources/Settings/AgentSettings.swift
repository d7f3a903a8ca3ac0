public import MetricModel
public import Relabeling

/// All that a `prometheus.yml` says, defaults filled in, paths made absolute, every value checked.
public struct AgentSettings: Hashable, Sendable {
  public var externalLabels = LabelSet()
  public var scrapes: [ScrapeSettings] = []
  public var endpoints: [EndpointSettings] = []
  /// `scrape_config_files`: absolute, `*` in the last element only. Their jobs are in ``scrapes``.
  public var scrapeFilePatterns: [String] = []
  public init() {}
}

/// One entry of `scrape_configs`.
public struct ScrapeSettings: Hashable, Sendable {
  public var jobName: String
  public var interval: Duration = .seconds(60)
  public var timeout: Duration = .seconds(10)
  /// In order of preference.
  public var protocols: [ScrapeProtocol] = ScrapeProtocol.preferredByDefault
  public var fallbackProtocol: ScrapeProtocol?
  public var metricsPath = "/metrics"
  public var scheme = "http"
  /// In the order of the file.
  public var parameters: [QueryParameter] = []
  public var honorLabels = false
  public var honorTimestamps = true
  public var trackTimestampsStaleness = false
  public var enableCompression = true
  /// Adds `scrape_timeout_seconds`, `scrape_sample_limit` and `scrape_body_size_bytes` to the report series.
  public var extraScrapeMetrics = false
  public var histograms = HistogramIngestion()
  /// Which names a series may have.
  public var nameValidation = LabelNameScheme.utf8
  /// How targets are asked to write names.
  public var nameEscaping = NameEscaping.allowUTF8
  /// Absolute path of the file that failed scrapes are noted in, or nil.
  public var failureLogFile: String?
  public var limits = ScrapeLimits()
  public var http = HTTPClientSettings()
  public var relabelRules: [RelabelRule] = []
  public var metricRelabelRules: [RelabelRule] = []
  public var staticTargets: [TargetGroup] = []
  public var fileDiscoveries: [FileDiscoverySettings] = []
  public var httpDiscoveries: [HTTPDiscoverySettings] = []
  public var dnsDiscoveries: [DNSDiscoverySettings] = []

  public init(jobName: String) { self.jobName = jobName }
}

/// What becomes of histograms, classic and native.
public struct HistogramIngestion: Hashable, Sendable {
  /// Takes native histograms where a target exposes them; only protobuf can.
  public var scrapesNative = false
  /// Makes histograms with custom buckets of classic ones.
  public var convertsClassic = false
  /// Takes the series of classic histograms also where they become, or stand beside, native ones.
  public var keepsClassic = false
  /// The most buckets of a native histogram, 0 for no limit: its resolution is halved until they fit.
  public var bucketLimit = 0
  /// The least growth from one bucket to the next, 0 for any.
  public var minBucketFactor = 0.0
  public init() {}

  /// The finest schema whose buckets grow by ``minBucketFactor`` at least, within −4…8.
  public var schemaMax: Int32 {
    guard minBucketFactor > 1 else { return 8 }
    // Schema −4 grows by 2^16, and each further one by the square root of that.
    var (schema, growth) = (Int32(-4), 65_536.0)
    while schema < 8, growth.squareRoot() >= minBucketFactor {
      growth = growth.squareRoot()
      schema += 1
    }
    return schema
  }
}

/// One name of `params` with its values.
public struct QueryParameter: Hashable, Sendable {
  public var name: String
  public var values: [String]
  public init(name: String, values: [String]) {
    self.name = name
    self.values = values
  }
}

/// What one scrape may bring; 0 means no limit.
public struct ScrapeLimits: Hashable, Sendable {
  public var bodyBytes = 0
  public var samples = 0
  public var targets = 0
  public var labels = 0
  public var labelNameBytes = 0
  public var labelValueBytes = 0
  /// How many dropped targets are remembered for display.
  public var keepDroppedTargets = 0
  public init() {}
}

/// A form of exposition; the raw value is the word in the configuration file.
public enum ScrapeProtocol: String, Sendable, CaseIterable {
  case prometheusProto = "PrometheusProto"
  case prometheusText004 = "PrometheusText0.0.4"
  case prometheusText100 = "PrometheusText1.0.0"
  case openMetrics001 = "OpenMetricsText0.0.1"
  case openMetrics100 = "OpenMetricsText1.0.0"

  public static let preferredByDefault: [ScrapeProtocol] = [
    .openMetrics100, .openMetrics001, .prometheusText100, .prometheusText004,
  ]
  /// Only protobuf carries native histograms.
  public static let preferredForNativeHistograms: [ScrapeProtocol] = [.prometheusProto] + preferredByDefault
}

/// One entry of `remote_write`.
public struct EndpointSettings: Hashable, Sendable {
  /// What the endpoint is known by, in the log's ledger and in every metric.
  public var name: String
  public var url: String
  public var timeout: Duration = .seconds(30)
  /// Extra headers, names as written in the file.
  public var headers: [String: String] = [:]
  public var relabelRules: [RelabelRule] = []
  public var message: WriteMessage = .version1
  public var sendExemplars = false
  public var sendNativeHistograms = false
  public var http: HTTPClientSettings
  public var queue = QueueSettings()
  public var metadata = MetadataSettings()
  public var delivery = DeliverySettings()

  public init(name: String, url: String) {
    self.name = name
    self.url = url
    var http = HTTPClientSettings()
    http.enableHTTP2 = false
    self.http = http
  }
}

/// Which protobuf message is sent; the raw value is the word in the configuration file.
public enum WriteMessage: String, Sendable, CaseIterable {
  case version1 = "prometheus.WriteRequest"
  case version2 = "io.prometheus.write.v2.Request"
}

/// `queue_config`.
public struct QueueSettings: Hashable, Sendable {
  /// Samples a shard may hold beside the request in flight.
  public var capacity = 10_000
  public var maxShards = 50
  public var minShards = 1
  /// Prometheus's default is 2,000. Each request costs as much as a thousand samples beside them, and names its symbols
  /// anew; beyond 5,000 little is gained, and what a crash may send twice grows.
  public var maxSamplesPerSend = 5_000
  public var batchSendDeadline: Duration = .seconds(5)
  public var minBackoff: Duration = .milliseconds(30)
  public var maxBackoff: Duration = .seconds(5)
  /// `retry_on_http_429`. Not Prometheus's default: there a 429 throws samples away unless the file
  /// says otherwise, and throwing samples away should be what has to be said.
  public var retryOnRateLimit = true
  /// Samples older than this are not sent; zero means no limit.
  public var sampleAgeLimit: Duration = .zero
  public init() {}
}

/// `metadata_config`; concerns Remote Write 1.0 only, 2.0 carries metadata with each series.
public struct MetadataSettings: Hashable, Sendable {
  public var send = true
  public var sendInterval: Duration = .seconds(60)
  public var maxSamplesPerSend = 2_000
  public init() {}
}
