import ByteCoding
import Exposition
import MetricModel
import Settings

/// Reads one target's pages into batches, one after another.
///
///     try reader.read(body, as: format, at: now, into: &batch, &summary)
///     // or, when the scrape failed: reader.readFailure(at: now, into: &batch)
///     if log.takes(batch) { reader.batchWasTaken() } else { reader.batchWasRefused() }
///
/// The state is what makes the next page cheap and staleness exact: the lines of the last page, each with its series.
/// What the log has of a series changes with ``batchWasTaken()`` only, so a sample or a stale marker in a batch that
/// was not taken is still owed and comes with the next one. Nothing here performs I/O; time comes as an argument.
struct PageReader {
  /// A sample further ahead of the scrape than this is refused, as Prometheus does.
  static let futureMsMax: Int64 = 600_000

  /// What the batch that waits for its verdict is.
  private enum Pending {
    case nothing
    case page(timeMs: Int64, format: ExpositionFormat)
    case failure(timeMs: Int64)
    case end
  }

  private let labeler: SeriesLabeler
  private let honorsTimestamps: Bool
  private let tracksOwnTimestamps: Bool
  /// 0 for no limit.
  private let samplesMax: Int
  private let registry: SeriesRegistry

  private(set) var families = FamilyCatalogue()
  private var lines = LineCache()
  private var page: UInt32 = 0
  /// Entries that the page being read has.
  private var seenCount = 0
  /// Whether the page changes what an entry's marks say of the log.
  private var changesMarks = false
  private var pending = Pending.nothing
  /// Lines are known by their bytes within one format; after a change of format every line is parsed once.
  private var format: ExpositionFormat?
  /// The newest sample or marker of lines that have brought a timestamp of their own.
  private var newestMs = LineNotes<Int64>()
  /// The same for all other lines a taken page had: they go together.
  private var plainNewestMs = Int64.min
  /// The exemplar a line carried last: the same one again is not a new observation.
  private var lastExemplars = LineNotes<Exemplar>()
  private var scratch = LabelSet()

  init(labeler: SeriesLabeler, settings: ScrapeSettings, registry: SeriesRegistry) {
    self.labeler = labeler
    honorsTimestamps = settings.honorTimestamps
    tracksOwnTimestamps = settings.trackTimestampsStaleness
    samplesMax = settings.limits.samples
    self.registry = registry
  }

  /// Reads a page and appends its samples and the stale markers of what it no longer has.
  ///
  /// - Parameter summary: filled also when the page fails, with what was found up to there.
  /// - Throws: when nothing of the page is to be kept: the caller empties the batch and calls
  ///   ``readFailure(at:into:)``.
  mutating func read(
    _ body: [UInt8], as format: ExpositionFormat, at timeMs: Int64, into batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) throws(ScrapeFailure) {
    page &+= 1
    seenCount = 0
    changesMarks = false
    families.beginPage()
    summary = PageSummary()
    // A page that fails leaves lines behind that were checked by its format alone.
    let knowsFormat = format == self.format
    if !knowsFormat { self.format = nil }
    do throws(ScrapeFailure) {
      try readLines(body, format, knowsFormat, timeMs, &batch, &summary)
      if samplesMax > 0 && summary.afterRelabeling > samplesMax {
        throw ScrapeFailure(
          .sampleLimit, "sample_limit: \(summary.afterRelabeling) samples, \(samplesMax) are allowed")
      }
    } catch {
      revertNotes()
      families.discardPage()
      throw error
    }
    if seenCount < lines.count { appendMarkers(at: timeMs, into: &batch) { [page] in $0.lastSeen != page } }
    pending = .page(timeMs: timeMs, format: format)
  }

  /// Marks every series that the log has from the last good page as ended: the scrape failed, so nothing is known
  /// about them now.
  mutating func readFailure(at timeMs: Int64, into batch: inout SampleBatch) {
    appendMarkers(at: timeMs, into: &batch) { _ in true }
    pending = .failure(timeMs: timeMs)
  }

