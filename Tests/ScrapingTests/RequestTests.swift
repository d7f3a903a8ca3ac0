import Settings
import Testing

@testable import Scraping

@Suite("What a scrape asks for and what it makes of the answer")
struct RequestTests {
  @Test("The Accept header is Prometheus's, to the byte")
  func accept() {
    #expect(
      ScrapeRequest.accept(ScrapeProtocol.preferredByDefault)
        == "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
    #expect(
      ScrapeRequest.accept([.prometheusProto] + ScrapeProtocol.preferredByDefault)
        == "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
        + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
        + "application/openmetrics-text;version=0.0.1;q=0.4,"
        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1")
    #expect(ScrapeRequest.accept([.prometheusText004]) == "text/plain;version=0.0.4;q=0.6,*/*;q=0.5")
  }

  @Test("The request says how long it waits and whether it understands gzip", arguments: [true, false])
  func headers(compresses: Bool) {
    var settings = ScrapeSettings(jobName: "j")
    settings.enableCompression = compresses
    let headers = ScrapeRequest(url: "http://10.0.0.1:9100/", settings: settings, timeout: .milliseconds(2_500)).headers
    #expect(headers.map(\.name) == ["Accept", "Accept-Encoding", "X-Prometheus-Scrape-Timeout-Seconds"])
    #expect(headers.map(\.value).dropFirst() == [compresses ? "gzip" : "identity", "2.5"])
  }

  @Test(
    "A target on the same machine is not asked to compress",
    arguments: [
      ("http://127.0.0.1:9100/metrics", true), ("https://127.1.2.3/", true), ("http://localhost:80/", true),
      ("http://localhost", true), ("http://localhost?a=1", true), ("http://[::1]:9100/", true),
      ("http://localhosts:80/", false), ("http://10.0.0.1/127.0.0.1:80/", false), ("http://a.localhost/", false),
      ("localhost", false),
    ])
  func localTargets(url: String, isLocal: Bool) {
    let headers = ScrapeRequest(url: url, settings: ScrapeSettings(jobName: "j"), timeout: .seconds(1)).headers
    #expect(headers[1].value == (isLocal ? "identity" : "gzip"))
  }

  @Test("The content type decides how a page is read")
  func contentTypes() throws {
    // Without "# EOF" this is no OpenMetrics.
    var bench = try ScrapeBench()
    #expect(bench.scrape("a 1\n", type: "text/plain; version=0.0.4; charset=utf-8") == nil)
    #expect(bench.scrape("a 1\n", type: "application/openmetrics-text; version=1.0.0")?.code == .page)
    #expect(bench.scrape("a 1\n# EOF\n", type: "application/openmetrics-text; version=1.0.0") == nil)
  }

  @Test(
    "An answer of no known type fails unless fallback_scrape_protocol names one",
    arguments: [nil, "", "text/html", "application/json; charset=utf-8"])
  func fallback(type: String?) throws {
    var strict = try ScrapeBench()
    let failure = strict.scrape("a 1\n", type: type)
    #expect(failure?.code == .answer && failure?.message.contains("fallback_scrape_protocol") == true)
    for form in [ScrapeProtocol.prometheusText004, .prometheusText100] {
      var lenient = try ScrapeBench { $0.fallbackProtocol = form }
      #expect(lenient.scrape("a 1\n", type: type) == nil)
      #expect(lenient.last.count == 1)
    }
    var openMetrics = try ScrapeBench { $0.fallbackProtocol = .openMetrics100 }
    #expect(openMetrics.scrape("a 1\n", type: type)?.code == .page)
    #expect(openMetrics.scrape("a 1\n# EOF\n", type: type) == nil)
    // A type that is known counts more than the fallback.
    #expect(openMetrics.scrape("a 1\n", type: "text/plain") == nil)
  }
}
