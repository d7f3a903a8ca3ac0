import Exposition
import MetricModel
import Settings

/// What reading one page found; everything is counted in samples.
struct PageSummary: Equatable, Sendable {
  /// Samples on the page.
  var scraped = 0
  /// Samples left after `metric_relabel_configs`.
  var afterRelabeling = 0
  /// Series that the scrape before did not have.
  var seriesAdded = 0
  var duplicates = 0
  var outOfOrder = 0
  var outOfBounds = 0
}

/// Reads one target's pages into batches, one after another.
///
/// The state is what makes the next page cheap and staleness exact: the lines of the last page, each with its series.
/// Nothing here performs I/O; time comes as an argument.
struct PageReader {
  /// A sample further ahead of the scrape than this is refused, as Prometheus does.
  static let futureMsMax: Int64 = 600_000

  private let labeler: SeriesLabeler
  private let settings: ScrapeSettings
  private let registry: SeriesRegistry

  private(set) var families = FamilyCatalogue()
  private var lines = LineCache()
  private var scrape: UInt32 = 0
  /// Lines are known by their bytes within one format; after a change of format every line is parsed once.
  private var format: ExpositionFormat?
  /// The newest timestamp of series that bring their own, by line; only such lines have an entry.
  private var ownTimestamps: [UInt32: Int64] = [:]
  /// The exemplar a line carried last: the same one again is not a new observation.
  private var lastExemplars: [UInt32: Exemplar] = [:]
  /// Numbers to give back once the batch that mentions them is in the log.
  private var toRelease: [SeriesID] = []
  private var scratch = LabelSet()

  init(labeler: SeriesLabeler, settings: ScrapeSettings, registry: SeriesRegistry) {
    self.labeler = labeler
    self.settings = settings
    self.registry = registry
  }

  /// Reads a page and appends its samples and the stale markers of what it no longer has.
  ///
  /// On an error nothing of the page is to be kept: the caller empties the batch and calls ``readFailure(at:into:)``.
  mutating func read(
    _ body: [UInt8], as format: ExpositionFormat, at timeMs: Int64, into batch: inout SampleBatch
  ) throws(ScrapeFailure) -> PageSummary {
    scrape &+= 1
    var summary = PageSummary()
    var parser = ExpositionParser(body, format: format)
    var previous = LineCache.none
    let knowsFormat = format == self.format
    self.format = format
    do {
      while true {
        let expected = lines.expected(after: previous)
        if knowsFormat, expected != LineCache.none, lines.entries[Int(expected)].isLive {
          let entry = lines.entries[Int(expected)]
          if try parser.nextIfKnown(byteCount: Int(entry.byteCount), hash: entry.hash) {
            take(expected, parser, timeMs, &batch, &summary)
            previous = expected
            continue
          }
        }
        guard let kind = try parser.next() else { break }
        guard kind == .series else {
          noteMetadata(kind, parser)
          continue
        }
        let line = try knownLine(parser) ?? newLine(parser, &summary)
        lines.link(previous, to: line)
        take(line, parser, timeMs, &batch, &summary)
        previous = line
      }
    } catch let error as ExpositionError {
      throw ScrapeFailure(.page, error.description)
    } catch let failure as ScrapeFailure {
      throw failure
    } catch {
      throw ScrapeFailure(.page, "\(error)")
    }
    if settings.limits.samples > 0 && summary.afterRelabeling > settings.limits.samples {
      throw ScrapeFailure(
        .sampleLimit, "sample_limit: \(summary.afterRelabeling) samples, \(settings.limits.samples) are allowed")
    }
    endPage(at: timeMs, into: &batch)
    return summary
  }

  /// Marks every series of the last page as ended: the scrape failed, so nothing is known about them now.
  mutating func readFailure(at timeMs: Int64, into batch: inout SampleBatch) {
    // A page that failed half-way has marked lines as seen by this scrape; both count as known until now.
    let failed = scrape
    scrape &+= 1
    for entry in lines.entries where entry.isLive && entry.canEnd(settings.trackTimestampsStaleness) {
      if entry.lastSeen == failed || entry.lastSeen == failed &- 1 {
        batch.append(SeriesID(rawValue: entry.series), timestampMs: timeMs, value: SpecialNaN.staleMarker)
      }
    }
  }

  /// Marks every series as ended and forgets them: the target is gone.
  mutating func end(at timeMs: Int64, into batch: inout SampleBatch) {
    scrape &+= 1
    forgetUnseen(at: timeMs, into: &batch)
  }

  /// Gives back the series that only the last batch still mentioned. To be called once the log has the batch.
  mutating func batchWasTaken() {
    guard !toRelease.isEmpty else { return }
    let ids = toRelease
    registry.withTable { table in for id in ids { table.release(id) } }
    toRelease.removeAll(keepingCapacity: true)
  }

  /// Gives back every series, when the scraper ends.
  mutating func release() {
    batchWasTaken()
    let ids = lines.entries.filter { $0.isLive && !$0.isAlias && $0.series != LineCache.dropped }
      .map { SeriesID(rawValue: $0.series) }
    registry.withTable { table in for id in ids { table.release(id) } }
    lines = LineCache()
  }

  // MARK: - Lines

  private func knownLine(_ parser: borrowing ExpositionParser) -> UInt32? {
    lines.find(hash: parser.seriesHash, byteCount: parser.seriesText.count)
  }