  /// Marks every series as ended and forgets them once the batch is taken: the target is gone.
  mutating func end(at timeMs: Int64, into batch: inout SampleBatch) {
    appendMarkers(at: timeMs, into: &batch) { _ in true }
    pending = .end
  }

  /// The log has the batch.
  mutating func batchWasTaken() {
    newestMs.keep()
    lastExemplars.keep()
    switch pending {
    case .nothing: break
    case .page(let timeMs, let format):
      self.format = format
      plainNewestMs = timeMs
      if seenCount < lines.count || changesMarks { settlePage() }
      renewMetadataIfChanged()
    case .failure(let timeMs): settleFailure(at: timeMs)
    case .end: forget { _ in true }
    }
    pending = .nothing
  }

  /// The log does not have the batch: what it brought is still owed.
  mutating func batchWasRefused() {
    revertNotes()
    forgetLeftovers()
    if case .page = pending { renewMetadataIfChanged() }
    pending = .nothing
  }

  /// Gives back every series, when the scraper ends.
  mutating func release() { forget { _ in true } }

  // MARK: - Lines

  private mutating func readLines(
    _ body: [UInt8], _ format: ExpositionFormat, _ knowsFormat: Bool, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) throws(ScrapeFailure) {
    var parser = ExpositionParser(body, format: format)
    var previous = LineCache.none
    var refusal: ScrapeFailure?
    do throws(ExpositionError) {
      reading: while true {
        let expected = lines.expected(after: previous)
        if knowsFormat, expected != LineCache.none, lines.entries[Int(expected)].isLive {
          let entry = lines.entries[Int(expected)]
          if try parser.nextIfKnown(byteCount: Int(entry.byteCount), hash: entry.hash) {
            let hasExemplar = parser.hasExemplar
            let isTaken = take(expected, parser.value, parser.timestampMs, timeMs, &batch, &summary)
            if isTaken && hasExemplar { attachExemplar(parser, expected, &batch) }
            previous = expected
            continue
          }
        }
        let start = parser.cursor
        guard let kind = try parser.next() else { break }
        if kind != .series {
          let range = start..<parser.cursor
          let hash = Hash64.process(parser.body, range)
          if kind != .comment && !families.recognises(hash: hash, byteCount: range.count) {
            readMetadata(kind, parser, hash: hash, byteCount: range.count)
          }
          continue
        }
        guard let line = knownLine(parser) ?? newLine(parser, &refusal) else { break reading }
        lines.link(previous, to: line)
        if take(line, parser.value, parser.timestampMs, timeMs, &batch, &summary), parser.hasExemplar {
          attachExemplar(parser, line, &batch)
        }
        previous = line
      }
    } catch {
      throw ScrapeFailure(.page, error.description)
    }
    if let refusal {
      summary.scraped += 1
      throw refusal
    }
  }

  private func knownLine(_ parser: borrowing ExpositionParser) -> UInt32? {
    lines.find(hash: parser.seriesHash, byteCount: parser.seriesText.count)
  }

  /// Gives a line seen for the first time its series, or says why the whole page is refused.
  private mutating func newLine(_ parser: borrowing ExpositionParser, _ refusal: inout ScrapeFailure?) -> UInt32? {
    guard parser.labels(into: &scratch) else {
      refusal = ScrapeFailure(.page, "a label name stands twice in \(scratch), or is no name")
      return nil
    }
    let (hash, byteCount) = (parser.seriesHash, parser.seriesText.count)
    let emptied = labeler.honorLabels ? EmptyLabels.names(in: parser.body, parser.seriesText) : []
    switch labeler.apply(to: &scratch, emptied: emptied) {
    case .fail(let reason):
      refusal = ScrapeFailure(.labels, reason)
      return nil
    case .drop: return lines.insert(hash: hash, byteCount: byteCount, series: LineCache.dropped)
    case .keep: break
    }
    // By the name as stored: then equal labels have equal metadata, and a series has one number whatever its spelling.
    let (labels, metadata) = (scratch, families.metadata(ofSeries: scratch["__name__"] ?? ""))
    let id = registry.withTable { $0.register(labels, metadata) }
    guard let owner = lines.owner(of: id) else {
      return lines.insert(hash: hash, byteCount: byteCount, series: id.rawValue)
    }
    // The owner holds the number already.
    registry.withTable { $0.release(id) }
    return lines.insert(hash: hash, byteCount: byteCount, series: owner, isAlias: true)
  }

