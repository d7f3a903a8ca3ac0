import AgentConfiguration

/// The lines of a text under edit; each remembers the line that it was.
struct EditedLines: Sendable {
  private struct Line: Sendable {
    /// From 0; nil for a new line.
    var origin: Int?
    var text: String
  }

  private let original: [String]
  private var lines: [Line]
  /// Edits within a line move what stands behind them.
  private var shifts: [Int: [(column: Int, by: Int)]] = [:]

  init(_ text: String) {
    // By scalars: a carriage return and a newline are one character.
    original = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    lines = original.enumerated().map { Line(origin: $0.offset, text: $0.element) }
  }

  var text: String { lines.map(\.text).joined(separator: "\n") }

  private func position(ofLine line: Int) -> Int? { lines.firstIndex { $0.origin == line - 1 } }

  /// The scalar at a place of the original text.
  func scalar(at place: Place) -> Unicode.Scalar? {
    guard original.indices.contains(place.line - 1) else { return nil }
    return Array(original[place.line - 1].unicodeScalars).dropFirst(place.column - 1).first
  }

  /// New lines behind a line of the original, and behind what was put there before.
  mutating func insert(_ new: [String], afterLine line: Int) {
    guard var position = position(ofLine: line) else { return }
    position += 1
    while position < lines.count && lines[position].origin == nil { position += 1 }
    lines.insert(contentsOf: new.map { Line(origin: nil, text: $0) }, at: position)
  }

  /// Words behind the scalar at a place of the original.
  mutating func insert(_ words: String, behind place: Place) {
    splice(words, at: Place(line: place.line, column: place.column + 1), count: 0)
  }

  /// Puts `new` where `old` stands, between quotation marks or not.
  ///
  /// - Returns: false, with nothing changed, where it does not stand there.
  mutating func replace(_ old: String, at place: Place, with new: String) -> Bool {
    guard original.indices.contains(place.line - 1) else { return false }
    let rest = Array(original[place.line - 1].unicodeScalars).dropFirst(place.column - 1)
    for form in [old, "\"\(old)\"", "'\(old)'"] where rest.starts(with: form.unicodeScalars) {
      splice(new, at: place, count: form.unicodeScalars.count)
      return true
    }
    return false
  }

  private mutating func splice(_ words: String, at place: Place, count: Int) {
    guard let position = position(ofLine: place.line) else { return }
    let moved = (shifts[place.line] ?? []).filter { $0.column <= place.column }.reduce(0) { $0 + $1.by }
    var scalars = Array(lines[position].text.unicodeScalars)
    let start = min(max(0, place.column - 1 + moved), scalars.count)
    scalars.replaceSubrange(start..<min(start + count, scalars.count), with: Array(words.unicodeScalars))
    lines[position].text = String(String.UnicodeScalarView(scalars))
    shifts[place.line, default: []].append((place.column, words.unicodeScalars.count - count))
  }
}
