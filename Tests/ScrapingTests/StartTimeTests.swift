import MetricModel
import Settings
import Testing

@testable import Scraping

@Suite("Since when the series of OpenMetrics count")
struct StartTimeTests {
  private let type = "application/openmetrics-text; version=1.0.0"

  private func page(_ created: [String], more: String = "") -> String {
    """
    # TYPE a counter
    a_total{l="x"} 1
    a_created{l="x"} \(created[0])
    a_total{l="y"} 1
    a_created{l="y"} \(created[1])
    # TYPE s summary
    s{quantile="0.5"} 1
    s_count 1
    s_sum 1
    s_created \(created[2])
    # TYPE g gauge
    g 1
    \(more)# EOF

    """
  }

  private func expected(_ starts: [Int64]) -> [String: Int64] {
    [
      series("a_total", "l=\"x\""): starts[0], series("a_total", "l=\"y\""): starts[1],
      series("s", "quantile=\"0.5\""): starts[2], series("s_count"): starts[2], series("s_sum"): starts[2],
    ]
  }

  @Test("The line behind the samples tells, from the first page on, also when it changes, and stays a series")
  func created() throws {
    var bench = try ScrapeBench()
    for (created, starts) in [
      (["1.5", "2", "3e3"], [1_500, 2_000, 3_000_000]), (["1.5", "2", "3e3"], [1_500, 2_000, 3_000_000]),
      (["1.5", "9", "10"], [1_500, 9_000, 10_000]), (["1.5", "9", "10"], [1_500, 9_000, 10_000]),
    ] as [([String], [Int64])] {
      #expect(bench.scrape(page(created), type: type) == nil)
      #expect(bench.lastStarts == expected(starts))
      #expect(bench.last.filter { $0.series.contains("_created") }.count == 3)
      #expect(bench.last.count == 9)
    }
  }

  @Test("A target that begins to tell is understood from its second page on")
  func upgrade() throws {
    var bench = try ScrapeBench()
    let without = page(["1", "2", "3"]).split(separator: "\n").filter { !$0.contains("_created") }
    bench.scrape(without.joined(separator: "\n") + "\n", type: type)
    #expect(bench.lastStarts.isEmpty)
    bench.scrape(page(["1", "2", "3"]), type: type)
    bench.scrape(page(["1", "2", "3"]), type: type)
    #expect(bench.lastStarts == expected([1_000, 2_000, 3_000]))
    bench.scrape(without.joined(separator: "\n") + "\n", type: type)
    bench.scrape(without.joined(separator: "\n") + "\n", type: type)
    #expect(bench.lastStarts.isEmpty, "what is no longer told is no longer known")
  }

  @Test("A start that no metric has, one without number and one in Prometheus text mean nothing")
  func meaningless() throws {
    var bench = try ScrapeBench()
    for _ in 0..<3 {
      bench.scrape("# TYPE a counter\na_created 5\n# TYPE b counter\nb_total 1\nb_created NaN\n# EOF\n", type: type)
      #expect(bench.lastStarts.isEmpty && bench.last.count == 3)
    }
    bench.scrape("# TYPE a counter\na_total 1\na_created 5\n")
    #expect(bench.lastStarts.isEmpty)
  }

  @Test("A metric that joins its family brings its own start")
  func joins() throws {
    var bench = try ScrapeBench()
    bench.scrape(page(["1", "2", "3"]), type: type)
    bench.scrape(page(["1", "2", "3"], more: "# TYPE n counter\nn_total 1\nn_created 7\n"), type: type)
    #expect(bench.lastStarts[series("n_total")] == 7_000 && bench.lastStarts.count == 6)
    bench.end()
    #expect(bench.seriesCount == 0)
  }
}