  private mutating func readMetadata(
    _ kind: ExpositionEntry, _ parser: borrowing ExpositionParser, hash: UInt64, byteCount: Int
  ) {
    families.read(parser.metadataName, hash: hash, byteCount: byteCount) { metadata in
      switch kind {
      case .type: metadata.type = parser.metadataType
      case .help: metadata.help = parser.metadataText
      case .unit: metadata.unit = parser.metadataText
      case .comment, .series: break
      }
    }
  }

  // MARK: - Samples

  /// Takes the sample of a line that has its series. The parser stays behind: it is big, and would be copied.
  ///
  /// - Returns: whether the sample is in the batch.
  @inline(__always)
  private mutating func take(
    _ line: UInt32, _ value: Double, _ shownTimestamp: Int64?, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) -> Bool {
    summary.scraped += 1
    var line = line
    var entry = lines.entries[Int(line)]
    if entry.isAlias {
      see(line, entry)
      line = entry.series
      entry = lines.entries[Int(line)]
    }
    if entry.series == LineCache.dropped {
      see(line, entry)
      return false
    }
    summary.afterRelabeling += 1
    let ownTimestamp = honorsTimestamps ? shownTimestamp : nil
    let isFirst = entry.lastSeen != page
    if isFirst && !entry.isEstablished { summary.seriesAdded += 1 }
    if ownTimestamp != nil || entry.bringsTimestamps {
      return takeTimestamped(line, value, ownTimestamp, timeMs, &batch, &summary)
    }
    guard isFirst else {
      summary.duplicates += 1
      return false
    }
    see(line, entry, tracked: true)
    batch.append(SeriesID(rawValue: entry.series), timestampMs: timeMs, value: value)
    return true
  }

  /// Takes the sample of a line that brings, or has brought, a timestamp of its own: only there time can go backwards.
  private mutating func takeTimestamped(
    _ line: UInt32, _ value: Double, _ ownTimestamp: Int64?, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) -> Bool {
    let entry = lines.entries[Int(line)]
    let isFirst = entry.lastSeen != page
    let timestamp = ownTimestamp ?? timeMs
    let isOutOfBounds = timestamp > timeMs.addingSaturating(Self.futureMsMax)
    let newest = newestMs[line] ?? (!isFirst ? timeMs : entry.isEstablished ? plainNewestMs : .min)
    let isTracked = !isOutOfBounds && (ownTimestamp == nil || tracksOwnTimestamps)
    var marked = entry
    marked.marks.insert(.bringsTimestamps)
    see(line, marked, tracked: isTracked || !isFirst && entry.isTracked)
    // Also without a sample: from now on the line's time is known by itself.
    if isOutOfBounds || timestamp <= newest {
      newestMs.set(newest, for: line)
      if isOutOfBounds {
        summary.outOfBounds += 1
      } else if timestamp < newest {
        summary.outOfOrder += 1
      } else if ownTimestamp == nil {
        summary.duplicates += 1
      }
      return false
    }
    newestMs.set(timestamp, for: line)
    batch.append(SeriesID(rawValue: entry.series), timestampMs: timestamp, value: value)
    return true
  }

  /// Notes that the page has the line.
  @inline(__always)
  private mutating func see(_ line: UInt32, _ entry: LineCache.Entry, tracked isTracked: Bool = false) {
    if entry.lastSeen != page { seenCount += 1 }
    var marks = entry.marks
    if isTracked { marks.insert(.tracked) } else { marks.remove(.tracked) }
    if !entry.isEstablished || entry.isActive != isTracked { changesMarks = true }
    lines.markSeen(line, page: page, marks)
  }

