import Exposition
import MetricModel
import Relabeling
import Scraping
import Settings

/// Targets with their pages, and what an agent knows of them after it has read each.
struct Population {
  static let seriesPerTarget = 1_000
  static let format = PageFormat.text(.prometheusText)

  /// One target and what reads its pages.
  struct Target {
    var page: MixedPage
    var reader: PageReader
  }

  let registry: SeriesRegistry
  var targets: [Target]
  private(set) var timeMs: Int64 = 1_700_000_000_000
  private var batch = SampleBatch()
  private var summary = PageSummary()

  init(series: Int) throws {
    registry = SeriesRegistry()
    let program = try RelabelProgram([])
    targets = []
    for (target, page) in Self.pages(series: series).enumerated() {
      targets.append(Target(page: page, reader: Self.reader(of: target, program, registry)))
    }
  }

  /// Pages with so many series together.
  static func pages(series: Int) -> [MixedPage] {
    stride(from: 0, to: series, by: seriesPerTarget).enumerated().map { target, first in
      MixedPage(target: target, series: min(seriesPerTarget, series - first))
    }
  }

  static func reader(of target: Int, _ program: RelabelProgram, _ registry: SeriesRegistry) -> PageReader {
    let labels = LabelSet(["job": "rig", "instance": "10.1.\(target / 250).\(target % 250 + 1):9100"])
    let settings = ScrapeSettings(jobName: "rig")
    let labeler = SeriesLabeler(
      targetLabels: labels, honorLabels: false, limits: settings.limits, program: program)
    return PageReader(labeler: labeler, settings: settings, registry: registry)
  }

  /// Lets a scrape interval pass on all pages.
  mutating func advance() {
    timeMs += 15_000
    for index in targets.indices { targets[index].page.advance() }
  }

  /// Lets a hundredth of the series of each target end, and others begin.
  mutating func replaceSome() {
    for index in targets.indices { targets[index].page.replaceContainers(Self.seriesPerTarget / 100) }
  }

  /// Reads the page of each target into a batch of its own, which `take` gets with the target's number.
  mutating func scrape(_ take: (borrowing SampleBatch, UInt32) throws -> Void) throws {
    for index in targets.indices {
      batch.removeAll()
      try targets[index].reader.read(targets[index].page.text, as: Self.format, at: timeMs, into: &batch, &summary)
      try take(batch, UInt32(index))
      targets[index].reader.batchWasTaken()
    }
  }

  /// All batches of one scrape, kept.
  mutating func batches() throws -> [SampleBatch] {
    var batches: [SampleBatch] = []
    advance()
    try scrape { batch, _ in batches.append(copy batch) }
    return batches
  }

  var pageBytes: Int { targets.reduce(0) { $0 + $1.page.text.count } }
}
