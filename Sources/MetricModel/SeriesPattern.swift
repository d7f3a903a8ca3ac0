import ByteCoding

/// How the labels of a series come about from a line of text: for lines of one metric that have labels of the same names,
/// given in the same order, which differ in values alone.
///
/// It is learned from one line whose series was registered from its labels. The series of the next such line is found
/// without putting its labels in order, joining them with those of the target, or looking at a name twice.
public struct SeriesPattern: Sendable {
  /// The metric's name and those of the labels, as they follow each other in the line.
  private var text: [UInt8] = []
  /// Where each of them ends.
  private var ends: [Int] = []
  /// The labels that all lines get.
  private let fixed: LabelSet
  /// By label of the line, which label of the series it is.
  private var places: [Int]
  /// By fixed label, the same; all of them are labels of the series.
  private var fixedPlaces: [Int]
  /// Which label of the series the name of the metric is.
  private var namePlace = 0
  /// The number of the series' form, and what tells it from others that had its number or will have it.
  let (form, birth): (UInt32, UInt64)
  /// By label of the series, the symbol of the value that the last one had. Nothing is held.
  private(set) var values: [UInt32] = []

  /// - Parameters:
  ///   - id: the series of the line.
  ///   - text: of the line's series, which `name` and `labels` are places in.
  ///   - fixed: labels that all lines get.
  /// - Returns: nil unless each label of the series is one of the line or a fixed one, unchanged, and all of both
  ///   are there.
  public init?(
    of id: SeriesID, in table: SeriesTable, _ text: Span<UInt8>, _ name: Range<Int>, _ labels: Span<LabelPlace>,
    fixed: LabelSet
  ) {
    form = table.form(of: id)
    birth = table.forms.birth(of: form)
    self.fixed = fixed
    places = Array(repeating: Self.nowhere, count: labels.count)
    fixedPlaces = Array(repeating: Self.nowhere, count: fixed.count)
    self.text.reserveCapacity(text.count)
    ends.reserveCapacity(labels.count + 1)
    values.reserveCapacity(labels.count + 1 + fixed.count)
    append(text.extracting(name))
    for place in labels.indices { append(text.extracting(labels[place].name)) }
    for (label, value) in zip(table.labelNames(of: id), table.labelValues(of: id)) {
      if table.symbols.isText(of: label, Self.metricName.span) {
        namePlace = values.count
        guard table.symbols.isText(of: value, text.extracting(name)) else { return nil }
      } else if let place = labels.indices.first(where: {
        table.symbols.isText(of: label, text.extracting(labels[$0].name))
      }) {
        places[place] = values.count
        guard table.symbols.isText(of: value, text.extracting(labels[place].value)) else { return nil }
      } else if let place = fixed.index(of: table.symbols.bytes(of: label)) {
        fixedPlaces[place] = values.count
        guard table.symbols.isText(of: value, fixed.value(at: place)) else { return nil }
      } else {
        return nil
      }
      values.append(value)
    }
    if places.contains(Self.nowhere) || fixedPlaces.contains(Self.nowhere) { return nil }
  }

  /// Whether a line is of this pattern.
  ///
  /// - Complexity: linear in the bytes of the names.
  public func matches(_ text: Span<UInt8>, _ name: Range<Int>, _ labels: Span<LabelPlace>) -> Bool {
    let (known, ends) = (self.text.span, ends.span)
    guard labels.count + 1 == ends.count, known.extracting(first: ends[0]).isSame(as: text.extracting(name))
    else { return false }
    for place in labels.indices {
      guard known.extracting(ends[place]..<ends[place + 1]).isSame(as: text.extracting(labels[place].name))
      else { return false }
    }
    return true
  }

  /// Makes ``values`` those of a line that matches. They are not held yet.
  ///
  /// - Parameter changed: one bit for each label: 0 if it is that of the line before, whose series has been held since;
  ///   nil if that line was of another pattern.
  mutating func findValues(
    _ text: Span<UInt8>, _ name: Range<Int>, _ labels: Span<LabelPlace>, changed: UInt64?,
    in symbols: inout SymbolTable
  ) {
    if changed == nil {
      let guess = values[namePlace]
      values[namePlace] = symbols.number(of: text.extracting(name), guessing: guess)
      Self.find(&values, at: fixedPlaces, fixed, in: &symbols)
    }
    Self.find(&values, at: places, text, labels, changed: changed ?? .max, in: &symbols)
  }

  private static func find(
    _ values: inout [UInt32], at places: [Int], _ text: Span<UInt8>, _ labels: Span<LabelPlace>, changed: UInt64,
    in symbols: inout SymbolTable
  ) {
    let places = places.span
    var values = values.mutableSpan
    var changed = changed
    for label in places.indices {
      if changed & 1 != 0 {
        let place = places[label]
        values[place] = symbols.number(of: text.extracting(labels[label].value), guessing: values[place])
      }
      changed >>= 1
    }
  }

  private static func find(
    _ values: inout [UInt32], at places: [Int], _ labels: LabelSet, in symbols: inout SymbolTable
  ) {
    find(&values, at: places, labels.arena.span, labels.entries.span, changed: .max, in: &symbols)
  }

  private mutating func append(_ name: Span<UInt8>) {
    text.append(copying: name)
    ends.append(text.count)
  }

  private static let metricName = Array("__name__".utf8)
  private static let nowhere = -1
}
