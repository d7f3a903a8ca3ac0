#!/bin/sh
echo "build_seconds $SECONDS" | curl --data-binary @- "$PUSHGATEWAY_URL/metrics/job/build/branch/main"
