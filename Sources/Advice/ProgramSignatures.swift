/// What calls, imports and dependencies say, language by language.
///
/// A dependency weighs less than code that calls: it may be there for something else, or for nothing.
enum ProgramSignatures {
  private static let library = "uses a client library of Prometheus"
  private static let isLibrary = "is a client library of Prometheus"
  private static let page = "serves a page of metrics"
  private static let pushes = "pushes to a Pushgateway"
  private static let otel = "measures with OpenTelemetry"
  private static let otlp = "exports metrics by OTLP"
  private static let sends = "makes remote write requests itself"
  private static let serves = "keeps running and serves requests"
  private static let function = "runs for a request, as a function"

  private static func depends(_ text: String, _ kind: Evidence.Kind, _ says: String, _ weight: Double = 0.6)
    -> Signature
  { Signature(text, kind, weight, "depends on a package that " + says) }

  static let go: [Signature] = [
    Signature("github.com/prometheus/client_golang", .clientLibrary, 1, library),
    Signature("promhttp.Handler", .metricsEndpoint, 1, page),
    Signature("promhttp.HandlerFor", .metricsEndpoint, 1, page),
    Signature("github.com/prometheus/client_golang/prometheus/push", .pushgatewayClient, 0.9, pushes),
    Signature("push.New", .pushgatewayClient, 1, pushes),
    Signature("go.opentelemetry.io/otel/sdk/metric", .otelMetrics, 1, otel),
    Signature("go.opentelemetry.io/otel/exporters/otlp/otlpmetric", .otlpExporter, 1, otlp),
    Signature("go.opentelemetry.io/otel/exporters/prometheus", .metricsEndpoint, 0.8, page),
    Signature("github.com/prometheus/prometheus/prompb", .remoteWriteSender, 0.7, sends),
    Signature("github.com/prometheus/prometheus/storage/remote", .remoteWriteSender, 0.8, sends),
    Signature("github.com/castai/promwrite", .remoteWriteSender, 1, sends),
    Signature("http.ListenAndServe", .service, 1, serves),
    Signature("github.com/aws/aws-lambda-go/lambda", .serverless, 1, function),
  ]

  static let goModule: [Signature] = [
    depends("github.com/prometheus/client_golang", .clientLibrary, isLibrary),
    depends("go.opentelemetry.io/otel/sdk/metric", .otelMetrics, otel),
    depends("go.opentelemetry.io/otel/exporters/otlp/otlpmetric", .otlpExporter, otlp, 0.8),
    depends("github.com/castai/promwrite", .remoteWriteSender, sends, 0.8),
    depends("github.com/aws/aws-lambda-go", .serverless, function),
  ]

  static let python: [Signature] = [
    Signature("prometheus_client", .clientLibrary, 1, library),
    Signature("start_http_server", .metricsEndpoint, 1, page), Signature("make_wsgi_app", .metricsEndpoint, 1, page),
    Signature("make_asgi_app", .metricsEndpoint, 1, page),
    Signature("PrometheusMetrics", .metricsEndpoint, 0.9, page),
    Signature("Instrumentator", .metricsEndpoint, 0.8, page),
    Signature("push_to_gateway", .pushgatewayClient, 1, pushes),
    Signature("pushadd_to_gateway", .pushgatewayClient, 1, pushes),
    Signature("opentelemetry.sdk.metrics", .otelMetrics, 1, otel),
    Signature("PeriodicExportingMetricReader", .otelMetrics, 1, otel),
    Signature("OTLPMetricExporter", .otlpExporter, 1, otlp),
    Signature("PrometheusMetricReader", .metricsEndpoint, 0.8, page),
    Signature("PrometheusRemoteWriteMetricsExporter", .remoteWriteSender, 1, sends),
    Signature("prometheus_remote_writer", .remoteWriteSender, 1, sends),
    Signature("FastAPI", .service, 0.9, serves), Signature("Flask", .service, 0.9, serves),
    Signature("uvicorn", .service, 0.9, serves), Signature("lambda_handler", .serverless, 1, function),
  ]

  static let pythonDependencies: [Signature] = [
    depends("prometheus_client", .clientLibrary, isLibrary), depends("prometheus-client", .clientLibrary, isLibrary),
    depends("prometheus-fastapi-instrumentator", .metricsEndpoint, page),
    depends("prometheus-flask-exporter", .metricsEndpoint, page),
    depends("django-prometheus", .metricsEndpoint, page),
    depends("opentelemetry-sdk", .otelMetrics, otel, 0.3),
    depends("opentelemetry-exporter-otlp", .otlpExporter, otlp, 0.4),
    depends("opentelemetry-exporter-prometheus-remote-write", .remoteWriteSender, sends, 0.8),
    depends("prometheus-remote-writer", .remoteWriteSender, sends, 0.8),
  ]

  static let javaScript: [Signature] = [
    Signature("prom-client", .clientLibrary, 1, library),
    Signature("collectDefaultMetrics", .clientLibrary, 1, library),
    Signature("register.metrics", .metricsEndpoint, 1, page),
    Signature("express-prom-bundle", .metricsEndpoint, 1, page),
    Signature("Pushgateway", .pushgatewayClient, 0.9, pushes),
    Signature("@opentelemetry/sdk-metrics", .otelMetrics, 1, otel),
    Signature("PeriodicExportingMetricReader", .otelMetrics, 1, otel),
    Signature("OTLPMetricExporter", .otlpExporter, 1, otlp),
    Signature("@opentelemetry/exporter-prometheus", .metricsEndpoint, 0.8, page),
    Signature("prometheus-remote-write", .remoteWriteSender, 1, sends), Signature("app.listen", .service, 1, serves),
    Signature("exports.handler", .serverless, 0.8, function),
  ]

