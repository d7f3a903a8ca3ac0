import ByteCoding

/// The labels of one series: names with values, sorted by name in byte order, each name once, no empty value.
///
///     var labels = LabelSet(["__name__": "up", "job": "node"])
///     labels.set("instance", "a:9100")
///     labels["job"]                      // "node"
///
/// All text lives in one arena of UTF-8 bytes, so building a set of ten labels allocates twice, and a set that is
/// reused with ``removeAll()`` not at all. Comparison is by bytes: `String` equality is by Unicode canonical
/// equivalence and would merge series that every other program keeps apart.
///
/// - Complexity: look-up and edits are linear in the number of labels, which is rarely above thirty.
public struct LabelSet: Sendable {
  var arena: [UInt8] = []
  /// Where the labels lie in the arena, in name order.
  var entries: [LabelPlace] = []

  public init() {}

  /// A set from pairs; an empty value leaves its label out, a name given twice keeps its last value.
  public init(_ pairs: [(name: String, value: String)]) {
    for pair in pairs { set(pair.name, pair.value) }
  }

  public init(_ pairs: [String: String]) {
    for (name, value) in pairs { set(name, value) }
  }

  public var count: Int { entries.count }
  public var isEmpty: Bool { entries.isEmpty }

  /// The bytes that all names and values occupy together.
  public var byteCount: Int {
    entries.reduce(0) { $0 + $1.name.count + $1.value.count }
  }

  /// The UTF-8 bytes of the name at `index`, in name order.
  public func name(at index: Int) -> ArraySlice<UInt8> {
    arena[entries[index].name]
  }

  /// The UTF-8 bytes of the value at `index`, in name order.
  public func value(at index: Int) -> ArraySlice<UInt8> {
    arena[entries[index].value]
  }

  /// The value of the label called `name`, or nil.
  public subscript(name: String) -> String? {
    guard let index = index(of: ArraySlice(name.utf8)) else { return nil }
    return String(decoding: value(at: index), as: UTF8.self)
  }

  /// All labels as strings, in name order.
  public var pairs: [(name: String, value: String)] {
    entries.indices.map {
      (String(decoding: name(at: $0), as: UTF8.self), String(decoding: value(at: $0), as: UTF8.self))
    }
  }

  public func index(of name: ArraySlice<UInt8>) -> Int? {
    let position = insertionIndex(of: name.span)
    return position.found ? position.index : nil
  }

  /// Gives the label `name` the value `value`; an empty value removes the label.
  ///
  /// - Returns: false when the set had a label of that name already.
  @discardableResult
  public mutating func set(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool {
    let position = insertionIndex(of: name.span)
    if value.isEmpty {
      if position.found { entries.remove(at: position.index) }
      return !position.found
    }
    let text = appendToArena(value.span)
    if position.found {
      entries[position.index] = LabelPlace(name: entries[position.index].name, value: text)
      return false
    }
    insert(LabelPlace(name: appendToArena(name.span), value: text), at: position.index)
    return true
  }

  @discardableResult
  public mutating func set(_ name: String, _ value: String) -> Bool {
    set(ArraySlice(name.utf8), ArraySlice(value.utf8))
  }

  public mutating func remove(_ name: String) {
    if let index = index(of: ArraySlice(name.utf8)) { entries.remove(at: index) }
  }

  public mutating func remove(at index: Int) { entries.remove(at: index) }

  /// Removes the labels whose name satisfies `condition`.
  public mutating func removeAll(where condition: (ArraySlice<UInt8>) -> Bool) {
    for index in entries.indices.reversed() where condition(name(at: index)) { entries.remove(at: index) }
  }

  /// Empties the set and keeps its memory.
  public mutating func removeAll() {
    arena.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
  }

  private mutating func appendToArena(_ text: Span<UInt8>) -> Range<Int> {
    let start = arena.count
    arena.append(copying: text)
    return start..<arena.count
  }

  /// Puts a label between others. Those behind it are few, and moved one by one at less cost than all at once.
  mutating func insert(_ label: LabelPlace, at index: Int) {
    entries.append(label)
    var places = entries.mutableSpan
    var hole = places.count - 1
    while hole > index {
      places[hole] = places[hole - 1]
      hole -= 1
    }
    places[index] = label
  }

  @inline(__always)
  func insertionIndex(of name: Span<UInt8>) -> (index: Int, found: Bool) {
    let text = arena.span
    // From the back: parsers and peers give labels nearly sorted, so the place is nearly always the end.
    var index = entries.count
    while index > 0 {
      switch text.extracting(entries[index - 1].name).compared(to: name) {
      case 0: return (index - 1, true)
      case ..<0: return (index, false)
      default: index -= 1
      }
    }
    return (0, false)
  }
}

extension LabelSet: Hashable {
  public static func == (left: LabelSet, right: LabelSet) -> Bool {
    left.count == right.count
      && left.entries.indices.allSatisfy {
        left.name(at: $0) == right.name(at: $0) && left.value(at: $0) == right.value(at: $0)
      }
  }

  public func hash(into hasher: inout Hasher) {
    for index in entries.indices {
      hasher.combine(name(at: index))
      hasher.combine(value(at: index))
    }
  }
}

extension LabelSet: CustomStringConvertible {
  /// In the exposition's own notation: `up{instance="a:9100",job="node"}`.
  public var description: String {
    let labels = pairs.filter { $0.name != "__name__" }.map { "\($0.name)=\"\(escaped($0.value))\"" }
    return (self["__name__"] ?? "") + "{" + labels.joined(separator: ",") + "}"
  }

  private func escaped(_ value: String) -> String {
    var result = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
