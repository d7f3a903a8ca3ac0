public import MetricModel

/// Writes a page in Prometheus text 0.0.4, or 1.0.0 where a name needs quotes.
///
///     var writer = ExpositionWriter()
///     writer.writeHelp("Requests served.", of: "http_requests_total")
///     writer.writeType(.counter, of: "http_requests_total")
///     writer.writeSeries(labels, value: 1027)
///     respond(writer.bytes)
///
/// The caller keeps the format's order: a family's metadata before its series, families not interleaved.
public struct ExpositionWriter: Sendable {
  /// The page so far; every line is complete.
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Writes a `HELP` line; backslashes and newlines are escaped.
  public mutating func writeHelp(_ text: String, of family: String) {
    writeKeyword("HELP", family)
    appendEscaped(Array(text.utf8)[...], quotes: false)
    bytes.append(Byte.newline)
  }

  /// Writes a `TYPE` line. What 0.0.4 has no word for becomes the nearest that it has: a gauge histogram `histogram`,
  /// info and state set `gauge`.
  public mutating func writeType(_ type: MetricMetadata.MetricType, of family: String) {
    writeKeyword("TYPE", family)
    let word =
      switch type {
      case .unknown: "untyped"
      case .gaugeHistogram: MetricMetadata.MetricType.histogram.word
      case .info, .stateSet: MetricMetadata.MetricType.gauge.word
      case .counter, .gauge, .histogram, .summary: type.word
      }
    append(word)
    bytes.append(Byte.newline)
  }

  /// Writes one line for the series that `labels`, with its `__name__`, names.
  ///
  /// - Parameter timestampMs: milliseconds since the Unix epoch; one before 1970 is left out, as readers refuse it.
  /// - Returns: false, with nothing written, if `labels` has no `__name__`.
  @discardableResult
  public mutating func writeSeries(_ labels: LabelSet, value: Double, timestampMs: Int64? = nil) -> Bool {
    guard let nameIndex = labels.index(of: Self.metricName) else { return false }
    let name = labels.value(at: nameIndex)
    let isQuoted = !Self.isPlain(name, colons: true)
    if !isQuoted { bytes.append(contentsOf: name) }
    if isQuoted || labels.count > 1 {
      bytes.append(Byte.braceOpen)
      if isQuoted { appendQuoted(name) }
      var isFirst = !isQuoted
      for index in 0..<labels.count where index != nameIndex {
        if !isFirst { bytes.append(Byte.comma) }
        isFirst = false
        let label = labels.name(at: index)
        if Self.isPlain(label, colons: false) { bytes.append(contentsOf: label) } else { appendQuoted(label) }
        bytes.append(Byte.equals)
        appendQuoted(labels.value(at: index))
      }
      bytes.append(Byte.braceClose)
    }
    bytes.append(Byte.space)
    append(FloatText.prometheus(value))
    if let timestampMs, timestampMs >= 0 {
      bytes.append(Byte.space)
      append(String(timestampMs))
    }
    bytes.append(Byte.newline)
    return true
  }

  private static let metricName = ArraySlice("__name__".utf8)

  private mutating func writeKeyword(_ keyword: String, _ family: String) {
    append("# " + keyword + " ")
    let name = Array(family.utf8)[...]
    if Self.isPlain(name, colons: true) { bytes.append(contentsOf: name) } else { appendQuoted(name) }
    bytes.append(Byte.space)
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendQuoted(_ text: ArraySlice<UInt8>) {
    bytes.append(Byte.quote)
    appendEscaped(text, quotes: true)
    bytes.append(Byte.quote)
  }

  private mutating func appendEscaped(_ text: ArraySlice<UInt8>, quotes: Bool) {
    for byte in text {
      switch byte {
      case Byte.backslash: append("\\\\")
      case Byte.newline: append("\\n")
      case Byte.quote where quotes: append("\\\"")
      default: bytes.append(byte)
      }
    }
  }

  /// Whether a name can stand without quotes.
  private static func isPlain(_ name: ArraySlice<UInt8>, colons: Bool) -> Bool {
    guard let first = name.first, !Byte.isDigit(first) else { return false }
    return name.allSatisfy { Byte.isLabelStart($0) || Byte.isDigit($0) || colons && $0 == Byte.colon }
  }
}