  static let packageJSON: [Signature] = [
    depends("prom-client", .clientLibrary, isLibrary), depends("express-prom-bundle", .metricsEndpoint, page),
    depends("@opentelemetry/sdk-metrics", .otelMetrics, otel),
    depends("@opentelemetry/exporter-metrics-otlp", .otlpExporter, otlp, 0.8),
    depends("prometheus-remote-write", .remoteWriteSender, sends, 0.8), depends("express", .service, serves, 0.4),
    depends("fastify", .service, serves, 0.4),
  ]

  static let jvm: [Signature] = [
    Signature("io.prometheus.client", .clientLibrary, 1, library),
    Signature("io.prometheus.metrics.core", .clientLibrary, 1, library),
    Signature("io.prometheus.client.exporter.HTTPServer", .metricsEndpoint, 1, page),
    Signature("io.prometheus.metrics.exporter.httpserver", .metricsEndpoint, 1, page),
    Signature("PrometheusMeterRegistry", .metricsEndpoint, 0.8, page),
    Signature("io.prometheus.client.exporter.PushGateway", .pushgatewayClient, 1, pushes),
    Signature("io.prometheus.metrics.exporter.pushgateway", .pushgatewayClient, 1, pushes),
    Signature("io.opentelemetry.sdk.metrics", .otelMetrics, 1, otel),
    Signature("OtlpGrpcMetricExporter", .otlpExporter, 1, otlp),
    Signature("OtlpHttpMetricExporter", .otlpExporter, 1, otlp), Signature("OtlpMeterRegistry", .otlpExporter, 1, otlp),
    Signature("SpringBootApplication", .service, 0.9, serves),
    Signature("com.amazonaws.services.lambda", .serverless, 1, function),
  ]

  /// Maven, Gradle.
  static let jvmDependencies: [Signature] = [
    depends("simpleclient_pushgateway", .pushgatewayClient, pushes),
    depends("prometheus-metrics-exporter-pushgateway", .pushgatewayClient, pushes),
    depends("simpleclient", .clientLibrary, isLibrary), depends("prometheus-metrics-core", .clientLibrary, isLibrary),
    depends("simpleclient_httpserver", .metricsEndpoint, page),
    depends("prometheus-metrics-exporter-httpserver", .metricsEndpoint, page),
    depends("micrometer-registry-prometheus", .metricsEndpoint, page, 0.8),
    depends("micrometer-registry-otlp", .otlpExporter, otlp, 0.8),
    depends("opentelemetry-sdk-metrics", .otelMetrics, otel),
    depends("opentelemetry-exporter-otlp", .otlpExporter, otlp, 0.4),
    depends("spring-boot-starter-web", .service, serves),
  ]

  static let swift: [Signature] = [
    Signature("import Prometheus", .clientLibrary, 1, library),
    Signature("PrometheusCollectorRegistry", .clientLibrary, 1, library),
    Signature("import OTel", .otelMetrics, 0.6, otel),
    Signature("OTLPMetricExporter", .otlpExporter, 1, otlp),
    Signature("import RemoteWrite", .remoteWriteSender, 1, sends),
    Signature("import Hummingbird", .service, 0.9, serves), Signature("import Vapor", .service, 0.9, serves),
    Signature("import AWSLambdaRuntime", .serverless, 1, function),
  ]

  static let swiftPackage: [Signature] = [
    depends("swift-prometheus", .clientLibrary, isLibrary), depends("swift-otel", .otelMetrics, otel, 0.4),
    depends("swift-aws-lambda-runtime", .serverless, function), depends("hummingbird", .service, serves),
    depends("vapor", .service, serves),
  ]

  static let rust: [Signature] = [
    Signature("use prometheus", .clientLibrary, 1, library),
    Signature("prometheus_client", .clientLibrary, 1, library),
    Signature("TextEncoder::new", .metricsEndpoint, 0.9, page),
    Signature("PrometheusBuilder", .metricsEndpoint, 0.8, page),
    Signature("push_metrics", .pushgatewayClient, 0.8, pushes),
    Signature("opentelemetry_sdk::metrics", .otelMetrics, 1, otel),
    Signature("SdkMeterProvider", .otelMetrics, 1, otel),
    Signature("opentelemetry_otlp::MetricExporter", .otlpExporter, 1, otlp),
    Signature("prometheus_remote_write", .remoteWriteSender, 1, sends), Signature("axum::serve", .service, 1, serves),
    Signature("lambda_runtime", .serverless, 1, function),
  ]

  static let cargo: [Signature] = [
    depends("prometheus", .clientLibrary, isLibrary, 0.5), depends("prometheus-client", .clientLibrary, isLibrary),
    depends("metrics-exporter-prometheus", .metricsEndpoint, page),
    depends("opentelemetry-otlp", .otlpExporter, otlp, 0.4),
    depends("prometheus-remote-write", .remoteWriteSender, sends, 0.8),
    depends("lambda_runtime", .serverless, function),
  ]
}
