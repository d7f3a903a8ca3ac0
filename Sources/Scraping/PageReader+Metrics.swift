import Exposition
import MetricModel

/// Pages in protobuf.
extension PageReader {
  mutating func readMetrics(
    _ body: [UInt8], _ timeMs: Int64, _ batch: inout SampleBatch, _ summary: inout PageSummary
  ) throws(ScrapeFailure) {
    var parser = FamilyParser(body)
    var previous = LineCache.none
    while try Self.advance(&parser) {
      if parser.isFirstOfFamily { readFamily(parser) }
      let shape = histograms.shape(of: parser)
      if let converts = shape.converts {
        let series = parser.histogramSeries(converted: converts)
        let line = try line(of: series, parser, after: &previous, &summary)
        let histogram =
          converts
          ? parser.classicHistogram().converted(timestampMs: 0, startTimestampMs: parser.startTimestampMs)
          : parser.nativeHistogram(timestampMs: 0)
        // A classic histogram that contradicts itself is left out, and its series ends; a native one refuses the page.
        if let histogram {
          try take(
            line, histogram, parser.timestampMs, exemplars: parser.histogramExemplars(), timeMs, &batch, &summary)
        }
      }
      if shape.hasFloats { try takeFloats(parser, after: &previous, timeMs, &batch, &summary) }
    }
  }

  private mutating func takeFloats(
    _ parser: borrowing FamilyParser, after previous: inout UInt32, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary
  ) throws(ScrapeFailure) {
    let (shown, startMs) = (parser.timestampMs, parser.familyType == .gauge ? 0 : parser.startTimestampMs)
    for index in 0..<parser.seriesCount {
      let series = parser.series(at: index)
      let line = try line(of: series, parser, after: &previous, &summary)
      if take(line, series.value, shown, startMs: startMs, timeMs, &batch, &summary), series.hasExemplar {
        attach(parser.exemplar(of: series), of: line, to: &batch)
      }
    }
  }

  private static func advance(_ parser: inout FamilyParser) throws(ScrapeFailure) -> Bool {
    do throws(ExpositionError) {
      return try parser.next()
    } catch {
      throw ScrapeFailure(.page, error.description)
    }
  }

  /// The line of a series, known by its place or its hash, or read for the first time.
  @inline(__always)
  private mutating func line(
    of series: FamilyParser.Series, _ parser: borrowing FamilyParser, after previous: inout UInt32,
    _ summary: inout PageSummary
  ) throws(ScrapeFailure) -> UInt32 {
    let expected = lines.expected(after: previous)
    if expected != LineCache.none {
      let entry = lines.entries[Int(expected)]
      if entry.isLive, entry.hash == series.hash, entry.byteCount == series.byteCount {
        previous = expected
        return expected
      }
    }
    let line: UInt32
    if let known = lines.find(hash: series.hash, byteCount: series.byteCount) {
      line = known
    } else {
      line = try newLine(of: series, parser, &summary)
    }
    lines.link(previous, to: line)
    previous = line
    return line
  }

  private mutating func newLine(
    of series: FamilyParser.Series, _ parser: borrowing FamilyParser, _ summary: inout PageSummary
  ) throws(ScrapeFailure) -> UInt32 {
    guard let isNamed = try? parser.labels(of: series, into: &scratch), isNamed else {
      summary.scraped += 1
      throw ScrapeFailure(.page, "a label stands twice in \(scratch), or is no label")
    }
    let emptied = labeler.honorLabels ? parser.emptyLabels() : []
    do throws(ScrapeFailure) {
      return try line(hash: series.hash, byteCount: series.byteCount, emptied: emptied)
    } catch {
      summary.scraped += 1
      throw error
    }
  }

  private mutating func readFamily(_ parser: borrowing FamilyParser) {
    let (hash, byteCount) = parser.familyHash
    if families.recognises(hash: hash, byteCount: byteCount) { return }
    let metadata = parser.familyMetadata
    families.read(parser.familyName, hash: hash, byteCount: byteCount) { $0 = metadata }
  }
}
