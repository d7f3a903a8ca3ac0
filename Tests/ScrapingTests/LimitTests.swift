import Foundation
import GodwitTesting
import MetricModel
import Relabeling
import Settings
import Testing

@testable import Scraping

@Suite("Limits and names, each with its effect and its count")
struct LimitTests {
  @Test(
    "A label limit fails the whole scrape and is counted",
    arguments: [
      ("a{b=\"1\",c=\"2\"} 1\n", 4), ("a{bbbbbbbbbb=\"1\"} 1\n", 5), ("a{b=\"ccccccccccc\"} 1\n", 5),
    ])
  func labels(page: String, limit: Int) throws {
    var bench = try ScrapeBench {
      $0.limits.labels = 4
      $0.limits.labelNameBytes = 9
      $0.limits.labelValueBytes = 10
    }
    #expect(bench.scrape("a{b=\"1\"} 1\n") == nil)
    #expect(bench.scrape(page + "z 1\n")?.code == .labelLimit)
    #expect(bench.report["up"] == 0 && bench.last.map(\.isStale) == [true])
    #expect(bench.counter("prometheus_target_scrape_pool_exceeded_label_limits_total") == 1)
  }

  @Test("A body over its limit is −1 byte, one that never came is 0")
  func bodySize() throws {
    var bench = try ScrapeBench {
      $0.extraScrapeMetrics = true
      $0.limits.samples = 7
    }
    bench.scrape("a 1\n")
    #expect(
      bench.report["scrape_body_size_bytes"] == 4 && bench.report["scrape_sample_limit"] == 7
        && bench.report["scrape_timeout_seconds"] == 10)
    bench.scrapeFails(.bodyLimit)
    #expect(bench.report["scrape_body_size_bytes"] == -1)
    #expect(bench.counter("prometheus_target_scrapes_exceeded_body_size_limit_total") == 1)
    bench.scrapeFails(.unreachable)
    #expect(bench.report["scrape_body_size_bytes"] == 0)
  }

  @Test("A sample limit counts histograms too")
  func samples() throws {
    var bench = try ScrapeBench {
      $0.histograms.scrapesNative = true
      $0.limits.samples = 1
    }
    #expect(bench.scrape(HistogramIngestionTests.page(.native)) == nil)
    bench = try ScrapeBench {
      $0.histograms.scrapesNative = true
      $0.histograms.keepsClassic = true
      $0.limits.samples = 5
    }
    #expect(bench.scrape(HistogramIngestionTests.page(.both))?.code == .sampleLimit)
    #expect(bench.counter("prometheus_target_scrapes_exceeded_sample_limit_total") == 1)
  }

  @Test(
    "Under the legacy scheme a name in UTF-8 fails the scrape",
    arguments: [
      "{\"a.b\"} 1\n", "a{\"b.c\"=\"1\"} 1\n", "{\"a\",\"b:c\"=\"1\"} 1\n",
    ])
  func legacyNames(page: String) throws {
    var bench = try ScrapeBench { $0.nameValidation = .legacy }
    #expect(bench.scrape("a:b{c_1=\"é\"} 1\n") == nil)
    #expect(bench.scrape(page)?.code == .labels)
    var lenient = try ScrapeBench()
    #expect(lenient.scrape(page) == nil)
  }

  @Test("Names are asked for in the job's scheme", arguments: NameEscaping.allCases)
  func escaping(scheme: NameEscaping) {
    var settings = ScrapeSettings(jobName: "j")
    settings.nameEscaping = scheme
    settings.protocols = ScrapeProtocol.preferredForNativeHistograms
    let accept = ScrapeRequest(url: "http://a/", settings: settings, timeout: .seconds(1)).headers.first?.value ?? ""
    #expect(
      accept.hasPrefix(
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"))
    #expect(accept.components(separatedBy: ";escaping=\(scheme.rawValue);q=").count == 3)
  }

  @Test("A page without a usable type is read as the fallback says, protobuf too")
  func fallback() throws {
    var bench = try ScrapeBench { $0.fallbackProtocol = .prometheusProto }
    let body = HistogramIngestionTests.page(.classic).bytes
    let failure = bench.work.take(
      .success(FetchedPage(body: body, contentType: "nonsense")), at: bench.nowMs + 1, durationSeconds: 0)
    #expect(failure == nil && bench.last.count == 5)
  }
}

@Suite("The file of failed scrapes")
struct ScrapeFailureLogTests {
  @Test("Each failure is one line of JSON with the reference's fields, appended")
  func lines() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "godwit-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("before\n".utf8).write(to: URL(filePath: path))
    let log = ScrapeFailureLog(path: path)
    for number in 0..<200 {
      log.note("broken \"\(number)\"\n", job: "j", target: "http://h/m", atMs: 1_700_000_000_123)
    }
    await log.flush()
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 201 && lines.first == "before")
    let fields = try #require(
      JSONSerialization.jsonObject(with: Data(lines[200].utf8)) as? [String: String])
    #expect(
      fields == [
        "time": "2023-11-14T22:13:20.123Z", "level": "ERROR", "msg": "broken \"199\"\n", "job_name": "j",
        "target": "http://h/m",
      ])
  }

  @Test("A file that cannot be written is complained about, and nobody waits")
  func unwritable() async {
    let complaints = AsyncStream<String>.makeStream()
    let log = ScrapeFailureLog(path: "/nowhere/at/all") { complaints.continuation.yield($0) }
    log.note("x", job: "j", target: "t", atMs: 0)
    await log.flush()
    var iterator = complaints.stream.makeAsyncIterator()
    #expect(await iterator.next()?.contains("/nowhere/at/all cannot be opened") == true)
  }
}
