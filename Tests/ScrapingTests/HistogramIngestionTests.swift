import GodwitTesting
import MetricModel
import Settings
import Telemetry
import Testing

@testable import Scraping

@Suite("What becomes of histograms")
struct HistogramIngestionTests {
  enum Exposed: Sendable { case classic, native, both }

  static func page(_ exposed: Exposed, value: UInt64 = 3, type: Int = 4) -> ProtobufPage {
    var page = ProtobufPage()
    page.family("h", type: type, help: "a histogram") {
      $0.message(4) {
        $0.label("l", "x")
        $0.message(7) {
          $0.integer(1, value)
          $0.double(2, 1.5)
          if exposed != .native {
            $0.bucket(0.5, 1)
            $0.bucket(1, value)
          }
          if exposed != .classic {
            $0.signed(5, 2)
            $0.span(12, offset: 1, length: 2)
            $0.packed(13, [1, Int64(value) - 2])
          }
          $0.timestamp(15, ms: 7_000)
          $0.exemplar(16, trace: "t", value: 0.7, ms: 9_000)
        }
      }
    }
    return page
  }

  static let cases: [(Exposed, native: Bool, converts: Bool, keeps: Bool, schema: Int32?, buckets: Int)] = [
    (.classic, false, false, false, nil, 3), (.classic, false, true, false, -53, 0),
    (.classic, false, true, true, -53, 3), (.classic, false, false, true, nil, 3),
    (.classic, true, false, false, nil, 3), (.classic, true, true, false, -53, 0),
    (.classic, true, true, true, -53, 3),
    (.native, false, false, false, nil, 1), (.native, true, false, false, 2, 0), (.native, true, true, true, 2, 0),
    (.both, false, false, false, nil, 3), (.both, false, true, false, -53, 0), (.both, false, true, true, -53, 3),
    (.both, true, false, false, 2, 0), (.both, true, false, true, 2, 3), (.both, true, true, false, 2, 0),
    (.both, true, true, true, 2, 3),
  ]

  @Test("The three switches decide as in the reference's table", arguments: cases.indices)
  func matrix(index: Int) throws {
    let example = Self.cases[index]
    var bench = try ScrapeBench {
      $0.histograms.scrapesNative = example.native
      $0.histograms.convertsClassic = example.converts
      $0.histograms.keepsClassic = example.keeps
    }
    for value in [UInt64(3), 4] {
      #expect(bench.scrape(Self.page(example.0, value: value)) == nil)
      #expect(bench.lastHistograms.map(\.histogram.schema) == (example.schema.map { [$0] } ?? []), "\(example)")
      #expect(bench.lastHistograms.allSatisfy { $0.series == series("h", "l=\"x\"") })
      #expect(bench.lastHistograms.allSatisfy { HistogramFlaw(in: $0.histogram) == nil })
      #expect(bench.lastHistograms.allSatisfy { $0.histogram.startTimestampMs == 7_000 })
      let buckets = bench.last.filter { $0.series.hasPrefix("h_bucket") }
      #expect(buckets.count == example.buckets, "\(example)")
      #expect(bench.last.count == (example.buckets > 0 ? example.buckets + 2 : 0))
      #expect(bench.lastStarts.count == bench.last.count)
      #expect(bench.report["scrape_samples_scraped"] == Double(bench.last.count + bench.lastHistograms.count))
    }
    let appended = bench.metrics.value(of: "prometheus_agent_samples_appended_total", labels: [("type", "histogram")])
    #expect(appended == (example.schema == nil ? 0 : 2))
    bench.end()
    #expect(bench.seriesCount == 0)
  }

  @Test("An exemplar of a histogram goes with it once")
  func exemplars() throws {
    var bench = try ScrapeBench { $0.histograms.scrapesNative = true }
    bench.scrape(Self.page(.native))
    let attached = bench.sink.lastBatch.histogramExemplars
    #expect(attached.map(\.exemplar.timestampMs) == [9_000] && attached.map(\.sampleIndex) == [0])
    #expect(attached.first?.exemplar.labels == LabelSet(["trace_id": "t"]))
    bench.scrape(Self.page(.native))
    #expect(bench.sink.lastBatch.histogramExemplars.isEmpty)
  }

