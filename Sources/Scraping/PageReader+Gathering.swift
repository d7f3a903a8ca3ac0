import Exposition
import MetricModel
import Settings

/// Lines that belong together: the parts of a classic histogram, and samples with the line that tells their start.
extension PageReader {
  /// Takes the sample of a line that may have something to do with its neighbours. The parser is not changed, but it is
  /// big, and would be copied.
  @inline(never)
  mutating func takeInMetric(
    _ parser: inout ExpositionParser, _ line: UInt32, isNew: Bool, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary, _ refusal: inout ScrapeFailure?
  ) {
    var index: Int?
    if gathers(&parser, line, timeMs, &batch, &summary, &refusal) {
      see(line, lines.entries[Int(line)])
    } else if take(
      line, parser.value, parser.timestampMs, startMs: starts.startMs(of: line), timeMs, &batch, &summary)
    {
      index = batch.floatCount - 1
      if parser.hasExemplar { attach(parser.exemplar(), of: line, to: &batch) }
    }
    let learns = parser.format == .openMetrics && (isNew && mayTellStarts(parser) || starts.wantsRole(of: line))
    if !learns && starts.isEmpty { return }
    if let index { starts.noteSample(of: line, at: index) }
    if learns, parser.labels(into: &scratch),
      let role = SeriesRole(scratch, family: parser.metadataName, parser.metadataType)
    {
      starts.learn(line, role, sampleIndex: index)
    }
    if let finished = classics.finished {
      starts.noteSample(of: finished.partLine, at: finished.index, isHistogram: true)
      classics.finished = nil
    }
    starts.takeCreated(line, parser.value, in: &batch)
  }

  /// Gathers the sample of a line that is part of a histogram to be converted.
  ///
  /// - Returns: whether the line itself is not to be taken.
  private mutating func gathers(
    _ parser: inout ExpositionParser, _ line: UInt32, _ timeMs: Int64, _ batch: inout SampleBatch,
    _ summary: inout PageSummary, _ refusal: inout ScrapeFailure?
  ) -> Bool {
    guard histograms.convertsClassic else { return false }
    guard let part = classics.part(of: line) else {
      finishClassic(timeMs, &batch, &summary, &refusal)
      return false
    }
    if classics.line != part.histogram { finishClassic(timeMs, &batch, &summary, &refusal) }
    classics.add(part, of: line, parser.value, parser.timestampMs, parser.hasExemplar ? parser.exemplar() : nil)
    return !histograms.keepsClassic
  }

  /// Takes the histogram that has been gathered, if there is one and it does not contradict itself.
  @inline(never)
  mutating func finishClassic(
    _ timeMs: Int64, _ batch: inout SampleBatch, _ summary: inout PageSummary, _ refusal: inout ScrapeFailure?
  ) {
    guard classics.line != LineCache.none else { return }
    let (line, part, shown) = (classics.line, classics.partLine, classics.timestampMs)
    let histogram = classics.histogram.converted(timestampMs: 0, startTimestampMs: starts.startMs(of: part))
    let exemplars = classics.exemplars
    classics.reset()
    guard let histogram else { return }
    do throws(ScrapeFailure) {
      if try take(line, histogram, shown, exemplars: exemplars, timeMs, &batch, &summary) {
        classics.finished = (part, batch.histograms.count - 1)
      }
    } catch {
      refusal = error
    }
  }

  private mutating func mayTellStarts(_ parser: borrowing ExpositionParser) -> Bool {
    if let hasStarts { return hasStarts }
    let found = parser.body.contains(Self.createdSuffix)
    hasStarts = found
    return found
  }

  private static let createdSuffix = Array("_created".utf8)
}

extension [UInt8] {
  /// Whether `text` stands anywhere in the bytes.
  ///
  /// - Complexity: O(bytes); the first byte of `text` is rare enough.
  fileprivate func contains(_ text: [UInt8]) -> Bool {
    guard let first = text.first else { return true }
    let bytes = span
    var index = 0
    while index + text.count <= bytes.count {
      if bytes[index] == first, text.indices.allSatisfy({ bytes[index + $0] == text[$0] }) { return true }
      index += 1
    }
    return false
  }
}
