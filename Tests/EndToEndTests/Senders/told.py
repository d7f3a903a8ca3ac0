"""Says on standard output what was handed to a client, in the form that PythonSender.swift reads."""

import json


def tell(points):
    """Prints (labels, value, milliseconds) triples. Values are text, for JSON has no NaN and no infinity."""
    print(json.dumps([{"labels": labels, "value": repr(float(value)), "time": time} for labels, value, time in points]))
