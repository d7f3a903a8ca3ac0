module example.com/tool

require github.com/prometheus/client_golang v1.23.2
