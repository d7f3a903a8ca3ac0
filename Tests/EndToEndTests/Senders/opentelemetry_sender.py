"""Sends what instruments of OpenTelemetry's SDK have counted with its exporter for remote write: URL NUMBER."""

import sys

from opentelemetry.exporter.prometheus_remote_write import PrometheusRemoteWriteMetricsExporter
from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader, MetricExportResult
from opentelemetry.sdk.resources import Resource
from told import tell

url, number = sys.argv[1], int(sys.argv[2])
reader = InMemoryMetricReader()
resource = Resource({"service.name": "sender"})
meter = MeterProvider([reader], resource=resource).get_meter("sender")
requests = meter.create_counter("requests")
requests.add(number, {"code": "200"})
requests.add(number * 1.5, {"code": "500", "http.route": "/a"})
meter.create_up_down_counter("waiting").add(-number)
meter.create_observable_gauge("temperature", [lambda options: [Observation(20 + number / 3, {"room": "é"})]], "celsius")
took = meter.create_histogram("took", "s", explicit_bucket_boundaries_advisory=[0.5, 1.0])
for seconds in (0.25, 0.75, 0.75, number):
    took.record(seconds)


def points(name, point):
    """The series that the exporter makes of a point; it counts each bucket for itself and names it like the sum."""
    labels = {"__name__": name, "service_name": "sender"}
    labels |= {key.replace(".", "_"): value for key, value in point.attributes.items()}
    time = point.time_unix_nano // 1_000_000
    if not isinstance(point, HistogramDataPoint):
        return [(labels, point.value, time)]
    bounds = [str(bound) for bound in point.explicit_bounds] + ["+Inf"]
    return [
        *((labels | {"le": bound}, count, time) for bound, count in zip(bounds, point.bucket_counts)),
        (labels | {"__name__": name + "_sum"}, point.sum, time),
        (labels | {"__name__": name + "_count"}, point.count, time),
    ]


data = reader.get_metrics_data()
exporter = PrometheusRemoteWriteMetricsExporter(endpoint=url)
assert exporter.export(data) is MetricExportResult.SUCCESS
metrics = [metric for of in data.resource_metrics for scope in of.scope_metrics for metric in scope.metrics]
told = []
for metric in metrics:
    name = f"{metric.name}_{metric.unit}" if metric.unit else metric.name
    for point in metric.data.data_points:
        told += points(name, point)
tell(told)