  @Test("A histogram series ends with a histogram, of its own kind", arguments: [false, true])
  func staleness(converts: Bool) throws {
    var bench = try ScrapeBench {
      $0.histograms.scrapesNative = !converts
      $0.histograms.convertsClassic = converts
    }
    bench.scrape(Self.page(.both))
    bench.scrape(ProtobufPage())
    #expect(bench.last.isEmpty)
    let ends = bench.lastHistograms
    #expect(
      ends.count == 1 && ends.allSatisfy { $0.histogram.isStaleMarker && $0.histogram.timestampMs == bench.nowMs })
    #expect(ends.first?.histogram.schema == (converts ? -53 : 0))
    #expect(ends.allSatisfy { HistogramFlaw(in: $0.histogram) == nil })
    bench.scrape(Self.page(.both))
    bench.scrapeFails()
    #expect(bench.lastHistograms.map(\.histogram.isStaleMarker) == [true])
  }

  @Test("A histogram with too many buckets is halved until they fit")
  func bucketLimit() throws {
    var bench = try ScrapeBench {
      $0.histograms.scrapesNative = true
      $0.histograms.bucketLimit = 1
    }
    // Indexes 1 and 2 become one bucket at half the resolution.
    #expect(bench.scrape(Self.page(.native)) == nil)
    #expect(
      bench.lastHistograms.map(\.histogram.schema) == [1] && bench.lastHistograms.first?.histogram.bucketCount == 1)
  }

  @Test("Where halving does not help the scrape fails, and is counted")
  func bucketLimitBroken() throws {
    var bench = try ScrapeBench {
      $0.histograms.convertsClassic = true
      $0.histograms.bucketLimit = 1
    }
    #expect(bench.scrape(Self.page(.classic))?.code == .bucketLimit)
    #expect(bench.report["up"] == 0)
    #expect(bench.counter("prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total") == 1)
  }

  @Test(
    "A factor and the finest schema that others know bound the resolution",
    arguments: [
      (0, 20, 8), (0, 8, 8), (1.1, 8, 2), (2, 8, 0), (4, 8, -1), (65_536, 8, -4), (1e9, 8, -4), (1.0027, 20, 8),
    ] as [(Double, Int64, Int32)])
  func schemas(factor: Double, exposed: Int64, taken: Int32) throws {
    var bench = try ScrapeBench {
      $0.histograms.scrapesNative = true
      $0.histograms.minBucketFactor = factor
    }
    var page = ProtobufPage()
    page.family("h", type: 4) {
      $0.message(4) {
        $0.message(7) {
          $0.integer(1, 1)
          $0.signed(5, exposed)
          $0.span(12, offset: 100, length: 1)
          $0.packed(13, [1])
        }
      }
    }
    #expect(bench.scrape(page) == nil)
    #expect(bench.lastHistograms.map(\.histogram.schema) == [taken])
  }

  @Test("A native histogram that contradicts itself refuses the page")
  func invalid() throws {
    var bench = try ScrapeBench { $0.histograms.scrapesNative = true }
    var page = ProtobufPage()
    page.family("h", type: 4) {
      $0.message(4) {
        $0.message(7) {
          $0.integer(1, 5); $0.span(12, offset: 0, length: 1); $0.packed(13, [1])
        }
      }
    }
    let failure = bench.scrape(page)
    #expect(failure?.code == .page && failure?.message.contains("count says 5") == true)
  }

  @Test("Pages of protobuf recognise series from page to page, and from text")
  func recognition() throws {
    var bench = try ScrapeBench()
    bench.scrape("# TYPE h histogram\nh_bucket{le=\"0.5\",l=\"x\"} 1\n")
    bench.scrape(Self.page(.classic))
    #expect(bench.report["scrape_series_added"] == 4)
    #expect(bench.last.allSatisfy { !$0.isStale })
    bench.scrape(Self.page(.classic))
    #expect(bench.report["scrape_series_added"] == 0 && bench.last.count == 5)
    bench.scrape("")
    #expect(bench.last.count == 5 && bench.last.allSatisfy { $0.isStale })
  }
}

