import MetricModel
import Settings
import Telemetry
import Testing

@testable import Scraping

@Suite("A log that does not take the batch")
struct SinkTests {
  @Test("The scrape counts as failed, its samples as not taken, and the next one works")
  func refused() throws {
    var bench = try ScrapeBench()
    bench.sink.setFull(true)
    let failure = bench.scrape("a 1\nb 2\n")
    #expect(failure?.code == .log && failure?.message.contains("no space left on device") == true)
    #expect(bench.notTaken(because: .diskFull) == 7 && bench.notTaken(because: .full) == 0)
    bench.sink.setFull(false)
    #expect(bench.scrape("a 1\nb 2\n") == nil)
    #expect(bench.last.map(\.value) == [1, 2])
    #expect(bench.report["scrape_series_added"] == 2)
    #expect(
      bench.metrics.value(of: "prometheus_agent_samples_appended_total", labels: [("type", "float")]) == 7)
  }

  @Test("While the clock is behind the last scrape nothing is taken, and it goes on when the clock has caught up")
  func clockWentBack() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\n")
    bench.turnClock(byMs: -40_000)
    let failure = bench.scrape("a 2\n")
    #expect(failure?.code == .clock && failure?.message.contains("25000 ms") == true)
    #expect(bench.sink.batches.count == 1)
    bench.turnClock(byMs: 20_000)
    #expect(bench.scrape("a 3\n") == nil)
    #expect(bench.last == [SeenSample(series("a"), bench.nowMs, 3)])
  }

  @Test("A stale marker that was not taken comes with the next batch that is")
  func markerIsOwed() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\nb 2\n")
    bench.sink.setFull(true)
    bench.scrape("a 1\n")
    bench.scrape("a 1\n")
    bench.sink.setFull(false)
    bench.scrape("a 1\n")
    #expect(Set(bench.last) == [SeenSample(series("a"), bench.nowMs, 1), .stale(series("b"), bench.nowMs)])
    #expect(bench.seriesCount == 6)
    bench.scrape("a 1\n")
    #expect(bench.last.count == 1)
  }

  @Test("A series that comes back before its marker was taken needs none")
  func cameBack() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\nb 2\n")
    bench.sink.setFull(true)
    bench.scrape("a 1\n")
    bench.sink.setFull(false)
    bench.scrape("a 1\nb 3\n")
    #expect(bench.last.map(\.value) == [1, 3])
  }

  @Test("The markers of a failed scrape are owed until they are taken")
  func failureMarkers() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\n")
    bench.sink.setFull(true)
    bench.scrapeFails()
    bench.sink.setFull(false)
    bench.scrapeFails()
    #expect(bench.last == [.stale(series("a"), bench.nowMs)])
    bench.scrapeFails()
    #expect(bench.last.isEmpty)
  }

  @Test("A series that only refused pages had ends without a marker")
  func neverTaken() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\n")
    bench.sink.setFull(true)
    bench.scrape("a 1\nb 2\n")
    bench.sink.setFull(false)
    bench.scrape("a 1\n")
    #expect(bench.last == [SeenSample(series("a"), bench.nowMs, 1)])
    #expect(bench.seriesCount == 6)
  }

  @Test("A sample with its own timestamp that was not taken is taken from the next page")
  func ownTimestamp() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1 1000\n")
    bench.sink.setFull(true)
    bench.scrape("a 2 2000\n")
    bench.sink.setFull(false)
    bench.scrape("a 2 2000\n")
    #expect(bench.last == [SeenSample(series("a"), 2000, 2)])
  }

  @Test("The end of a target gives its series back though the log does not take it")
  func refusedEnd() throws {
    var bench = try ScrapeBench()
    bench.scrape("a 1\n")
    bench.sink.setFull(true)
    bench.end()
    #expect(bench.seriesCount == 0)
    #expect(bench.notTaken(because: .diskFull) == 6)
  }

  @Test("Churn does not grow the registry, be pages good, broken, over a limit or refused", arguments: 0..<4)
  func churn(kind: Int) throws {
    var bench = try ScrapeBench { $0.limits.samples = kind == 2 ? 20 : 0 }
    bench.scrape("m{n=\"first\"} 1\n")
    bench.sink.setFull(kind == 3)
    for round in 0..<50 {
      let lines = (0..<30).map { "m{n=\"\(round)-\($0)\"} 1\n" }.joined()
      bench.scrape(lines + (kind == 1 ? "{" : ""))
      #expect(bench.seriesCount <= 5 + 1 + 30, "round \(round)")
    }
    bench.sink.setFull(false)
    bench.scrape("a 1\n")
    #expect(bench.seriesCount == 6)
    bench.end()
    #expect(bench.seriesCount == 0)
  }
}
