import MetricModel

/// Prometheus text, versions 0.0.4 and 1.0.0.
///
/// Where the reference's reader is odd about NULs, so is this one: a NUL where a line should begin ends the page, and
/// one inside a comment, a help text or a label value is passed over. A page that it takes must not be lost here.
extension EntryReader {
  mutating func nextInPrometheusText(_ bytes: Span<UInt8>) throws(ExpositionError) -> ExpositionEntry? {
    while true {
      let start = bytes.skippingBlanks(from: cursor)
      let first = bytes.byte(at: start)
      switch first {
      case Byte.newline: cursor = start + 1
      case 0:
        cursor = bytes.count
        return nil
      case Byte.hash: return try commentInPrometheusText(bytes, behindHashAt: start + 1)
      case _ where first == Byte.braceOpen || Byte.isMetricStart(first):
        let end = try readSeries(bytes, from: start)
        // From the cursor on: the reference counts blanks before a name as part of it.
        try finishPrometheusText(bytes, cursor..<end, valueStart: bytes.skippingBlanks(from: end))
        return .series
      default: throw ExpositionError(bytes, at: start, expected: "a metric name, \"{\" or \"#\"")
      }
    }
  }

  /// Reads value and timestamp, and takes the line if they are well-formed.
  mutating func finishPrometheusText(
    _ bytes: Span<UInt8>, _ series: Range<Int>, valueStart: Int
  ) throws(ExpositionError) {
    var (value, index) = try format.number(bytes, from: valueStart, expecting: "a value after the series")
    index = bytes.skippingBlanks(from: index)
    var timestampMs: Int64?
    if bytes.byte(at: index) != Byte.newline {
      (timestampMs, index) = try format.milliseconds(bytes, from: index)
      index = bytes.skippingBlanks(from: index)
      guard bytes.byte(at: index) == Byte.newline else {
        throw ExpositionError(bytes, at: index, expected: "the line's end after the timestamp")
      }
    }
    if value.isNaN { value = SpecialNaN.normal }
    self.value = value
    self.timestampMs = timestampMs
    seriesText = series
    exemplarLabelsStart = nil
    cursor = index + 1
  }

  private mutating func commentInPrometheusText(
    _ bytes: Span<UInt8>, behindHashAt start: Int
  ) throws(ExpositionError) -> ExpositionEntry? {
    let word = bytes.skippingBlanks(from: start)
    if word > start {
      let (type, help) = (
        bytes.endOfKeyword("TYPE", from: word, blanks: .some), bytes.endOfKeyword("HELP", from: word, blanks: .some)
      )
      if let type { return try metadata(bytes, .type, from: type) }
      if let help { return try metadata(bytes, .help, from: help) }
    }
    var index = word
    // Without a blank behind "#" any NUL ends the page; with one, only a NUL directly behind the blanks.
    let endsAtNUL = word == start || bytes.byte(at: word) == 0
    while bytes.byte(at: index) != Byte.newline {
      if index >= bytes.count || endsAtNUL && bytes[index] == 0 {
        cursor = bytes.count
        return nil
      }
      index += 1
    }
    metadataTextRange = 0..<0
    cursor = index + 1
    return .comment
  }

  /// Reads name and text of a `TYPE` or `HELP` line.
  private mutating func metadata(
    _ bytes: Span<UInt8>, _ entry: ExpositionEntry, from start: Int
  ) throws(ExpositionError) -> ExpositionEntry {
    let (name, nameEnd) = try metadataName(bytes, from: start)
    guard bytes.byte(at: nameEnd) != 0, let lineEnd = bytes.newline(from: nameEnd) else {
      throw ExpositionError(bytes, at: nameEnd, expected: "text after the metric name")
    }
    // One byte separates, whichever it is; blanks alone are no text.
    var text = min(nameEnd + 1, lineEnd)..<lineEnd
    if Byte.isBlank(bytes[nameEnd]), text.allSatisfy({ Byte.isBlank(bytes[$0]) || bytes[$0] == 0 }) {
      text = lineEnd..<lineEnd
    }
    if entry == .type {
      familyType = try declaredType(bytes, text)
    } else if !bytes.isUTF8(text) {
      throw ExpositionError(bytes, at: text.lowerBound, expected: "a help text in UTF-8")
    }
    metadataNameRange = name
    metadataTextRange = text
    metadataEscapesQuotes = false
    cursor = lineEnd + 1
    return entry
  }
}
