import MetricModel

/// Names and labels of series, which both formats write alike.
extension EntryReader {
  /// Reads a series up to the place behind its labels, and notes where they lie if all of them are plain.
  ///
  /// - Parameter start: of the name, or of the brace where there is none before it.
  /// - Returns: the place behind the closing brace, or behind the name where there are no braces.
  /// - Complexity: O(bytes), no allocation but for the first line of a page.
  mutating func readSeries(_ bytes: Span<UInt8>, from start: Int) throws(ExpositionError) -> Int {
    let common = places.commonCount(with: cursor, in: bytes)
    let nameEnd = places.nameEnd(from: cursor, common) ?? bytes.endOfMetricName(from: start)
    let isPrometheusText = format == .prometheusText
    let brace = isPrometheusText ? bytes.skippingBlanks(from: nameEnd) : nameEnd
    places.areKnown = nameEnd > start && nameEnd - cursor <= LabelPlace.endMax
    // Blanks before a name belong to it, as the reference has it.
    let name = 0..<nameEnd - cursor
    guard bytes.byte(at: brace) == Byte.braceOpen else {
      places.take(name: name, start: cursor, common: common)
      return nameEnd
    }
    var list = LabelList(
      isPrometheusText ? .prometheusText : .openMetrics, behindBraceAt: brace + 1, hasMetricName: nameEnd > start)
    places.take(name: name, labels: &list, in: bytes, start: cursor, common: common)
    while try list.next(in: bytes) != nil { places.areKnown = false }
    guard list.hasMetricName else { throw ExpositionError(bytes, at: start, expected: "a metric name") }
    return list.position
  }
}
