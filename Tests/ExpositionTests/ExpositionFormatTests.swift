import Exposition
import Testing

@Suite("Content types")
struct ExpositionFormatTests {
  @Test(
    "Prometheus text is recognised",
    arguments: [
      "text/plain", "text/plain; version=0.0.4; charset=utf-8", "TEXT/Plain;VERSION=1.0.0;escaping=allow-utf-8",
      " text/plain ; charset=\"utf;-\\\"8\" ;", "text/plain;version=0.0.4;version=0.0.4",
    ])
  func prometheusText(contentType: String) {
    #expect(ExpositionFormat(contentType: contentType) == .prometheusText)
  }

  @Test(
    "OpenMetrics is recognised",
    arguments: [
      "application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8",
      "Application/OpenMetrics-Text;version=0.0.1",
    ])
  func openMetrics(contentType: String) {
    #expect(ExpositionFormat(contentType: contentType) == .openMetrics)
  }

  @Test(
    "Anything else is not",
    arguments: [
      "", " ", ";", "text", "text/", "/plain", "text/plain/x", "text/html", "application/json", "text plain",
      "text/plain; charset", "text/plain; charset=", "text/plain; =utf-8", "text/plain; charset=\"utf-8",
      "text/plain; version=1; version=2", "text/plain charset=utf-8", "text/plain, text/html", "text/plain; a=\"\\",
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
    ])
  func other(contentType: String) {
    #expect(ExpositionFormat(contentType: contentType) == nil)
  }
}
