/// What images, flags and variables say, wherever they stand: in manifests, compose files, units, scripts.
enum OperationSignatures {
  private static let sendsOTLP = "tells an SDK where to send OTLP"

  static let all: [Signature] = [
    Signature("prom/prometheus", .server, 0.8, "runs a Prometheus server"),
    Signature("quay.io/prometheus/prometheus", .server, 0.8, "runs a Prometheus server"),
    Signature("/usr/bin/prometheus", .server, 0.8, "runs a Prometheus server"),
    Signature("/usr/local/bin/prometheus", .server, 0.8, "runs a Prometheus server"),
    Signature("prom/pushgateway", .pushgatewayService, 1, "runs a Pushgateway"),
    Signature("quay.io/prometheus/pushgateway", .pushgatewayService, 1, "runs a Pushgateway"),
    Signature("/usr/bin/prometheus-pushgateway", .pushgatewayService, 1, "runs a Pushgateway"),
    Signature("--enable-feature=agent", .agent, 1, "runs Prometheus in agent mode"),
    Signature("prometheus --agent", .agent, 1, "runs Prometheus in agent mode"),
    Signature("--storage.agent.path", .agent, 1, "runs Prometheus in agent mode, or godwit"),
    Signature("godwit agent", .agent, 1, "runs godwit"),
    Signature("victoriametrics/vmagent", .agent, 1, "runs vmagent"),
    Signature("-remoteWrite.url", .agent, 1, "runs vmagent"),
    Signature("grafana/alloy", .agent, 0.9, "runs Alloy"),
    Signature("grafana/agent", .agent, 0.9, "runs Grafana Agent"),
    Signature("--web.enable-otlp-receiver", .otlpReceiver, 1, "has Prometheus take OTLP"),
    Signature("otel/opentelemetry-collector", .otlpReceiver, 0.6, "runs an OpenTelemetry collector"),
    Signature("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", .otlpExporter, 1, sendsOTLP),
    Signature("OTEL_EXPORTER_OTLP_ENDPOINT", .otlpExporter, 0.6, sendsOTLP),
    Signature("OTEL_METRICS_EXPORTER=otlp", .otlpExporter, 1, sendsOTLP),
    Signature("PUSHGATEWAY_URL", .pushgatewayClient, 0.9, "tells a program where its Pushgateway is"),
    Signature("PUSHGATEWAY_ADDRESS", .pushgatewayClient, 0.9, "tells a program where its Pushgateway is"),
    Signature("node_exporter", .hostExporter, 0.7, "has an exporter on a host"),
    Signature("node-exporter", .hostExporter, 0.7, "has an exporter on a host"),
    Signature("windows_exporter", .hostExporter, 0.7, "has an exporter on a host"),
    Signature("autossh", .outboundOnly, 0.9, "reaches a host through a tunnel that the host opens"),
    Signature("PersistentKeepalive", .outboundOnly, 0.7, "keeps a tunnel open from behind a translated address"),
  ]

  /// Scripts and jobs of continuous integration may push with one command.
  static let scripts: [Signature] =
    all + [
      Signature("/metrics/job", .pushgatewayClient, 1, "pushes to a Pushgateway"),
      Signature("push_to_gateway", .pushgatewayClient, 1, "pushes to a Pushgateway"),
    ]

  static let alloy: [Signature] = [
    Signature("prometheus.remote_write", .agent, 1, "is a configuration of Alloy that sends by remote write"),
    Signature("otelcol.receiver.otlp", .otlpReceiver, 1, "takes OTLP"),
    Signature("prometheus.exporter.unix", .hostExporter, 0.9, "measures the host it runs on"),
  ]

  static let unit: [Signature] =
    all + [
      Signature("Type=oneshot", .batchJob, 0.7, "starts a program that does its work and ends"),
      Signature("Restart=always", .service, 0.9, "keeps a program running"),
      Signature("Restart=on-failure", .service, 0.7, "keeps a program running"),
    ]

  static let timer: [Signature] = [
    Signature("OnCalendar", .batchJob, 1, "starts a job by the clock"),
    Signature("OnUnitActiveSec", .batchJob, 1, "starts a job by the clock"),
    Signature("OnUnitInactiveSec", .batchJob, 1, "starts a job by the clock"),
  ]

  /// For YAML that does not parse, templates mostly: what a line can say alone.
  static let templates: [Signature] = [
    Signature("kind: CronJob", .batchJob, 1, "starts a job by the clock"),
    Signature("kind: ServiceMonitor", .discovered, 0.9, "tells a server in the cluster what to scrape"),
    Signature("kind: PodMonitor", .discovered, 0.9, "tells a server in the cluster what to scrape"),
    Signature("kind: PrometheusRule", .rules, 0.9, "has rules that a server evaluates"),
    Signature("kind: PrometheusAgent", .agent, 1, "is an agent of the Operator"),
    Signature("kind: Deployment", .service, 0.8, "is deployed as a service"),
    Signature("remoteWrite:", .operatorRemoteWrite, 0.8, "has the Operator's server send by remote write"),
  ]
}
