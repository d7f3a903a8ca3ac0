import Exposition
import MetricModel
import Relabeling
import Scraping
import Settings

extension FuzzTarget {
  /// Pages of one target, one after another, as a scraper reads them.
  static let scrapes = [
    FuzzTarget("scrape-text", seeds: { sequences.map { [0, 0x18] + $0 } }) { input in
      scrape(input, .text(.prometheusText))
    },
    FuzzTarget("scrape-openmetrics", seeds: { sequences.map { [0, 0x0c] + $0 } }) { input in
      scrape(input, .text(.openMetrics))
    },
    FuzzTarget("scrape-protobuf", seeds: { [[0, 0x1c] + familyPage + mark + [0] + familyPage] }) { input in
      scrape(input, .protobuf)
    },
  ]

  /// What stands between two pages; the byte after it says what becomes of the first one.
  private static let mark: [UInt8] = [0xff, 0xff]

  private static let sequences = [
    "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 3\nh_sum 1\nh_count 3\nh_created 1\nx 1\n",
    "# TYPE a counter\na_total{b=\"c\"} 1 # {trace_id=\"x\"} 0.5 1.5\na_created{b=\"c\"} 1.5\nb 2 7\n",
  ].map { text in
    let page = Array((text + "# EOF\n").utf8)
    return page + mark + [0] + page.dropLast(9) + Array("# EOF\n".utf8) + mark + [1] + page
  }

  /// The first byte of `input` is how the job is set up, the second which histograms it takes, the rest its pages.
  private static func scrape(_ input: [UInt8], _ format: PageFormat) {
    guard input.count > 2, let program = try? RelabelProgram([]) else { return }
    var settings = ScrapeSettings(jobName: "j")
    // Times of its own would make what a second reading takes depend on the first one's.
    settings.honorTimestamps = false
    settings.honorLabels = input[0] & 1 != 0
    settings.limits.samples = input[0] & 2 != 0 ? 5 : 0
    settings.histograms.scrapesNative = input[1] & 4 != 0
    settings.histograms.convertsClassic = input[1] & 8 != 0
    settings.histograms.keepsClassic = input[1] & 16 != 0
    settings.histograms.bucketLimit = Int(input[1] >> 5)
    let labeler = SeriesLabeler(
      targetLabels: LabelSet(["job": "j", "instance": "i"]), honorLabels: settings.honorLabels,
      limits: settings.limits, program: program, takesLegacyNamesOnly: input[0] & 4 != 0)
    var target = ScrapedTarget(labeler, settings)
    for (page, verdict) in pages(in: input[2...]) { target.read(page, format, verdict) }
    target.end()
  }

  private static func pages(in bytes: ArraySlice<UInt8>) -> [(page: [UInt8], verdict: UInt8)] {
    var pages: [(page: [UInt8], verdict: UInt8)] = []
    var page: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == mark[0], rest.first == mark[1] else {
        page.append(byte)
        continue
      }
      rest = rest.dropFirst()
      pages.append((page, rest.popFirst() ?? 0))
      page = []
    }
    return pages + [(page, 0)]
  }
}

/// A target whose pages are read, and what the log would know of it.
private struct ScrapedTarget {
  private let labeler: SeriesLabeler
  private let settings: ScrapeSettings
  private let registry = SeriesRegistry()
  private var reader: PageReader
  private var timeMs: Int64 = 1_000
  /// Series whose end the log still waits for, and whether they are histograms.
  private var active: [LabelSet: Bool] = [:]

  init(_ labeler: SeriesLabeler, _ settings: ScrapeSettings) {
    self.labeler = labeler
    self.settings = settings
    reader = PageReader(labeler: labeler, settings: settings, registry: registry)
  }

  mutating func read(_ page: [UInt8], _ format: PageFormat, _ verdict: UInt8) {
    timeMs += 1_000
    var (batch, summary) = (SampleBatch(), PageSummary())
    do throws(ScrapeFailure) {
      try reader.read(page, as: format, at: timeMs, into: &batch, &summary)
      compare(batch, summary, with: page, format)
    } catch {
      refuse(page, format)
      batch.removeAll()
      reader.readFailure(at: timeMs, into: &batch)
    }
    settle(batch, isTaken: verdict & 1 == 0)
  }