  /// Attaches the parser's exemplar to the sample appended last, which is the line's.
  @inline(never)
  private mutating func attachExemplar(
    _ parser: borrowing ExpositionParser, _ line: UInt32, _ batch: inout SampleBatch
  ) {
    let owner = lines.entries[Int(line)].isAlias ? lines.entries[Int(line)].series : line
    guard var exemplar = parser.exemplar(), exemplar != lastExemplars[owner] else { return }
    lastExemplars.set(exemplar, for: owner)
    // Remote Write 2.0 wants a timestamp on each exemplar; without one of its own it was seen at this sample's.
    exemplar.timestampMs = exemplar.timestampMs ?? batch.timestampsMs.last
    batch.attach(exemplar)
  }

  // MARK: - Ends

  private mutating func appendMarkers(
    at timeMs: Int64, into batch: inout SampleBatch, where isEnded: (LineCache.Entry) -> Bool
  ) {
    for number in 0..<UInt32(lines.entries.count) {
      let entry = lines.entries[Int(number)]
      guard entry.isActive && isEnded(entry) else { continue }
      if entry.bringsTimestamps, let newest = newestMs[number] {
        // A sample from ahead of time cannot be followed by a marker from before it.
        if newest >= timeMs { continue }
        newestMs.set(timeMs, for: number)
      }
      batch.append(SeriesID(rawValue: entry.series), timestampMs: timeMs, value: SpecialNaN.staleMarker)
    }
  }

  private mutating func settlePage() {
    for number in 0..<UInt32(lines.entries.count) {
      let entry = lines.entries[Int(number)]
      guard entry.isLive, entry.lastSeen == page else { continue }
      var marks = entry.marks
      marks.insert(.established)
      if entry.isTracked { marks.insert(.active) } else { marks.remove(.active) }
      lines.setMarks(number, marks)
    }
    if seenCount < lines.count { forget { [page] in $0.lastSeen != page } }
  }

  private mutating func settleFailure(at timeMs: Int64) {
    for number in 0..<UInt32(lines.entries.count) where lines.entries[Int(number)].isActive {
      plainNewestMs = timeMs
      lines.setMarks(number, lines.entries[Int(number)].marks.subtracting(.active))
    }
    forgetLeftovers()
  }

  /// Forgets lines that only pages without success had and that the last of them no longer has.
  private mutating func forgetLeftovers() {
    forget { [page] in !$0.isEstablished && $0.lastSeen != page }
  }

  private mutating func revertNotes() {
    newestMs.revert()
    lastExemplars.revert()
  }

  private mutating func forget(where isEnded: (LineCache.Entry) -> Bool) {
    var ended: [SeriesID] = []
    for number in 0..<UInt32(lines.entries.count) {
      let entry = lines.entries[Int(number)]
      guard entry.isLive && isEnded(entry) else { continue }
      if entry.isOwner { ended.append(SeriesID(rawValue: entry.series)) }
      lines.forget(number)
      newestMs.forget(number)
      lastExemplars.forget(number)
    }
    guard !ended.isEmpty else { return }
    let released = ended
    registry.withTable { table in for id in released { table.release(id) } }
  }

  /// Numbers all series anew after a family's metadata changed. Rare: a target was replaced by another version.
  private mutating func renewMetadataIfChanged() {
    guard families.settlePage(lineCount: lines.count) else { return }
    let owners = (0..<UInt32(lines.entries.count)).filter { number in
      lines.entries[Int(number)].isLive && lines.entries[Int(number)].isOwner
    }
    registry.withTable { table in
      for number in owners {
        let old = SeriesID(rawValue: lines.entries[Int(number)].series)
        let labels = table.labels(of: old)
        let new = table.register(labels, families.metadata(ofSeries: labels["__name__"] ?? ""))
        table.release(old)
        if new != old { lines.setSeries(number, new) }
      }
    }
  }
}
