import Exposition
import MetricModel
import Relabeling
import Settings
import Telemetry
import Testing

@testable import Scraping

@Suite("Labels, rules and limits")
struct LabelTests {
  struct Clash: Sendable, CustomTestStringConvertible {
    var target: [String: String]
    var page: String
    var stored: [String: String]
    var honorLabels = false
    var testDescription: String { "\(page) on \(target), honor_labels \(honorLabels)" }
  }

  static let clashes = [
    Clash(target: ["job": "j"], page: "m{job=\"p\"}", stored: ["job": "j", "exported_job": "p"]),
    Clash(
      target: ["job": "j"], page: "m{job=\"p\",exported_job=\"q\"}",
      stored: ["job": "j", "exported_job": "q", "exported_exported_job": "p"]),
    Clash(
      target: ["job": "j", "exported_job": "k"], page: "m{job=\"p\"}",
      stored: ["job": "j", "exported_job": "k", "exported_exported_job": "p"]),
    // The shorter name moves first.
    Clash(
      target: ["job": "j", "exported_job": "k"], page: "m{job=\"p\",exported_job=\"q\"}",
      stored: [
        "job": "j", "exported_job": "k", "exported_exported_job": "p", "exported_exported_exported_job": "q",
      ]),
    Clash(target: ["job": "j"], page: "m{job=\"p\"}", stored: ["job": "p"], honorLabels: true),
    Clash(target: ["job": "j"], page: "m{a=\"p\"}", stored: ["job": "j", "a": "p"], honorLabels: true),
    Clash(target: ["job": "j"], page: "m{job=\"\"}", stored: ["job": "j"]),
    // A Pushgateway says in this way that a group has no such label.
    Clash(target: ["job": "j", "instance": "i"], page: "m{instance=\"\"}", stored: ["job": "j"], honorLabels: true),
    Clash(target: ["job": "j"], page: #"m{a="x\"",job=""}"#, stored: ["a": "x\""], honorLabels: true),
    Clash(target: ["job": "j"], page: #"m{a=",job=\"\""}"#, stored: ["a": ",job=\"\"", "job": "j"], honorLabels: true),
    Clash(target: ["job": "j"], page: "m{xjob = \"\" , a=\"\"}", stored: ["job": "j"], honorLabels: true),
    Clash(target: ["job": "j"], page: "m{ job = \"\" }", stored: [:], honorLabels: true),
  ]

  @Test("A label that target and page both have is stored as the job wants it", arguments: clashes)
  func clash(_ clash: Clash) throws {
    var bench = try ScrapeBench(labels: LabelSet(clash.target)) { $0.honorLabels = clash.honorLabels }
    bench.scrape(clash.page + " 1\n")
    #expect(bench.last.map(\.series) == [LabelSet(clash.stored.merging(["__name__": "m"]) { $1 }).description])
  }

  @Test("metric_relabel_configs drop and rename; what is dropped counts as scraped only")
  func relabelling() throws {
    var bench = try ScrapeBench {
      $0.metricRelabelRules = [
        RelabelRule(sourceLabels: ["__name__"], regex: "go_.*", action: "drop"),
        RelabelRule(sourceLabels: ["__name__"], targetLabel: "__name__", regex: "old_(.*)", replacement: "new_$1"),
      ]
    }
    for _ in 0..<2 {
      bench.scrape("go_a 1\ngo_b 2\nold_c 3\nd 4\n")
      #expect(bench.last.map(\.series) == [series("new_c"), series("d")])
      #expect(bench.report["scrape_samples_scraped"] == 4)
      #expect(bench.report["scrape_samples_post_metric_relabeling"] == 2)
    }
    #expect(bench.seriesCount == 7)
  }

  @Test("Two series that rules make one are one, and the second is a duplicate")
  func renamedToTheSame() throws {
    var bench = try ScrapeBench {
      $0.metricRelabelRules = [RelabelRule(targetLabel: "__name__", replacement: "m")]
    }
    for _ in 0..<2 {
      bench.scrape("# TYPE a gauge\na 1\n# TYPE b counter\nb 2\n")
      #expect(bench.last == [SeenSample(series("m"), bench.nowMs, 1)])
    }
    #expect(bench.metrics.value(of: "prometheus_target_scrapes_sample_duplicate_timestamp_total") == 2)
  }

  @Test("A rule that leaves a series without its name fails the scrape; one that leaves nothing drops the series")
  func withoutName() throws {
    var nameless = try ScrapeBench {
      $0.metricRelabelRules = [RelabelRule(regex: "__name__", action: "labeldrop")]
    }
    #expect(nameless.scrape("a 1\n")?.code == .labels)
    #expect(nameless.last.isEmpty && nameless.report["up"] == 0)
    var empty = try ScrapeBench { $0.metricRelabelRules = [RelabelRule(regex: ".*", action: "labeldrop")] }
    #expect(empty.scrape("a 1\n") == nil)
    #expect(empty.last.isEmpty && empty.report["up"] == 1)
  }

  @Test(
    "A label limit that one series breaks fails the scrape and names the limit",
    arguments: [("label_limit", 4), ("label_name_length_limit", 8), ("label_value_length_limit", 3)])
  func labelLimits(name: String, fits: Int) throws {
    func limits(_ value: Int) -> ScrapeLimits {
      var limits = ScrapeLimits()
      switch name {
      case "label_limit": limits.labels = value
      case "label_name_length_limit": limits.labelNameBytes = value
      default: limits.labelValueBytes = value
      }
      return limits
    }
    // Four labels with name, job and instance; the longest name is that of the metric, the longest value "abc".
    let page = "ok 1\nm{a=\"abc\"} 1\n"
    var bench = try ScrapeBench { $0.limits = limits(fits) }
    #expect(bench.scrape("ok 1\n") == nil && bench.scrape(page) == nil)
    var strict = try ScrapeBench { $0.limits = limits(fits - 1) }
    let failure = strict.scrape(page)
    #expect(failure?.code == .labelLimit && failure?.message.hasPrefix(name) == true)
    #expect(strict.last.isEmpty && strict.report["up"] == 0)
  }

  @Test("More samples than sample_limit after relabelling fail the scrape, which still says how many there were")
  func sampleLimit() throws {
    var bench = try ScrapeBench {
      $0.limits.samples = 2
      $0.extraScrapeMetrics = true
      $0.metricRelabelRules = [RelabelRule(sourceLabels: ["__name__"], regex: "x", action: "drop")]
    }
    #expect(bench.scrape("a 1\nb 2\nx 3\n") == nil)
    #expect(bench.scrape("a 1\nb 2\nc 3\nx 4\n")?.code == .sampleLimit)
    #expect(Set(bench.last) == [.stale(series("a"), bench.nowMs), .stale(series("b"), bench.nowMs)])
    #expect(bench.report["up"] == 0)
    #expect(bench.report["scrape_samples_scraped"] == 4)
    #expect(bench.report["scrape_samples_post_metric_relabeling"] == 3)
    #expect(bench.report["scrape_sample_limit"] == 2)
    #expect(bench.metrics.value(of: "prometheus_target_scrapes_exceeded_sample_limit_total") == 1)
    // What the failed page brought was not taken, so a later page brings it.
    bench.scrape("c 3 1000\n")
    #expect(bench.last == [SeenSample(series("c"), 1000, 3)])
  }

  @Test("A sample with its own timestamp on a page that failed is taken from the next good one")
  func ownTimestampAfterFailure() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1 1000\n")
    bench.scrape("a 2 2000\n{")
    bench.scrape("a 2 2000\n")
    #expect(bench.last == [SeenSample(series("a"), 2000, 2)])
    bench.scrape("a 2 2000\n")
    #expect(bench.last.isEmpty)
  }

  @Test("A label name given twice fails the scrape")
  func labelTwice() throws {
    var bench = try ScrapeBench()
    #expect(bench.scrape("a{b=\"1\",b=\"2\"} 1\n")?.code == .page)
  }

  @Test("Samples that stand twice, go back in time or lie far ahead are left out and counted")
  func leftOut() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\na 2\na{} 3\n")
    #expect(bench.last == [SeenSample(series("a"), bench.nowMs, 1)])
    let now = bench.nowMs + 15_000
    bench.scrape("b 1 2000\nb 2 1999\nb 3 2000\nc 1 \(now + 600_000)\nd 1 \(now + 600_001)\n")
    #expect(
      Set(bench.last.filter { !$0.isStale })
        == [SeenSample(series("b"), 2000, 1), SeenSample(series("c"), now + 600_000, 1)])
    func count(_ name: String) -> Double? { bench.metrics.value(of: "prometheus_target_scrapes_sample_" + name) }
    #expect(count("duplicate_timestamp_total") == 2)
    #expect(count("out_of_order_total") == 1)
    #expect(count("out_of_bounds_total") == 1)
    #expect(bench.report["scrape_samples_post_metric_relabeling"] == 5)
  }

  @Test("The report of each scrape says what it found")
  func report() throws {
    var bench = try ScrapeBench { $0.extraScrapeMetrics = true }
    bench.scrape("a 1\nb 2\n")
    #expect(
      bench.report == [
        "up": 1, "scrape_duration_seconds": 0.25, "scrape_samples_scraped": 2,
        "scrape_samples_post_metric_relabeling": 2, "scrape_series_added": 2, "scrape_timeout_seconds": 10,
        "scrape_sample_limit": 0, "scrape_body_size_bytes": 8,
      ])
    bench.scrape("b 2\nc 3\n")
    #expect(bench.report["scrape_series_added"] == 1)
    bench.scrapeFails(.bodyLimit)
    #expect(bench.report["scrape_body_size_bytes"] == -1)
    #expect(bench.metrics.value(of: "prometheus_target_scrapes_exceeded_body_size_limit_total") == 1)
    bench.scrapeFails()
    #expect(bench.report["scrape_body_size_bytes"] == 0)
    #expect(bench.report["scrape_samples_scraped"] == 0 && bench.report["up"] == 0)
    bench.scrape("{")
    #expect(bench.report["scrape_body_size_bytes"] == 0)
  }

  @Test("Without extra_scrape_metrics there are five report series, with the target's labels alone")
  func plainReport() throws {
    var bench = try ScrapeBench()
    bench.scrape("")
    let names = ["up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_series_added"]
    #expect(
      Set((bench.sink.batches.last ?? []).map(\.series))
        == Set((names + ["scrape_samples_post_metric_relabeling"]).map { series($0) }))
  }

  @Test("An exemplar goes with its sample once, at the sample's time when it has none")
  func exemplars() throws {
    let registry = SeriesRegistry()
    let settings = ScrapeSettings(jobName: "j")
    var reader = PageReader(
      labeler: SeriesLabeler(
        targetLabels: LabelSet(), honorLabels: false, limits: ScrapeLimits(), program: try RelabelProgram([])),
      settings: settings, registry: registry)
    func exemplars(_ page: String, _ timeMs: Int64, isTaken: Bool = true) throws -> [Int64?] {
      var (batch, summary) = (SampleBatch(), PageSummary())
      try reader.read(Array((page + "# EOF\n").utf8), as: .text(.openMetrics), at: timeMs, into: &batch, &summary)
      if isTaken { reader.batchWasTaken() } else { reader.batchWasRefused() }
      return batch.exemplars.map(\.exemplar.timestampMs)
    }
    #expect(try exemplars("a_total 1 # {t=\"x\"} 1\n", 10) == [10])
    #expect(try exemplars("a_total 2 # {t=\"x\"} 1\n", 20) == [])
    #expect(try exemplars("a_total 2 # {t=\"y\"} 1 0.025\n", 30, isTaken: false) == [25])
    #expect(try exemplars("a_total 2 # {t=\"y\"} 1 0.025\n", 40) == [25])
    #expect(try exemplars("a_total 2\n", 50) == [])
    reader.release()
    #expect(registry.withTable { $0.count } == 0)
  }
}
