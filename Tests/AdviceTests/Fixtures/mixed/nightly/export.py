from prometheus_client import CollectorRegistry, Gauge, push_to_gateway

registry = CollectorRegistry()
Gauge("export_rows", "Rows exported.", registry=registry).set(7)
push_to_gateway("gateway.example:9091", job="export", registry=registry)
