from flask import Flask
from prometheus_client import CollectorRegistry, push_to_gateway

app = Flask(__name__)
registry = CollectorRegistry()


@app.get("/")
def index() -> str:
    push_to_gateway("gateway:9091", job="api", registry=registry)
    return "ok"
