import ByteCoding
import MetricModel

/// Which rules hold between a pair of braces.
enum LabelDialect {
  /// Prometheus text: blanks between tokens, commas optional.
  case prometheusText
  case openMetrics
  /// An exemplar's labels in OpenMetrics: no metric name among them.
  case exemplar
}

/// Reads what stands between braces, one label a call, in place.
///
/// - Complexity: O(bytes) over the whole list; no allocation.
struct LabelList {
  struct Label {
    /// Without quotes, escapes as they stand.
    var name: Range<Int>
    var isQuoted: Bool
    /// Without quotes, escapes as they stand; nil when the name is the series' quoted metric name.
    var value: Range<Int>?
  }

  /// A label that is written as nearly all are.
  struct PlainLabel {
    var place: LabelPlace
    /// Whether it has the name of the label that it was compared with.
    var hasSameName: Bool
    /// Whether it has its value too.
    var isSame: Bool
  }

  let dialect: LabelDialect
  /// Just behind what was read last: behind the closing brace once ``next(in:)`` has returned nil.
  var position: Int
  /// Whether the series has its metric name already, before the braces or among the labels.
  var hasMetricName: Bool
  private var isClosed = false

  init(_ dialect: LabelDialect, behindBraceAt position: Int, hasMetricName: Bool) {
    self.dialect = dialect
    self.position = position
    self.hasMetricName = hasMetricName
  }

  /// Goes behind labels that are known to be well-formed: `position` is that behind the last one's comma or brace.
  @inline(__always)
  mutating func skip(to position: Int, in bytes: Span<UInt8>) {
    self.position = position
    isClosed = bytes.byte(at: position - 1) == Byte.braceClose
  }

  /// Where the next label lies if it is written as nearly all are: a plain name, `="`, ASCII without escapes, a quote,
  /// and a comma or the closing brace. All dialects read that in the same way.
  ///
  /// - Parameters:
  ///   - origin: what the places are counted from.
  ///   - known: where such a label lies that this one may begin as, or ``LabelPlace/nothing``; no byte that both have in
  ///     common is read again.
  ///   - knownOrigin: what its places are counted from.
  /// - Returns: nil, with nothing changed, for any other label, for one that a place cannot tell, and at the end.
  @inline(__always)
  mutating func nextIfPlain(
    in bytes: Span<UInt8>, from origin: Int, like known: LabelPlace, from knownOrigin: Int
  ) -> PlainLabel? {
    let start = position
    if isClosed { return nil }
    // A place in the page is far from where sums wrap around.
    let textCount = known.end &- known.start
    // With the quote behind it.
    let common = textCount > 0 ? bytes.commonCount(knownOrigin &+ known.start, start, atMost: textCount &+ 1) : 0
    var nameEnd = start &+ known.nameByteCount
    // How far the label is known to be as it should.
    var knownEnd = start &+ min(common, textCount)
    let (isSame, hasSameName) = (textCount > 0 && common > textCount, knownEnd >= nameEnd &+ 2)
    if !hasSameName {
      guard Byte.isLabelStart(bytes.byte(at: start)) else { return nil }
      nameEnd = bytes.endOfLabelName(from: start)
      guard bytes.byte(at: nameEnd) == Byte.equals, bytes.byte(at: nameEnd &+ 1) == Byte.quote else { return nil }
      knownEnd = nameEnd &+ 2
    }
    let end = isSame ? knownEnd : bytes.endOfPlainASCII(from: knownEnd)
    guard bytes.byte(at: end) == Byte.quote else { return nil }
    let separator = bytes.byte(at: end &+ 1)
    guard separator == Byte.comma || separator == Byte.braceClose, end &- origin <= LabelPlace.endMax
    else { return nil }
    isClosed = separator == Byte.braceClose
    position = end &+ 2
    let place = LabelPlace(
      nameStart: start &- origin, nameEnd: nameEnd &- origin, valueStart: nameEnd &+ 2 &- origin,
      valueEnd: end &- origin)
    return PlainLabel(place: place, hasSameName: hasSameName, isSame: isSame)
  }

