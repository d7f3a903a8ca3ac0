import MetricModel

/// OpenMetrics text, versions 0.0.1 and 1.0.
///
/// As lenient as the reference about the order of families and of lines within one, and as strict about blanks.
extension EntryReader {
  mutating func nextInOpenMetrics(_ bytes: Span<UInt8>) throws(ExpositionError) -> ExpositionEntry? {
    let start = cursor
    let first = bytes.byte(at: start)
    if first == Byte.braceOpen || Byte.isMetricStart(first) {
      let end = try readSeries(bytes, from: start)
      try finishOpenMetrics(bytes, start..<end)
      return .series
    }
    if start >= bytes.count, hasSeenEnd { return nil }
    guard first == Byte.hash, bytes.byte(at: start + 1) == Byte.space else {
      let expected = start >= bytes.count ? "\"# EOF\" as the last line" : "a metric name, \"{\" or \"# \""
      throw ExpositionError(bytes, at: start, expected: expected)
    }
    let word = start + 2
    if let end = bytes.endOfKeyword("TYPE", from: word, blanks: .one) { return try metadata(bytes, .type, from: end) }
    if let end = bytes.endOfKeyword("HELP", from: word, blanks: .one) { return try metadata(bytes, .help, from: end) }
    if let end = bytes.endOfKeyword("UNIT", from: word, blanks: .one) { return try metadata(bytes, .unit, from: end) }
    guard var end = bytes.endOfKeyword("EOF", from: word, blanks: .none) else {
      throw ExpositionError(bytes, at: word, expected: "TYPE, HELP, UNIT or EOF")
    }
    if bytes.byte(at: end) == Byte.newline { end = bytes.skippingNULs(from: end + 1) }
    guard end >= bytes.count else { throw ExpositionError(bytes, at: end, expected: "nothing after \"# EOF\"") }
    cursor = end
    hasSeenEnd = true
    return nil
  }

  /// Reads value, timestamp and exemplar, and takes the line if they are well-formed.
  mutating func finishOpenMetrics(_ bytes: Span<UInt8>, _ series: Range<Int>) throws(ExpositionError) {
    guard bytes.byte(at: series.upperBound) == Byte.space else {
      throw ExpositionError(bytes, at: series.upperBound, expected: "one space and a value after the series")
    }
    var (value, index) = try format.number(bytes, from: series.upperBound + 1, expecting: "a value after the series")
    var timestampMs: Int64?
    if bytes.byte(at: index) == Byte.space, bytes.byte(at: index + 1) != Byte.hash {
      (timestampMs, index) = try format.seconds(bytes, from: index + 1)
    }
    var exemplarLabelsStart: Int?
    if bytes.byte(at: index) == Byte.space {
      guard bytes.byte(at: index + 1) == Byte.hash, bytes.byte(at: index + 2) == Byte.space,
        bytes.byte(at: index + 3) == Byte.braceOpen
      else { throw ExpositionError(bytes, at: index + 1, expected: "\"# {\" or the line's end") }
      exemplarLabelsStart = index + 4
      index = try finishExemplar(bytes, labelsStart: index + 4)
    }
    guard bytes.byte(at: index) == Byte.newline else {
      throw ExpositionError(bytes, at: index, expected: "the line's end")
    }
    if value.isNaN { value = SpecialNaN.normal }
    self.value = value
    self.timestampMs = timestampMs
    self.exemplarLabelsStart = exemplarLabelsStart
    seriesText = series
    cursor = index + 1
  }

  /// Checks an exemplar's labels and reads its value and timestamp.
  ///
  /// - Returns: the place behind it.
  private mutating func finishExemplar(_ bytes: Span<UInt8>, labelsStart: Int) throws(ExpositionError) -> Int {
    var list = LabelList(.exemplar, behindBraceAt: labelsStart, hasMetricName: true)
    while try list.next(in: bytes) != nil {}
    guard bytes.byte(at: list.position) == Byte.space else {
      throw ExpositionError(bytes, at: list.position, expected: "one space and a value after the exemplar's labels")
    }
    var (value, index) = try format.number(bytes, from: list.position + 1, expecting: "an exemplar's value")
    var timestampMs: Int64?
    if bytes.byte(at: index) == Byte.space { (timestampMs, index) = try format.seconds(bytes, from: index + 1) }
    if value.isNaN { value = SpecialNaN.normal }
    exemplarValue = value
    exemplarTimestampMs = timestampMs
    return index
  }

  private mutating func metadata(
    _ bytes: Span<UInt8>, _ entry: ExpositionEntry, from start: Int
  ) throws(ExpositionError) -> ExpositionEntry {
    let (name, nameEnd) = try metadataName(bytes, from: start)
    guard bytes.byte(at: nameEnd) == Byte.space, let lineEnd = bytes.newline(from: nameEnd) else {
      throw ExpositionError(bytes, at: nameEnd, expected: "one space and a text after the metric name")
    }
    // The reference passes over NULs behind the newline and counts the text to the last of them.
    let next = bytes.skippingNULs(from: lineEnd + 1)
    let text = nameEnd + 1..<next - 1
    switch entry {
    case .type: familyType = try declaredType(bytes, text)
    case .unit: try checkUnit(bytes, text, of: name)
    default:
      guard bytes.isUTF8(text) else {
        throw ExpositionError(bytes, at: text.lowerBound, expected: "a help text in UTF-8")
      }
    }
    metadataNameRange = name
    metadataTextRange = text
    metadataEscapesQuotes = entry == .help
    cursor = next
    return entry
  }

  /// A unit must be the name's last word: `seconds` of `lat_seconds`.
  private func checkUnit(_ bytes: Span<UInt8>, _ unit: Range<Int>, of name: Range<Int>) throws(ExpositionError) {
    if unit.isEmpty { return }
    let start = name.upperBound - unit.count
    guard start > name.lowerBound, bytes[start - 1] == Byte.underscore,
      unit.indices.allSatisfy({ bytes[$0] == bytes[start + $0 - unit.lowerBound] })
    else {
      throw ExpositionError(bytes, at: unit.lowerBound, expected: "a unit that is the metric name's last word")
    }
  }
}
