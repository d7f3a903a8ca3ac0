public import MetricModel

extension ExpositionParser {
  /// Far beyond what any store takes; a bound, because putting labels in order costs their number squared at worst.
  public static let labelsPerSeriesMax = 1_024

  /// OpenMetrics allows an exemplar 128 characters of names and values, so more names than that cannot be stored.
  public static let labelsPerExemplarMax = 128

  /// Puts the last series' labels, unescaped and with `__name__`, into `labels`, replacing what it held.
  ///
  /// Under a `TYPE` of histogram or summary, `le` or `quantile` is rewritten as OpenMetrics writes a float (`1` becomes
  /// `1.0`), so that a series keeps its identity whatever format its target speaks. A label with an empty value is
  /// left out.
  ///
  /// - Returns: false when the labels cannot stand for a series, for which a scrape must refuse the page: a name is
  ///   there twice, is empty or is not UTF-8, or there are more labels than ``labelsPerSeriesMax``.
  /// - Complexity: O(bytes + labels²) at worst, O(bytes) for labels sorted by name.
  public func labels(into labels: inout LabelSet) -> Bool {
    let isValid =
      reader.places.areKnown
      ? reader.places.copy(into: &labels, from: body.span.extracting(seriesText)) : walkLabels(into: &labels)
    spellBound(in: &labels)
    return isValid
  }

  /// Where the last series' name and labels lie in ``seriesText``, if ``labels(into:)`` would take them from there without
  /// a change: they are written as nearly all are, and so is the bound of a bucket or a quantile, and no value is empty.
  ///
  /// A name may be there twice.
  public var plainSeries: PlainSeries? {
    reader.places.plain(in: body, from: reader.seriesText.lowerBound, bound: boundName)
  }

  /// The name of the label that has the bound of a bucket or a quantile, under a `TYPE` that has such.
  private var boundName: [UInt8]? {
    switch reader.familyType {
    case .histogram: Self.bucketBound
    case .summary: Self.quantile
    default: nil
    }
  }

  /// The labels of series that have escapes, quoted names or the like, and of those that were recognised.
  @inline(never)
  private func walkLabels(into labels: inout LabelSet) -> Bool {
    labels.removeAll()
    let bytes = body.span
    let start = bytes.skippingBlanks(from: seriesText.lowerBound)
    let nameEnd = bytes.endOfMetricName(from: start)
    var isValid = true
    // Blanks before a name belong to it, as the reference has it.
    if nameEnd > start { isValid = labels.set(Self.metricName, body[seriesText.lowerBound..<nameEnd]) }
    let braces = bytes.skippingBlanks(from: nameEnd)
    guard braces < seriesText.upperBound else { return isValid }
    var list = LabelList(
      format == .prometheusText ? .prometheusText : .openMetrics, behindBraceAt: braces + 1,
      hasMetricName: nameEnd > start)
    // The text was checked when the parser came to it, so there is no error to report.
    var count = 0
    while let label = try? list.next(in: bytes) {
      count += 1
      if count > Self.labelsPerSeriesMax { return false }
      let name = body[label.name]
      let isNameValid = !label.isQuoted || !name.isEmpty && bytes.isUTF8(label.name)
      let text = label.isQuoted ? unescaped(name, quotes: true) ?? name : name
      let isNew: Bool
      if let value = label.value {
        isNew = labels.set(text, unescaped(body[value], quotes: true) ?? body[value])
      } else {
        isNew = labels.set(Self.metricName, text)
      }
      isValid = isValid && isNew && isNameValid
    }
    return isValid
  }

  /// The last series' exemplar, or nil. Its labels are unescaped; one given twice keeps its last value.
  ///
  /// One with more than ``labelsPerExemplarMax`` labels counts as none.
  public func exemplar() -> Exemplar? {
    guard let start = reader.exemplarLabelsStart else { return nil }
    var labels = LabelSet()
    var count = 0
    var list = LabelList(.exemplar, behindBraceAt: start, hasMetricName: true)
    while let label = try? list.next(in: body.span) {
      count += 1
      if count > Self.labelsPerExemplarMax { return nil }
      guard let value = label.value else { continue }
      let (name, text) = (body[label.name], body[value])
      labels.set(unescaped(name, quotes: true) ?? name, unescaped(text, quotes: true) ?? text)
    }
    return Exemplar(labels: labels, value: reader.exemplarValue, timestampMs: reader.exemplarTimestampMs)
  }

  private static let metricName = ArraySlice("__name__".utf8)
  private static let bucketBound = Array("le".utf8)
  private static let quantile = Array("quantile".utf8)
  private static let noFraction = Array(".0".utf8)

  /// Writes the bound of a bucket or a quantile as OpenMetrics does.
  private func spellBound(in labels: inout LabelSet) {
    guard let name = boundName, let index = labels.index(ofName: name),
      !labels.valueSatisfies(at: index, { FloatText.shape($0) == .same })
    else { return }
    if labels.valueSatisfies(at: index, { FloatText.shape($0) == .whole }) {
      labels.extendValue(at: index, by: Self.noFraction)
      return
    }
    let value = labels.value(at: index)
    guard let number = try? DecimalNumber.value(of: 0..<value.count, in: value.span) else { return }
    labels.set(name[...], ArraySlice(FloatText.openMetrics(number).utf8))
  }
}

/// `text` with `\\`, `\n` and, if `quotes`, `\"` replaced by what they stand for; nil when it has no backslash.
///
/// Any other backslash stays, and so does what follows it.
func unescaped(_ text: ArraySlice<UInt8>, quotes: Bool) -> ArraySlice<UInt8>? {
  guard text.contains(Byte.backslash) else { return nil }
  var result: ArraySlice<UInt8> = []
  result.reserveCapacity(text.count)
  var index = text.startIndex
  while index < text.endIndex {
    let byte = text[index]
    index += 1
    guard byte == Byte.backslash, index < text.endIndex else {
      result.append(byte)
      continue
    }
    switch text[index] {
    case UInt8(ascii: "n"): result.append(Byte.newline)
    case Byte.backslash: result.append(Byte.backslash)
    case Byte.quote where quotes: result.append(Byte.quote)
    default:
      result.append(byte)
      continue
    }
    index += 1
  }
  return result
}
