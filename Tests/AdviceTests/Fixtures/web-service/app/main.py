from fastapi import FastAPI
from prometheus_client import Counter, make_asgi_app

orders = Counter("orders_total", "Orders taken.", ["outcome"])
app = FastAPI()
app.mount("/metrics", make_asgi_app())


@app.post("/orders")
def take() -> dict[str, str]:
    orders.labels(outcome="taken").inc()
    return {"state": "taken"}
