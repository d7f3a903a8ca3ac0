import MetricModel

/// What series are called in Remote Write 1.0, whose names are letters, digits and underscores: those that are called
/// otherwise than in 2.0.
struct NameEscapes: Sendable {
  /// By the number of a series that number under which its escaped labels are known.
  var sent: [UInt32: UInt32] = [:]
  /// Of the latter those that more than one series is sent as.
  var shared: Set<UInt32> = []

  static let none = NameEscapes()

  var isEmpty: Bool { sent.isEmpty }
}

extension SeriesTable {
  /// Whether all names of a series, that of its metric included, are such as Remote Write 1.0 allows.
  func hasLegacyNames(_ id: SeriesID) -> Bool {
    zip(labelNames(of: id), labelValues(of: id)).allSatisfy { name, value in
      let name = symbols.bytes(of: name)
      guard NameKind.label.allows(name) else { return false }
      return !name.elementsEqual(metricNameLabel) || NameKind.metric.allows(symbols.bytes(of: value))
    }
  }
}

extension LabelSet {
  /// The labels with the names of their metric and of themselves as `scheme` writes them. Where two names become one,
  /// the one that needed no escaping stays, otherwise the first.
  func escaped(by scheme: NameEscaping) -> LabelSet {
    var result = LabelSet()
    var stays = LabelSet()
    for index in 0..<count {
      let (name, value) = (name(at: index), value(at: index))
      if name.elementsEqual(metricNameLabel) {
        result.set(name, scheme.escape(value, of: .metric)[...])
        continue
      }
      let escaped = scheme.escape(name, of: .label)
      if name.elementsEqual(escaped) { stays.set(name, value) }
      if result.index(of: escaped[...]) == nil { result.set(escaped[...], value) }
    }
    for index in 0..<stays.count { result.set(stays.name(at: index), stays.value(at: index)) }
    return result
  }
}

private let metricNameLabel = "__name__".utf8
