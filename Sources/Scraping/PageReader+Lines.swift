import ByteCoding
import Exposition
import MetricModel
import Settings

/// Pages in text.
extension PageReader {
  mutating func readLines(
    _ body: [UInt8], _ format: ExpositionFormat, _ knowsFormat: Bool, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) throws(ScrapeFailure) {
    var parser = ExpositionParser(body, format: format)
    var previous = LineCache.none
    let learns = beginLines(format)
    let knowsLines = knowsFormat && !learns
    var refusal: ScrapeFailure?
    // How bounds are spelled, and what a line is to a histogram, depends on the family that it stands under.
    var familyHash: UInt64 = 0
    // Only a line that is read in full changes it.
    var isPlain = isPlain
    do throws(ExpositionError) {
      reading: while true {
        if knowsLines,
          try takeKnown(&parser, &previous, familyHash, isPlain, timeMs, &batch, &summary, &refusal)
        {
          if refusal != nil { break }
          continue
        }
        let start = parser.cursor
        guard let kind = try parser.next() else { break }
        if kind != .series {
          if kind != .comment { familyHash = takeMetadata(kind, parser, from: start) }
          finishClassic(timeMs, &batch, &summary, &refusal)
          continue
        }
        do throws(ScrapeFailure) {
          let hash = parser.seriesHash ^ familyHash
          let known = lines.find(hash: hash, byteCount: parser.seriesText.count)
          var line = known ?? 0
          if known == nil {
            // What was expected here mostly comes behind what came in.
            let expected = lines.expected(after: previous)
            line = try newLine(&parser, hash: hash)
            lines.expect(expected, after: line)
          }
          lines.link(previous, to: line)
          takeInMetric(&parser, line, isNew: known == nil || learns, timeMs, &batch, &summary, &refusal)
          isPlain = self.isPlain
          previous = line
        } catch {
          summary.scraped += 1
          refusal = error
        }
        if refusal != nil { break reading }
      }
    } catch {
      throw ScrapeFailure(.page, error.description)
    }
    if refusal == nil { finishClassic(timeMs, &batch, &summary, &refusal) }
    if let refusal { throw refusal }
  }

  /// Takes lines that are as expected, and the one behind them if the last page had it nearby.
  ///
  /// - Returns: whether the latter was there.
  private mutating func takeKnown(
    _ parser: inout ExpositionParser, _ previous: inout UInt32, _ familyHash: UInt64, _ isPlain: Bool, _ timeMs: Int64,
    _ batch: inout SampleBatch, _ summary: inout PageSummary, _ refusal: inout ScrapeFailure?
  ) throws(ExpositionError) -> Bool {
    if isPlain {
      let taken = lines.takeSteady(&parser, after: &previous, familyHash: familyHash, at: timeMs, into: &batch)
      summary.scraped += taken
      summary.afterRelabeling += taken
    }
    guard let line = try knownLine(&parser, after: previous, familyHash) else { return false }
    previous = line
    if isPlain {
      let hasExemplar = parser.hasExemplar
      let isTaken = take(line, parser.value, parser.timestampMs, timeMs, &batch, &summary)
      if isTaken && hasExemplar { attachExemplar(parser, line, &batch) }
    } else {
      takeInMetric(&parser, line, isNew: false, timeMs, &batch, &summary, &refusal)
    }
    return true
  }

  /// Takes the next line if it is the one expected, or one of those that stood behind it: lines may have gone away.
  private mutating func knownLine(
    _ parser: inout ExpositionParser, after previous: UInt32, _ familyHash: UInt64
  ) throws(ExpositionError) -> UInt32? {
    if parser.isAtComment { return nil }
    var line = lines.expected(after: previous)
    for _ in 0..<(lines.isIndexed ? Self.lookAheadIndexed : Self.lookAhead) {
      if line == LineCache.none { return nil }
      let entry = lines.entries[Int(line)]
      if entry.isLive, try parser.nextIfKnown(byteCount: entry.byteCount, hash: entry.hash ^ familyHash) {
        lines.link(previous, to: line)
        return line
      }
      line = lines.next(of: line)
    }
    return nil
  }

  /// How many of the lines that stood on the last page are compared with one before it is parsed. Lines that go away
  /// are one or a histogram's, and to see that a line is another one mostly takes one byte of it.
  private static let lookAhead = 16

  /// The same while lines can be found by their hash, because others come and go: there another line mostly is a new one.
  private static let lookAheadIndexed = 2

  /// - Returns: whether all lines are to be parsed, to learn which have start timestamps.
  private mutating func beginLines(_ format: ExpositionFormat) -> Bool {
    defer {
      starts.endLearning()
      starts.beginPage()
      classics.reset()
      hasStarts = nil
    }
    return starts.mustLearn && format == .openMetrics
  }