  /// Gives a line seen for the first time its series.
  private mutating func newLine(
    _ parser: borrowing ExpositionParser, _ summary: inout PageSummary
  ) throws(ScrapeFailure) -> UInt32 {
    scratch.removeAll()
    guard parser.labels(into: &scratch) else {
      throw ScrapeFailure(.page, "a label name stands twice in \(scratch)")
    }
    let exposedName = scratch["__name__"] ?? ""
    let (hash, byteCount) = (parser.seriesHash, parser.seriesText.count)
    switch labeler.apply(to: &scratch) {
    case .fail(let reason): throw ScrapeFailure(.labels, reason)
    case .drop: return lines.insert(hash: hash, byteCount: byteCount, series: LineCache.dropped)
    case .keep: break
    }
    let (labels, metadata) = (scratch, families.metadata(ofSeries: exposedName))
    let id = registry.withTable { $0.register(labels, metadata) }
    if let owner = lines.owner(of: id) {
      toRelease.append(id)
      return lines.insert(hash: hash, byteCount: byteCount, series: owner, isAlias: true)
    }
    summary.seriesAdded += 1
    return lines.insert(hash: hash, byteCount: byteCount, series: id.rawValue)
  }

  /// Takes the sample of a line that has its series.
  private mutating func take(
    _ line: UInt32, _ parser: borrowing ExpositionParser, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) {
    summary.scraped += 1
    var line = line
    if lines.entries[Int(line)].isAlias {
      lines.markSeen(line, scrape: scrape, hasOwnTimestamp: false)
      line = lines.entries[Int(line)].series
    }
    let entry = lines.entries[Int(line)]
    let ownTimestamp = settings.honorTimestamps ? parser.timestampMs : nil
    let seenBefore = entry.lastSeen == scrape
    lines.markSeen(line, scrape: scrape, hasOwnTimestamp: ownTimestamp != nil)
    if entry.series == LineCache.dropped { return }
    summary.afterRelabeling += 1
    let timestamp = ownTimestamp ?? timeMs
    if let ownTimestamp {
      if ownTimestamp > timeMs + Self.futureMsMax {
        summary.outOfBounds += 1
        return
      }
      if let newest = ownTimestamps[line], ownTimestamp <= newest {
        if ownTimestamp < newest { summary.outOfOrder += 1 }
        return
      }
      ownTimestamps[line] = ownTimestamp
    } else if seenBefore {
      summary.duplicates += 1
      return
    }
    batch.append(SeriesID(rawValue: entry.series), timestampMs: timestamp, value: parser.value)
    if parser.hasExemplar { attachExemplar(parser, line, timestamp, &batch) }
  }

  private mutating func attachExemplar(
    _ parser: borrowing ExpositionParser, _ line: UInt32, _ timestamp: Int64, _ batch: inout SampleBatch
  ) {
    guard var exemplar = parser.exemplar(), exemplar != lastExemplars[line] else { return }
    lastExemplars[line] = exemplar
    // Remote Write 2.0 wants a timestamp on each exemplar; without one of its own it was seen at this sample's.
    exemplar.timestampMs = exemplar.timestampMs ?? timestamp
    batch.attach(exemplar)
  }

  // MARK: - Ends

  private mutating func endPage(at timeMs: Int64, into batch: inout SampleBatch) {
    forgetUnseen(at: timeMs, into: &batch)
    if families.hasChanged { renewMetadata() }
    families.endScrape(scrape)
  }

  private mutating func forgetUnseen(at timeMs: Int64, into batch: inout SampleBatch) {
    let previous = scrape &- 1
    var ended: [SeriesID] = []
    // Not through `self`, which is being changed.
    let tracksOwnTimestamps = settings.trackTimestampsStaleness
    lines.settlePage(scrape) { entry in
      guard !entry.isAlias && entry.series != LineCache.dropped else { return }
      let id = SeriesID(rawValue: entry.series)
      if entry.lastSeen == previous && entry.canEnd(tracksOwnTimestamps) {
        batch.append(id, timestampMs: timeMs, value: SpecialNaN.staleMarker)
      }
      ended.append(id)
    }
    guard !ended.isEmpty else { return }
    toRelease.append(contentsOf: ended)
    ownTimestamps = ownTimestamps.filter { lines.entries[Int($0.key)].isLive }
    lastExemplars = lastExemplars.filter { lines.entries[Int($0.key)].isLive }
  }

  private mutating func noteMetadata(_ kind: ExpositionEntry, _ parser: borrowing ExpositionParser) {
    switch kind {
    case .type: families.update(parser.metadataName, scrape: scrape) { $0.type = parser.metadataType }
    case .help:
      families.update(parser.metadataName, scrape: scrape) {
        $0.help = parser.metadataText
      }
    case .unit:
      families.update(parser.metadataName, scrape: scrape) {
        $0.unit = parser.metadataText
      }
    case .comment, .series: break
    }
  }

  /// Numbers all series anew after a family's metadata changed. Rare: a target was replaced by another version.
  private mutating func renewMetadata() {
    for number in 0..<UInt32(lines.entries.count) {
      let entry = lines.entries[Int(number)]
      guard entry.isLive, !entry.isAlias, entry.series != LineCache.dropped else { continue }
      let old = SeriesID(rawValue: entry.series)
      let catalogue = families
      let new = registry.withTable { table in
        let labels = table.labels(of: old)
        return table.register(labels, catalogue.metadata(ofSeries: labels["__name__"] ?? ""))
      }
      toRelease.append(old)
      if new != old { lines.setSeries(number, new) }
    }
  }
}
