import Exposition
import MetricModel

/// Pages that are the last one with other numbers.
extension LineCache {
  /// Takes lines for as long as each is the one expected, ``Marks/steady`` and a number alone.
  ///
  /// This is the way of nearly every sample: nothing in here allocates, counts references or looks at what a line that
  /// says more would need. What it leaves, others read.
  ///
  /// - Parameters:
  ///   - previous: the line before; the last one taken afterwards.
  ///   - familyHash: of the family that the lines stand under.
  /// - Returns: how many lines were taken; the batch has a sample of each.
  mutating func takeSteady(
    _ parser: inout ExpositionParser, after previous: inout UInt32, familyHash: UInt64, at timeMs: Int64,
    into batch: inout SampleBatch
  ) -> Int {
    let next = expected(after: previous)
    guard next != Self.none, entries[Int(next)].marks == .steady else { return 0 }
    let before = batch.floatCount
    let (entries, nexts, chainedCount, known) = (entries, nexts, chainedCount, self.series)
    // Each line is taken once, so there are no more than the page has not had yet.
    batch.append(atMost: entries.count - seenCount, timestampMs: timeMs) { series, values in
      var seen = seen.mutableSpan
      // Beyond these no line is expected.
      let chained = nexts.isEmpty ? entries.span.extracting(first: chainedCount) : entries.span
      previous = Self.walk(
        chained, nexts.span, known.numbers.span, first: known.first, from: next, after: previous, &seen, &parser,
        familyHash, &series, &values)
    }
    let taken = batch.floatCount - before
    seenCount += taken
    return taken
  }

  /// - Returns: the last line taken.
  private static func walk(
    _ entries: Span<Entry>, _ nexts: Span<UInt32>, _ numbers: Span<UInt32>, first firstSeries: UInt32,
    from first: UInt32, after previous: UInt32,
    _ seen: inout MutableSpan<UInt64>, _ parser: inout ExpositionParser, _ familyHash: UInt64,
    _ series: inout OutputSpan<SeriesID>, _ values: inout OutputSpan<Double>
  ) -> UInt32 {
    var (previous, next) = (previous, first)
    // The number that stands for none is beyond them all.
    while Int(next) < entries.count {
      let entry = entries[Int(next)]
      let (word, bit) = (Int(next >> 6), bit(next))
      guard entry.marks == .steady, seen[word] & bit == 0,
        let value = parser.nextIfPlain(byteCount: entry.byteCount, hash: entry.hash ^ familyHash)
      else { break }
      seen[word] |= bit
      series.append(SeriesID(rawValue: numbers.isEmpty ? firstSeries &+ next : numbers[Int(next)]))
      values.append(value)
      (previous, next) = (next, nexts.isEmpty ? next + 1 : nexts[Int(next)])
    }
    return previous
  }
}