  /// Takes in what a line says of a family.
  ///
  /// - Returns: the hash of the family that the next lines stand under.
  private mutating func takeMetadata(
    _ kind: ExpositionEntry, _ parser: borrowing ExpositionParser, from start: Int
  ) -> UInt64 {
    let range = start..<parser.cursor
    let hash = Hash64.process(parser.body, range)
    if !families.recognises(hash: hash, byteCount: range.count) {
      readMetadata(kind, parser, hash: hash, byteCount: range.count)
    }
    return Self.familyHash(parser)
  }

  /// Whether all that matters of a line is its sample.
  @inline(__always)
  private var isPlain: Bool { starts.isEmpty && !histograms.convertsClassic }

  private static func familyHash(_ parser: borrowing ExpositionParser) -> UInt64 {
    switch parser.metadataType {
    case .histogram, .gaugeHistogram, .summary: break
    case .unknown, .counter, .gauge, .info, .stateSet: return 0
    }
    let name = parser.metadataName
    // The type spread over the bits; it wraps by intent.
    return Hash64.process(parser.body, name.startIndex..<name.endIndex)
      ^ (UInt64(parser.metadataType.rawValue) &+ 1) &* 0x9e37_79b9_7f4a_7c15
  }

  /// Attaches the parser's exemplar to the sample appended last, which is the line's.
  @inline(never)
  private mutating func attachExemplar(
    _ parser: borrowing ExpositionParser, _ line: UInt32, _ batch: inout SampleBatch
  ) { attach(parser.exemplar(), of: line, to: &batch) }

  /// Gives a line seen for the first time its series.
  ///
  /// - Throws: why the whole page is refused.
  @inline(never)
  private mutating func newLine(
    _ parser: inout ExpositionParser, hash: UInt64
  ) throws(ScrapeFailure) -> UInt32 {
    let plain = usesPatterns ? parser.plainSeries : nil
    if let plain, let line = patternedLine(parser, plain, hash: hash) { return line }
    guard parser.labels(into: &scratch) else {
      throw ScrapeFailure(.page, "a label name stands twice in \(scratch), or is no name")
    }
    let byteCount = parser.seriesText.count
    let emptied = labeler.honorLabels ? EmptyLabels.names(in: parser.body, parser.seriesText) : []
    guard histograms.convertsClassic,
      let role = SeriesRole(scratch, family: parser.metadataName, parser.metadataType),
      let (kind, bound) = ClassicGathering.part(of: role, parser.metadataType)
    else {
      let line = try line(hash: hash, byteCount: byteCount, emptied: emptied)
      if let plain { learnPattern(of: line, parser, plain) }
      return line
    }
    let part = ClassicGathering.Part(kind: kind, bound: bound, histogram: try convertedLine(role.metric, emptied))
    let line: UInt32
    if histograms.keepsClassic {
      line = try self.line(hash: hash, byteCount: byteCount, emptied: emptied)
    } else {
      line = lines.insert(hash: hash, byteCount: byteCount, series: LineCache.dropped)
    }
    classics.set(part, for: line)
    return line
  }

  /// The line that stands for the histogram that a classic one becomes.
  private mutating func convertedLine(
    _ labels: LabelSet, _ emptied: [ArraySlice<UInt8>]
  ) throws(ScrapeFailure) -> UInt32 {
    let text = Array(labels.description.utf8)
    // The zero keeps it apart from any line of text.
    let hash = Hash64.process(text + [0], 0..<text.count + 1)
    if let known = lines.find(hash: hash, byteCount: text.count) { return known }
    let series = scratch
    defer { scratch = series }
    scratch = labels
    return try line(hash: hash, byteCount: text.count, emptied: emptied)
  }

  /// Gives a line its series, whose labels as exposed are in `scratch`.
  ///
  /// - Throws: why the whole page is refused.
  mutating func line(
    hash: UInt64, byteCount: Int, emptied: [ArraySlice<UInt8>]
  ) throws(ScrapeFailure) -> UInt32 {
    switch labeler.apply(to: &scratch, emptied: emptied) {
    case .fail(let failure): throw failure
    case .drop: return lines.insert(hash: hash, byteCount: byteCount, series: LineCache.dropped)
    case .keep: break
    }
    // By the name as stored: then equal labels have equal metadata, and a series has one number whatever its spelling.
    let metadata = families.metadata(ofSeries: scratch)
    let (id, isShared) = registry.withTable { [scratch] table in
      let id = table.register(scratch, metadata)
      return (id, table.isShared(id))
    }
    return insert(id, isShared: isShared, hash: hash, byteCount: byteCount)
  }

  /// Adds a line of a series that is held for it.
  mutating func insert(_ id: SeriesID, isShared: Bool, hash: UInt64, byteCount: Int) -> UInt32 {
    guard isShared, let owner = lines.owner(of: id) else {
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
}
