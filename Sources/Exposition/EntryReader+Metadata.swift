import MetricModel

/// What both formats' metadata lines have in common.
extension EntryReader {
  /// A metric name, plain or quoted, and the place behind it.
  func metadataName(_ bytes: Span<UInt8>, from start: Int) throws(ExpositionError) -> (name: Range<Int>, end: Int) {
    if let quoted = QuotedText(in: bytes, at: start, newlines: true, skipsNULs: false) {
      return (start + 1..<quoted.end - 1, quoted.end)
    }
    guard Byte.isMetricStart(bytes.byte(at: start)) else {
      throw ExpositionError(bytes, at: start, expected: "a metric name")
    }
    let end = bytes.endOfMetricName(from: start)
    return (start..<end, end)
  }

  func declaredType(_ bytes: Span<UInt8>, _ text: Range<Int>) throws(ExpositionError) -> MetricMetadata.MetricType {
    let isPrometheusText = format == .prometheusText
    for type in MetricMetadata.MetricType.allCases {
      if isPrometheusText, type == .gaugeHistogram || type == .info || type == .stateSet { continue }
      let word = isPrometheusText && type == .unknown ? "untyped" : type.word
      if bytes.holds(word, at: text) { return type }
    }
    let expected = isPrometheusText ? "counter, gauge, histogram, summary or untyped" : "a metric type of OpenMetrics"
    throw ExpositionError(bytes, at: text.lowerBound, expected: expected)
  }
}

extension Span<UInt8> {
  /// Whether the bytes of `range` are those of `text`.
  func holds(_ text: String, at range: Range<Int>) -> Bool {
    var index = range.lowerBound
    for byte in text.utf8 {
      guard index < range.upperBound, self[index] == byte else { return false }
      index += 1
    }
    return index == range.upperBound
  }

  enum BlanksAfterKeyword {
    case none
    /// One space.
    case one
    /// One or more spaces or tabs.
    case some
  }

  /// The place behind `word` and its blanks, or nil when something else stands at `start`.
  ///
  /// NULs behind the first letter are passed over, as the reference's readers do.
  func endOfKeyword(_ word: StaticString, from start: Int, blanks: BlanksAfterKeyword) -> Int? {
    var index = start
    let matches = word.description.utf8.allSatisfy { letter in
      guard byte(at: index) == letter else { return false }
      index = skippingNULs(from: index + 1)
      return true
    }
    guard matches else { return nil }
    switch blanks {
    case .none: return index
    case .one: return byte(at: index) == Byte.space ? skippingNULs(from: index + 1) : nil
    case .some:
      guard Byte.isBlank(byte(at: index)) else { return nil }
      while Byte.isBlank(byte(at: index)) { index = skippingNULs(from: index + 1) }
      return index
    }
  }
}
