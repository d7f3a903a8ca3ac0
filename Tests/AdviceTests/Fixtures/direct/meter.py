from opentelemetry.exporter.prometheus_remote_write import PrometheusRemoteWriteMetricsExporter
from opentelemetry.sdk.metrics import MeterProvider

exporter = PrometheusRemoteWriteMetricsExporter(
    endpoint="https://metrics.example/api/v1/push",
    basic_auth={"username": "ann", "password": "hunter2"},
)