@Suite("Classic histograms in text that are converted")
struct TextConversionTests {
  static let page = """
    # HELP h a histogram
    # TYPE h histogram
    h_bucket{l="x",le="0.5"} 1
    h_bucket{l="x",le="+Inf"} 3
    h_sum{l="x"} 1.5
    h_count{l="x"} 3
    h_bucket{l="y",le="0.5"} 2
    h_bucket{l="y",le="+Inf"} 2
    h_sum{l="y"} 0.5
    h_count{l="y"} 2
    # TYPE g gauge
    g 1

    """

  @Test("All series of one become one histogram", arguments: [false, true])
  func converted(keeps: Bool) throws {
    var bench = try ScrapeBench {
      $0.histograms.convertsClassic = true
      $0.histograms.keepsClassic = keeps
    }
    for _ in 0..<3 {
      #expect(bench.scrape(Self.page) == nil)
      #expect(bench.lastHistograms.map(\.series) == [series("h", "l=\"x\""), series("h", "l=\"y\"")])
      #expect(bench.lastHistograms.map(\.histogram.customValues) == [[0.5], [0.5]])
      #expect(bench.lastHistograms.map(\.histogram.sum) == [1.5, 0.5])
      #expect(
        bench.lastHistograms.first?.histogram.counts
          == .integer(count: 3, zeroCount: 0, negativeDeltas: [], positiveDeltas: [1, 1]))
      #expect(bench.last.count == (keeps ? 9 : 1))
      #expect(bench.report["scrape_samples_scraped"] == (keeps ? 11 : 3))
    }
    #expect(bench.report["scrape_series_added"] == 0)
    bench.scrape("g 1\n")
    #expect(bench.lastHistograms.map(\.histogram.isStaleMarker) == [true, true])
    #expect(bench.seriesCount == 6)
    bench.end()
    #expect(bench.seriesCount == 0)
  }

  @Test("A set that contradicts itself is left out, ends, and comes back")
  func contradiction() throws {
    var bench = try ScrapeBench { $0.histograms.convertsClassic = true }
    func page(_ first: Int) -> String {
      "# TYPE h histogram\nh_bucket{le=\"1\"} \(first)\nh_bucket{le=\"+Inf\"} 3\nh_sum 1\nh_count 3\n"
    }
    bench.scrape(page(1))
    #expect(bench.lastHistograms.count == 1)
    for round in 0..<3 {
      #expect(bench.scrape(page(4)) == nil)
      #expect(bench.lastHistograms.map(\.histogram.isStaleMarker) == (round == 0 ? [true] : []), "\(round)")
    }
    bench.scrape(page(2))
    #expect(bench.lastHistograms.map(\.histogram.isStaleMarker) == [false])
    bench.end()
    #expect(bench.seriesCount == 0)
  }

  @Test("Series that only look like parts of a histogram stay what they are")
  func lookalikes() throws {
    var bench = try ScrapeBench { $0.histograms.convertsClassic = true }
    bench.scrape("# TYPE a counter\na_count 1\n# TYPE b histogram\nc_count 2\nb_bucket{le=\"x\"} 1\nb_total 1\n")
    #expect(bench.lastHistograms.isEmpty && bench.last.count == 4)
  }

  @Test("Exemplars with a time go with the histogram, and so does its start")
  func exemplars() throws {
    var bench = try ScrapeBench { $0.histograms.convertsClassic = true }
    let type = "application/openmetrics-text"
    func page(_ created: String) -> String {
      """
      # TYPE h histogram
      h_bucket{le="1.0"} 1 # {t="a"} 0.5 12.5
      h_bucket{le="+Inf"} 1 # {t="b"} 5
      h_count 1
      h_sum 1
      h_created \(created)
      # EOF

      """
    }
    for created in ["100.5", "100.5", "200"] {
      #expect(bench.scrape(page(created), type: type) == nil)
      #expect(bench.lastHistograms.map(\.histogram.startTimestampMs) == [created == "200" ? 200_000 : 100_500])
      #expect(bench.last.map(\.series) == [series("h_created")])
    }
    bench.scrape(page("1"), type: type)
    #expect(bench.sink.lastBatch.histogramExemplars.isEmpty)
  }
}
