/// Something in a folder that speaks for or against a way to export metrics.
///
/// Nothing in it is quoted from a file: ``seen`` is a word of this module's own lists or a number, so that no secret can
/// be in it. Only ``path`` comes from outside.
public struct Evidence: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A Prometheus server: its configuration, its image, its custom resource.
    case server = "prometheus-server"
    /// Rules or Alertmanagers, which only a server evaluates or tells.
    case rules
    /// `remote_write` in the configuration of what may be a server.
    case remoteWrite = "remote-write"
    /// `remoteWrite` in the Operator's `Prometheus` resource, or in the values of a chart that makes one.
    case operatorRemoteWrite = "operator-remote-write"
    /// A ServiceMonitor, a PodMonitor or an annotation by which a server in the cluster finds its targets.
    case discovered = "discovered-in-cluster"
    /// An agent that is there: Prometheus in agent mode, Alloy, Grafana Agent, vmagent, godwit, PrometheusAgent.
    case agent = "agent-in-place"
    /// Twenty hosts or more in an inventory or a list of targets.
    case manyHosts = "many-hosts"
    /// An exporter that is installed on hosts themselves.
    case hostExporter = "host-exporter"
    /// Hosts that can be reached from outside only through something.
    case outboundOnly = "outbound-only"
    /// A job that scrapes `/federate`.
    case federateJob = "federate-job"
    /// …and selects aggregates.
    case federateSelective = "federate-aggregates"
    /// …and selects everything.
    case federateEverything = "federate-everything"
    /// A client that pushes to a Pushgateway.
    case pushgatewayClient = "pushgateway-client"
    /// A Pushgateway that is run or scraped.
    case pushgatewayService = "pushgateway-service"
    /// Work that starts, does its job and ends.
    case batchJob = "batch-job"
    /// A function that runs for a request and cannot be scraped.
    case serverless
    /// A client library of Prometheus.
    case clientLibrary = "client-library"
    /// A page of metrics that can be scraped.
    case metricsEndpoint = "metrics-endpoint"
    /// The metrics part of an OpenTelemetry SDK.
    case otelMetrics = "otel-metrics-sdk"
    /// An OTLP exporter for metrics, or its endpoint.
    case otlpExporter = "otlp-exporter"
    /// Something that takes OTLP: a collector, Prometheus with its receiver.
    case otlpReceiver = "otlp-receiver"
    /// A collector that sends what it has by remote write.
    case collectorRemoteWrite = "collector-remote-write"
    /// A program that makes and posts remote write requests itself.
    case remoteWriteSender = "remote-write-sender"
    /// A program that keeps running: it serves requests, or it is deployed as a service.
    case service
    /// `honor_labels` is missing where the labels of a Pushgateway or of another server have to be kept.
    case labelsNotHonoured = "labels-not-honoured"
  }

  public var kind: Kind
  /// Relative to the folder, with slashes.
  public var path: String
  /// From 1.
  public var line: Int
  /// How sure it is that the place means it, 0…1: code that calls is 1, a dependency less, a test or example little.
  public var weight: Double
  /// What it says, in words.
  public var says: String
  /// What was recognised there.
  public var seen: String

  public init(kind: Kind, path: String, line: Int, weight: Double, says: String, seen: String) {
    self.kind = kind
    self.path = path
    self.line = line
    self.weight = weight
    self.says = says
    self.seen = seen
  }

  /// `path:line`
  public var place: String { "\(path):\(line)" }
}
