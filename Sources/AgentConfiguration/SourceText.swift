/// A file's text in lines, so that what is changed in one leaves the others as they are.
package struct SourceText: Sendable, Hashable {
  /// Without the line feeds between them. A carriage return stays at the end of its line.
  package private(set) var lines: [String]

  package init(_ text: String) {
    lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).map { String(Substring($0)) }
  }

  package init(lines: [String]) { self.lines = lines }

  package var text: String { lines.joined(separator: "\n") }

  /// Of a line, from 1. One that does not exist is empty.
  package subscript(line: Int) -> String { lines.indices.contains(line - 1) ? lines[line - 1] : "" }

  /// How many spaces a line begins with; nil for one that is blank or a comment alone.
  package func indentation(ofLine line: Int) -> Int? {
    let text = self[line]
    let spaces = text.prefix { $0 == " " }
    let rest = text.dropFirst(spaces.count)
    return rest.isEmpty || rest.hasPrefix("#") || rest == "\r" ? nil : spaces.count
  }
}
