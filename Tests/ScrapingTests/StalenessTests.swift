import MetricModel
import Relabeling
import Settings
import Telemetry
import Testing

@testable import Scraping

@Suite("Stale markers")
struct StalenessTests {
  @Test("A series that vanishes ends at the time of the scrape that misses it, once")
  func vanished() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\nb 2\n")
    bench.scrape("a 3\n")
    #expect(Set(bench.last) == [SeenSample(series("a"), bench.nowMs, 3), .stale(series("b"), bench.nowMs)])
    bench.scrape("a 4\n")
    #expect(bench.last == [SeenSample(series("a"), bench.nowMs, 4)])
    bench.scrape("a 4\nb 5\n")
    #expect(bench.last.count == 2 && !bench.last.contains(where: \.isStale))
  }

  @Test("A failed scrape ends what the last good page had, once, however long it goes on")
  func failure() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\nb 2\n")
    bench.scrapeFails()
    #expect(Set(bench.last) == [.stale(series("a"), bench.nowMs), .stale(series("b"), bench.nowMs)])
    #expect(bench.report["up"] == 0)
    for _ in 0..<3 {
      bench.scrapeFails()
      #expect(bench.last.isEmpty)
    }
    bench.scrape("a 5\n")
    #expect(bench.last == [SeenSample(series("a"), bench.nowMs, 5)])
    #expect(bench.report["up"] == 1)
  }

  @Test(
    "A page that fails half-way ends what the last good page had, and nothing that only it had",
    arguments: [["a 7\nc 8\n{"], ["a 7\nc 8\n{", "c 1\n{"], ["a 7 1000\n{", "b 3 1000\n{"]])
  func brokenPages(pages: [String]) throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\nb 2\n")
    for (number, page) in pages.enumerated() {
      #expect(bench.scrape(page)?.code == .page)
      let ended = Set([SeenSample.stale(series("a"), bench.nowMs), .stale(series("b"), bench.nowMs)])
      #expect(Set(bench.last) == (number == 0 ? ended : []))
    }
    bench.scrape("b 3\n")
    #expect(bench.last == [SeenSample(series("b"), bench.nowMs, 3)])
    bench.scrape("")
    #expect(bench.last == [.stale(series("b"), bench.nowMs)])
    #expect(bench.seriesCount == 5)
  }

  @Test("A target that is gone ends all its series and its report, after its last sample")
  func gone() throws {
    var bench = try ScrapeBench { $0.extraScrapeMetrics = true }
    bench.scrape("a 1\n")
    bench.work.end(at: bench.nowMs - 1)
    let names = [
      "a", "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
      "scrape_series_added", "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes",
    ]
    #expect(Set(bench.sink.batches.last ?? []) == Set(names.map { .stale(series($0), bench.nowMs + 1) }))
  }

  @Test("Only with track_timestamps_staleness do series with timestamps of their own end", arguments: [false, true])
  func ownTimestamps(isTracked: Bool) throws {
    var bench = try ScrapeBench { $0.trackTimestampsStaleness = isTracked }
    bench.scrape("a 1 1000\n")
    #expect(bench.last == [SeenSample(series("a"), 1000, 1)])
    bench.scrape("")
    #expect(bench.last == (isTracked ? [.stale(series("a"), bench.nowMs)] : []))
    bench.scrape("a 2 1500\n")
    bench.scrapeFails()
    #expect(bench.last == (isTracked ? [.stale(series("a"), bench.nowMs)] : []))
  }

  @Test("Without honor_timestamps every series has the scrape's time and ends")
  func timestampsNotHonoured() throws {
    var bench = try ScrapeBench { $0.honorTimestamps = false }
    bench.scrape("a 1 1000\n")
    #expect(bench.last == [SeenSample(series("a"), bench.nowMs, 1)])
    bench.scrape("")
    #expect(bench.last == [.stale(series("a"), bench.nowMs)])
  }

  @Test("A series that changes its spelling goes on")
  func respelled() throws {
    var bench = try ScrapeBench()
    bench.scrape("m{a=\"1\",b=\"2\"} 1\n")
    bench.scrape("m{b=\"2\", a=\"1\"} 2\n")
    #expect(bench.last.map(\.value) == [2])
    bench.scrape("m{a=\"1\",b=\"2\",} 3\n")
    #expect(bench.last.map(\.value) == [3])
    #expect(bench.seriesCount == 6)
  }

  @Test("A series goes on under another number when its family's metadata and its spelling change at once")
  func respelledWithOtherMetadata() throws {
    var bench = try ScrapeBench()
    bench.scrape("# TYPE m gauge\nm{a=\"1\"} 1\n")
    bench.scrape("# TYPE m counter\nm {a=\"1\"} 2\nm{a=\"1\"} 3\n")
    #expect(bench.last.map(\.value) == [2])
    #expect(bench.metrics.value(of: "prometheus_target_scrapes_sample_duplicate_timestamp_total") == 1)
    bench.scrape("# TYPE m counter\nm{ a=\"1\"} 4\n")
    #expect(bench.last.map(\.value) == [4])
    #expect(bench.work.metadata(of: "m")?.type == .counter)
    #expect(bench.seriesCount == 6)
  }

  @Test("A type that stands below its series, or comes with a later page, reaches them")
  func lateType() throws {
    var bench = try ScrapeBench()
    bench.scrape("m_count 1\n# TYPE m summary\nn 1\n")
    bench.scrape("m_count 1\nn 1\n# TYPE n gauge\n")
    for (name, type) in [("m_count", MetricMetadata.MetricType.summary), ("n", .gauge)] {
      let labels = LabelSet(["__name__": name, "job": "j", "instance": "i"])
      // Registering it with that type meets it, so the table does not grow.
      let isKnown = bench.registry.withTable { table in
        let count = table.count
        let id = table.register(labels, MetricMetadata(type: type))
        defer { table.release(id) }
        return table.count == count
      }
      #expect(isKnown, "\(name) is no \(type.word)")
    }
    #expect(bench.seriesCount == 7)
  }
}

extension TargetScraper.Work {
  /// What the target's pages say about the family `name`, if that changed since the last call.
  mutating func metadata(of name: String) -> MetricMetadata? {
    takeChangedFamilies()?.first { $0.name == name }?.metadata
  }
}
