import ByteCoding
package import Exposition
package import MetricModel
package import Settings

/// Reads one target's pages into batches, one after another.
///
///     try reader.read(body, as: format, at: now, into: &batch, &summary)
///     // or, when the scrape failed: reader.readFailure(at: now, into: &batch)
///     if log.takes(batch) { reader.batchWasTaken() } else { reader.batchWasRefused() }
///
/// The state is what makes the next page cheap and staleness exact: the lines of the last page, each with its series.
/// What the log has of a series changes with ``batchWasTaken()`` only, so a sample or a stale marker in a batch that
/// was not taken is still owed and comes with the next one. Nothing here performs I/O; time comes as an argument.
package struct PageReader {
  /// A sample further ahead of the scrape than this is refused, as Prometheus does.
  static let futureMsMax: Int64 = 600_000

  /// What the batch that waits for its verdict is.
  private enum Pending {
    case nothing
    case page(timeMs: Int64, format: PageFormat)
    case failure(timeMs: Int64)
    case end
  }

  let labeler: SeriesLabeler
  let honorsTimestamps: Bool
  let tracksOwnTimestamps: Bool
  let histograms: HistogramIngestion
  /// 0 for no limit.
  private let samplesMax: Int
  let registry: SeriesRegistry

  var families = FamilyCatalogue()
  var lines = LineCache()
  /// The lines of which the page changes what their marks say of the log, some of them more than once.
  var changedLines: [UInt32] = []
  /// The series of active lines: all that the log has a sample of and no marker after it.
  var roster = SeriesRoster()
  /// Whether every line that will be active has a sample in the batch.
  var isWhole = true
  private var pending = Pending.nothing
  /// Lines are known by their bytes within one format; after a change of format every line is parsed once.
  private var format: PageFormat?
  /// The newest sample or marker of lines that have brought a timestamp of their own.
  var newestMs = LineNotes<Int64>()
  /// The same for all other lines a taken page had: they go together.
  var plainNewestMs = Int64.min
  /// The exemplar a line carried last: the same one again is not a new observation.
  var lastExemplars = LineNotes<Exemplar>()
  /// Since when the series of OpenMetrics count.
  var starts = StartTimes()
  /// Whether the page being read has `_created` lines; nil until somebody asked.
  var hasStarts: Bool?
  /// The series of classic histograms that are to become one.
  var classics = ClassicGathering()
  /// Says of the page being read that a histogram has more buckets than allowed at any resolution.
  var bucketLimitBroken: String?
  var scratch = LabelSet()
  var patterns = LinePatterns()
  /// Whether the series of a line follows from its pattern: nothing looks at values of labels, or joins lines.
  let usesPatterns: Bool

  package init(labeler: SeriesLabeler, settings: ScrapeSettings, registry: SeriesRegistry) {
    self.labeler = labeler
    honorsTimestamps = settings.honorTimestamps
    tracksOwnTimestamps = settings.trackTimestampsStaleness
    histograms = settings.histograms
    samplesMax = settings.limits.samples
    self.registry = registry
    usesPatterns = labeler.looksAtNamesAlone && !settings.histograms.convertsClassic
  }

  /// Reads a page and appends its samples and the stale markers of what it no longer has.
  ///
  /// - Parameter summary: filled also when the page fails, with what was found up to there.
  /// - Throws: when nothing of the page is to be kept: the caller empties the batch and calls
  ///   ``readFailure(at:into:)``.
  package mutating func read(
    _ body: [UInt8], as format: PageFormat, at timeMs: Int64, into batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) throws(ScrapeFailure) {
    lines.beginPage()
    // Where no line is new, the patterns of new lines are memory in vain.
    if lines.isIndexed { patterns.beginPage() } else { patterns.removeAll() }
    changedLines.removeAll(keepingCapacity: true)
    bucketLimitBroken = nil
    isWhole = true
    batch.roster = roster.blank
    families.beginPage()
    summary = PageSummary()
    // A page that fails leaves lines behind that were checked by its format alone.
    let knowsFormat = format == self.format
    if !knowsFormat { self.format = nil }
    do throws(ScrapeFailure) {
      switch format {
      case .text(let format): try readLines(body, format, knowsFormat, timeMs, &batch, &summary)
      case .protobuf: try readMetrics(body, timeMs, &batch, &summary)
      }
      if let bucketLimitBroken { throw ScrapeFailure(.bucketLimit, bucketLimitBroken) }
      if samplesMax > 0 && summary.afterRelabeling > samplesMax {
        throw ScrapeFailure(
          .sampleLimit, "sample_limit: \(summary.afterRelabeling) samples, \(samplesMax) are allowed")
      }
    } catch {
      revertNotes()
      families.discardPage()
      throw error
    }
    if lines.seenCount < lines.count { appendMarkers(of: .unseen, at: timeMs, into: &batch) }
    batch.roster?.isWhole = isWhole
    pending = .page(timeMs: timeMs, format: format)
  }

  /// Marks every series that the log has from the last good page as ended: the scrape failed, so nothing is known
  /// about them now.
  package mutating func readFailure(at timeMs: Int64, into batch: inout SampleBatch) {
    batch.roster = roster.blank
    appendMarkers(of: .all, at: timeMs, into: &batch)
    pending = .failure(timeMs: timeMs)
  }

  /// Marks every series as ended and forgets them once the batch is taken: the target is gone.
  package mutating func end(at timeMs: Int64, into batch: inout SampleBatch) {
    batch.roster = roster.blank
    appendMarkers(of: .all, at: timeMs, into: &batch)
    pending = .end
  }

  /// The log has the batch.
  package mutating func batchWasTaken() {
    newestMs.keep()
    lastExemplars.keep()
    switch pending {
    case .nothing: break
    case .page(let timeMs, let format):
      self.format = format
      plainNewestMs = timeMs
      if lines.seenCount < lines.count || !changedLines.isEmpty { settlePage() }
      renewMetadataIfChanged()
    case .failure(let timeMs): settleFailure(at: timeMs)
    case .end: forget(.all)
    }
    pending = .nothing
  }

  /// The log does not have the batch: what it brought is still owed.
  package mutating func batchWasRefused() {
    revertNotes()
    forgetLeftovers()
    if case .page = pending { renewMetadataIfChanged() }
    pending = .nothing
  }

  /// Gives back every series, when the scraper ends.
  package mutating func release() { forget(.all) }
}