  /// Whoever reads the page for the first time must find the same on it, whatever was known of it here.
  private func compare(_ batch: SampleBatch, _ summary: PageSummary, with page: [UInt8], _ format: PageFormat) {
    let fresh = SeriesRegistry()
    var other = PageReader(labeler: labeler, settings: settings, registry: fresh)
    var (first, firstSummary) = (SampleBatch(), PageSummary())
    do throws(ScrapeFailure) {
      try other.read(page, as: format, at: timeMs, into: &first, &firstSummary)
    } catch {
      preconditionFailure("a page is refused by who has not seen the one before: \(error)")
    }
    precondition(summary.scraped == firstSummary.scraped, "a known page had another number of samples")
    precondition(summary.afterRelabeling == firstSummary.afterRelabeling, "a known page kept another number of samples")
    precondition(Self.floats(batch, registry) == Self.floats(first, fresh), "a known page brought other floats")
    precondition(
      Self.histograms(batch, registry) == Self.histograms(first, fresh), "a known page brought other histograms")
    other.batchWasTaken()
    other.release()
  }

  private func refuse(_ page: [UInt8], _ format: PageFormat) {
    var other = PageReader(labeler: labeler, settings: settings, registry: SeriesRegistry())
    var (batch, summary) = (SampleBatch(), PageSummary())
    let isRefused = (try? other.read(page, as: format, at: timeMs, into: &batch, &summary)) == nil
    precondition(isRefused, "a page is refused for the one before")
  }

  mutating func end() {
    timeMs += 1_000
    var batch = SampleBatch()
    reader.end(at: timeMs, into: &batch)
    settle(batch, isTaken: true)
    precondition(active.isEmpty, "a series has no end")
    reader.release()
    precondition(registry.withTable { $0.count } == 0, "a series was not given back")
  }

  private mutating func settle(_ batch: SampleBatch, isTaken: Bool) {
    for index in 0..<batch.floatCount {
      note(batch.series[index], isEnd: SpecialNaN.isStaleMarker(batch.values[index]), isHistogram: false, isTaken)
    }
    for sample in batch.histograms {
      note(sample.series, isEnd: sample.histogram.isStaleMarker, isHistogram: true, isTaken)
    }
    if isTaken { reader.batchWasTaken() } else { reader.batchWasRefused() }
  }

  private mutating func note(_ series: SeriesID, isEnd: Bool, isHistogram: Bool, _ isTaken: Bool) {
    let labels = registry.withTable { $0.labels(of: series) }
    if isEnd { precondition(active[labels] == isHistogram, "an end without a series") }
    if isTaken { active[labels] = isEnd ? nil : isHistogram }
  }

  /// The samples of the page itself, in its order.
  private static func floats(_ batch: SampleBatch, _ registry: SeriesRegistry) -> [Float] {
    (0..<batch.floatCount).filter { !SpecialNaN.isStaleMarker(batch.values[$0]) }.map { index in
      let id = batch.series[index]
      return Float(labels: registry.withTable { $0.labels(of: id) }, bits: batch.values[index].bitPattern)
    }
  }

  private static func histograms(_ batch: SampleBatch, _ registry: SeriesRegistry) -> [Histogram] {
    batch.histograms.filter { !$0.histogram.isStaleMarker }.map { sample in
      var histogram = sample.histogram
      // A NaN is not equal to itself; and that a start is known only after its samples is a matter of the page before.
      (histogram.sum, histogram.startTimestampMs) = (0, 0)
      let labels = registry.withTable { $0.labels(of: sample.series) }
      return Histogram(labels: labels, histogram: histogram, sumBits: sample.histogram.sum.bitPattern)
    }
  }

  private struct Float: Equatable {
    var labels: LabelSet
    var bits: UInt64
  }

  private struct Histogram: Equatable {
    var labels: LabelSet
    var histogram: NativeHistogram
    var sumBits: UInt64
  }
}
