import Testing

@testable import ConfigurationReview

@Suite("A backend is told by its URL")
struct BackendTests {
  @Test(
    "by host, path or port",
    arguments: [
      ("https://prometheus-prod-10-prod-us-central-0.grafana.net/api/prom/push", Backend.Kind.grafanaCloud),
      ("https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write", .amazon),
      ("https://dce.westeurope-1.metrics.ingest.monitor.azure.com/dataCollectionRules/d/api/v1/write", .azure),
      ("https://monitoring.googleapis.com/v1/projects/p/location/global/prometheus/api/v1/write", .google),
      ("https://metric-api.eu.newrelic.com/prometheus/v1/write", .newRelic),
      ("https://ingress.eu2.coralogix.com/prometheus/v1", .coralogix),
      ("http://mimir-distributor.mimir.svc:8080/api/v1/push", .mimir),
      ("http://cortex.example.net/api/v1/push", .cortex),
      ("http://10.0.0.1:19291/api/v1/receive", .thanos), ("http://thanos-receive:10908/write", .thanos),
      ("http://vminsert:8480/insert/0/prometheus/api/v1/write", .victoriaMetricsCluster),
      ("http://victoria-metrics.example.net/api/v1/write", .victoriaMetrics),
      ("http://vm:8428/api/v1/write", .victoriaMetrics),
      ("http://influx:8086/api/v1/prom/write?db=p", .influx), ("http://p:9090/api/v1/write", .prometheus),
    ])
  func told(url: String, kind: Backend.Kind) throws {
    let parts = try #require(EndpointURL(url))
    let backend = try #require(Backend(of: parts))
    #expect(backend.kind == kind)
    #expect(!backend.evidence.isEmpty && backend.confidence > 0 && backend.confidence <= 1)
  }

  @Test(
    "and by nothing where it says nothing",
    arguments: [
      "https://metrics.example.net/api/v1/write", "https://logs-prod-1.grafana.net/loki/api/v1/push",
      "https://mimiratory.example.net/write", "http://10.0.0.1:3000/",
    ])
  func unknown(url: String) throws {
    let parts = try #require(EndpointURL(url))
    #expect(Backend(of: parts) == nil)
  }

  @Test("A path is replaced, and nothing else of the URL")
  func replacement() {
    #expect(WritePath.replacing(in: "https://h:1/a/b?c=d#e", by: "/x") == "https://h:1/x?c=d#e")
    #expect(WritePath.replacing(in: "http://h", by: "/x") == "http://h/x")
  }

  @Test("A URL with a secret in it is not written again", arguments: ["https://u:p@h/a", "https://h/a?token=t"])
  func secret(url: String) { #expect(WritePath.replacing(in: url, by: "/x") == nil) }

  @Test(
    "What is filled in later is seen",
    arguments: [
      ("${TOKEN}", "${TOKEN}"), ("a$(B)c", "$(B)"), ("%{X}", "%{X}"), ("{{ .Values.x }}", "{{ .Values.x }}"),
      ("$TOKEN", "$TOKEN"), ("pa$$word", nil), ("$ecret", nil), ("$", nil), ("${open", nil), ("", nil),
    ] as [(String, String?)])
  func variable(text: String, variable: String?) { #expect(ValueShape.variable(in: text) == variable) }

  @Test("Values that change at every start are told from names that stay")
  func changingValues() {
    for value in [
      "0b7e1c1e-6f7f-4f0e-9f0a-2f9c6f2b8a11", "1767225600", "1767225600000", "2026-11-01T10:00:00Z",
      "api-7d9f8b6c5d-x2x7k",
    ] { #expect(ChangingValue.shape(of: value) != nil, "\(value)") }
    for value in [
      "eu-central-1", "prometheus-0", "edge-17", "0123456789", "2026-11-01", "my-cluster-green", "eu-west-1b",
    ] {
      #expect(ChangingValue.shape(of: value) == nil, "\(value)")
    }
  }

  @Test("Numbers are written with their thousands apart")
  func numbers() {
    #expect([0, 7, 999, 1_000, 1_234_567].map(\.spelled) == ["0", "7", "999", "1,000", "1,234,567"])
    #expect((-1_234.0).spelled == "-1,234" && Double.infinity.spelled == "inf")
  }
}