  /// The next label, or nil behind the closing brace.
  mutating func next(in bytes: Span<UInt8>) throws(ExpositionError) -> Label? {
    if isClosed { return nil }
    let start = skippingBlanks(bytes, position)
    let first = bytes.byte(at: start)
    if first == Byte.braceClose { return close(behind: start) }
    var name = start..<start
    var end: Int
    let isQuoted = first == Byte.quote
    if isQuoted {
      let quoted = QuotedText(in: bytes, at: start, newlines: dialect != .exemplar, skipsNULs: false)
      guard let quoted else { throw ExpositionError(bytes, at: start, expected: "a closed quoted name") }
      end = quoted.end
      name = start + 1..<end - 1
    } else {
      guard Byte.isLabelStart(first) else {
        throw ExpositionError(bytes, at: start, expected: "a label name or \"}\"")
      }
      end = bytes.endOfLabelName(from: start)
      name = start..<end
    }
    end = skippingBlanks(bytes, end)
    let separator = bytes.byte(at: end)
    if separator == Byte.equals { return try value(of: name, isQuoted, in: bytes, behindEqualsAt: end + 1) }
    guard isQuoted, dialect != .exemplar, separator == Byte.comma || separator == Byte.braceClose else {
      throw ExpositionError(bytes, at: end, expected: "\"=\" after label name")
    }
    if hasMetricName { throw ExpositionError(bytes, at: start, expected: "no second metric name") }
    hasMetricName = true
    if separator == Byte.braceClose { _ = close(behind: end) } else { position = end + 1 }
    return Label(name: name, isQuoted: true, value: nil)
  }

  private mutating func close(behind index: Int) -> Label? {
    position = index + 1
    isClosed = true
    return nil
  }

  private mutating func value(
    of name: Range<Int>, _ isQuoted: Bool, in bytes: Span<UInt8>, behindEqualsAt start: Int
  ) throws(ExpositionError) -> Label {
    var start = start
    if dialect == .prometheusText, Byte.isBlank(bytes.byte(at: start)) {
      // The reference passes over NULs among blanks here, though not directly behind "=".
      while Byte.isBlank(bytes.byte(at: start)) { start = bytes.skippingNULs(from: start + 1) }
    }
    let quoted = QuotedText(
      in: bytes, at: start, newlines: dialect == .prometheusText, skipsNULs: dialect != .exemplar)
    guard let quoted else { throw ExpositionError(bytes, at: start, expected: "a quoted label value") }
    guard quoted.isASCII || bytes.isUTF8(start..<quoted.end) else {
      throw ExpositionError(bytes, at: start, expected: "a label value in UTF-8")
    }
    position = skippingBlanks(bytes, quoted.end)
    let separator = bytes.byte(at: position)
    if separator == Byte.comma {
      position += 1
    } else if dialect != .prometheusText, separator != Byte.braceClose {
      throw ExpositionError(bytes, at: position, expected: "\",\" or \"}\" after label value")
    }
    return Label(name: name, isQuoted: isQuoted, value: start + 1..<quoted.end - 1)
  }

  @inline(__always)
  private func skippingBlanks(_ bytes: Span<UInt8>, _ index: Int) -> Int {
    dialect == .prometheusText ? bytes.skippingBlanks(from: index) : index
  }
}

/// A quoted run of bytes in which a backslash takes the byte behind it along.
struct QuotedText {
  /// Just behind the closing quote.
  let end: Int
  let isASCII: Bool

  /// - Parameters:
  ///   - start: the place of the opening quote.
  ///   - newlines: whether a bare newline may stand inside.
  ///   - skipsNULs: whether NULs may stand inside. Where they may, the reference counts those directly behind the
  ///     closing quote as part of the text, so this does too: `"b"` and a NUL is the text `b"`.
  init?(in bytes: Span<UInt8>, at start: Int, newlines: Bool, skipsNULs: Bool) {
    guard bytes.byte(at: start) == Byte.quote else { return nil }
    var seen: UInt64 = 0
    var index = start + 1
    while true {
      index = bytes.endOfPlainText(from: index, seen: &seen)
      guard index < bytes.count else { return nil }
      let byte = bytes[index]
      index += 1
      switch byte {
      case Byte.quote:
        end = skipsNULs && bytes.byte(at: index) == 0 ? bytes.skippingNULs(from: index) : index
        isASCII = seen & ByteClass.marks == 0
        return
      case Byte.backslash:
        if skipsNULs { index = bytes.skippingNULs(from: index) }
        let escaped = bytes.byte(at: index)
        if escaped == Byte.newline || escaped == 0 { return nil }
        seen |= UInt64(escaped)
        index += 1
      case Byte.newline where !newlines: return nil
      case 0 where !skipsNULs: return nil
      default: break
      }
    }
  }
}
