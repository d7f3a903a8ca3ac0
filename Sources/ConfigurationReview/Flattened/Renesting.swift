package import AgentConfiguration

/// Gives a prometheus.yml its indentation back that was lost on the way from a web page.
///
/// Such a text has its keys and dashes still, all in the first columns. Each line belongs to the innermost section that
/// is open and has a place for its key; a dash begins another element of the innermost list that has.
package struct Renesting {
  /// The same lines with other indentation.
  package let lines: [String]

  private struct Level {
    var key: String
    var section: ConfigurationSchema.Section
    /// Of the keys, or of the dashes, below it.
    var indentation: Int
  }

  private static let rootSection = ConfigurationSchema.Section(shape: .mapping, keys: ConfigurationSchema.root)
  /// A line deeper than this has its indentation still.
  private static let lostIndentationMax = 1

  /// nil where the text does not look like one that has lost its indentation, or a line belongs nowhere.
  package init?(of text: SourceText) {
    guard Self.looksFlattened(text) else { return nil }
    var levels = [Level(key: "", section: Self.rootSection, indentation: 0)]
    var result: [String] = []
    // Comments and blank lines belong to what follows them.
    var pending: [String] = []
    for line in text.lines {
      let content = line.trimmingBlanks
      if content.isEmpty || content.hasPrefix("#") {
        pending.append(content)
        continue
      }
      guard let indentation = Self.indentation(of: content, &levels) else { return nil }
      let margin = String(repeating: " ", count: indentation)
      result += pending.map { $0.isEmpty ? "" : margin + $0 } + [margin + content]
      pending = []
    }
    lines = result + pending
  }

  /// Nothing is indented by more than a blank, and a section that is a list or a mapping is followed by what is below it
  /// at its own height.
  private static func looksFlattened(_ text: SourceText) -> Bool {
    let content = (1...max(1, text.lines.count)).compactMap { line in
      text.indentation(ofLine: line).map { (indentation: $0, text: text[line].trimmingBlanks) }
    }
    guard content.count >= 3, content.allSatisfy({ $0.indentation <= lostIndentationMax }) else { return false }
    return zip(content, content.dropFirst()).contains { above, below in
      guard let key = ConfigurationLine(above.text), key.value.isEmpty,
        let section = ConfigurationSchema.section(key.key)
      else { return false }
      return section.shape == .mapping
        ? below.indentation <= above.indentation
        : !below.text.hasPrefix("-")
          || above.indentation == below.indentation
    }
  }

  /// Where the line goes; opens and closes sections on the way.
  private static func indentation(of content: String, _ levels: inout [Level]) -> Int? {
    let isElement = content.hasPrefix("- ") || content == "-"
    guard let line = ConfigurationLine(content) else {
      // An element that is no mapping: of the innermost list without keys.
      guard isElement, let index = levels.lastIndex(where: { $0.section.shape == .list && $0.section.keys.isEmpty })
      else { return nil }
      levels.removeSubrange((index + 1)...)
      return levels[index].indentation
    }
    guard let index = home(of: line.key, isElement: isElement, among: levels) else { return nil }
    levels.removeSubrange((index + 1)...)
    let level = levels[index]
    let isList = level.section.shape == .list
    let indentation = level.indentation + (isList && !isElement ? 2 : 0)
    if line.value.isEmpty, let section = ConfigurationSchema.section(line.key) {
      levels.append(
        Level(key: line.key, section: section, indentation: indentation + (isElement ? 4 : 2)))
    }
    return indentation
  }

  private static func home(of key: String, isElement: Bool, among levels: [Level]) -> Int? {
    let isKnown = { (index: Int) in levels[index].section.keys.contains(key) }
    let fits = { (index: Int) in !isElement || levels[index].section.shape == .list }
    if let index = levels.indices.last(where: { isKnown($0) && fits($0) }) { return index }
    // A name that people give.
    return isElement ? nil : levels.indices.last { levels[$0].section.takesAnyKey }
  }
}

/// A line `key: value`, with or without a dash before it.
struct ConfigurationLine {
  var key: String
  /// Without a comment behind it; empty where none is there.
  var value: String

  /// nil for what has no key.
  init?(_ content: String) {
    var rest = content[...]
    while rest.hasPrefix("- ") { rest = rest.dropFirst(2).drop { $0 == " " } }
    guard let colon = rest.firstIndex(of: ":") else { return nil }
    let tail = rest[rest.index(after: colon)...]
    guard tail.isEmpty || tail.hasPrefix(" ") else { return nil }
    key = String(rest[..<colon]).trimmingBlanks
    let isWord = key.allSatisfy { $0.isLetter || $0.isNumber || "_-[]".contains($0) }
    guard !key.isEmpty, isWord else { return nil }
    let value = String(tail).trimmingBlanks
    self.value = value.hasPrefix("#") ? "" : value
  }
}

extension String {
  var trimmingBlanks: String {
    var rest = self[...]
    while let first = rest.first, first == " " || first == "\t" || first == "\r" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" || last == "\r" { rest.removeLast() }
    return String(rest)
  }
}
