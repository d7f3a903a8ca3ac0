"""Sends one sample of each of some series with prometheus-remote-writer: URL NUMBER."""

import sys
import time

from prometheus_remote_writer import RemoteWriter
from told import tell

url, number = sys.argv[1], int(sys.argv[2])
now = int(time.time() * 1000)
values = {
    "number": number,
    "fraction": number / 3,
    "nan": float("nan"),
    "inf": float("inf"),
    "minus inf": float("-inf"),
    "minus zero": -0.0,
    "huge": 1.7976931348623157e308,
    "tiny": 5e-324,
    "héllo ☃ 𝛼": number,
    'a "quoted" \\ back\nnew line': -number,
}
# The order of the labels is the caller's: this client sends them as they are given unless it is asked to sort.
points = [({"__name__": "written", "v": name, "a": "1"}, value, now) for name, value in values.items()]
points.append(({"__name__": "written_alone"}, number * 1.5, now - 1))
items = [{"metric": labels, "values": [value], "timestamps": [at]} for labels, value, at in points]
with RemoteWriter(url=url, retries=0) as writer:
    result = writer.send(items)
assert result.series_sent == len(items), result
tell(points)
