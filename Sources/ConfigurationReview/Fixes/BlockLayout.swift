import AgentConfiguration

/// Where blocks of a YAML text begin and end, by indentation: what an edit has to know that the tree does not.
///
/// Only for block style. What stands between braces is not moved about.
struct BlockLayout {
  let text: SourceText

  /// A key at the beginning of its line, or behind the dashes of list elements.
  struct Opening {
    var line: Int
    /// Of the key, from 0.
    var indentation: Int
    /// Of the last dash before the key.
    var dash: Int?
  }

  /// nil in flow style.
  func opening(of key: YAMLNode) -> Opening? {
    let before = text[key.place.line].unicodeScalars.prefix(key.place.column - 1)
    guard before.allSatisfy({ $0 == " " || $0 == "-" }) else { return nil }
    let dash = before.lastIndex(of: "-").map { before.distance(from: before.startIndex, to: $0) }
    return Opening(line: key.place.line, indentation: key.place.column - 1, dash: dash)
  }

  /// The lines of a field: to the last that is indented deeper, or is an element of its list.
  func lines(of field: YAMLField) -> Range<Int>? {
    guard let opening = opening(of: field.key) else { return nil }
    var isList = false
    if case .sequence = field.value.content { isList = true }
    var end = opening.line + 1
    var line = end
    while line <= text.lines.count {
      if let indentation = text.indentation(ofLine: line) {
        let isElement = isList && indentation == opening.indentation && text[line].dropFirst(indentation).hasPrefix("-")
        guard indentation > opening.indentation || isElement else { break }
        end = line + 1
      }
      line += 1
    }
    return opening.line..<end
  }

  /// The lines of a list's element, its dash included.
  func lines(ofElement node: YAMLNode) -> Range<Int>? {
    let before = text[node.place.line].unicodeScalars.prefix(node.place.column - 1)
    guard before.allSatisfy({ $0 == " " || $0 == "-" }), let dash = before.lastIndex(of: "-") else { return nil }
    let column = before.distance(from: before.startIndex, to: dash)
    // Two dashes in one line: the outer element would lose its first.
    guard !before[..<dash].contains("-") else { return nil }
    var end = node.place.line + 1
    var line = end
    while line <= text.lines.count {
      if let indentation = text.indentation(ofLine: line) {
        guard indentation > column else { break }
        end = line + 1
      }
      line += 1
    }
    return node.place.line..<end
  }

  /// The columns of a scalar that stands on one line, from 0, its quotation marks included.
  func columns(of node: YAMLNode) -> Range<Int>? {
    guard let scalar = node.scalar else { return nil }
    let line = Array(text[node.place.line].unicodeScalars)
    let start = node.place.column - 1
    guard start >= 0, start < line.count else { return nil }
    switch line[start] {
    case "\"", "'":
      let mark = line[start]
      var index = start + 1
      while index < line.count {
        if line[index] == "\\" && mark == "\"" {
          index += 2
        } else if line[index] == mark {
          if mark == "'" && index + 1 < line.count && line[index + 1] == "'" {
            index += 2
          } else {
            return start..<index + 1
          }
        } else {
          index += 1
        }
      }
      return nil
    default:
      let raw = Array(scalar.text.unicodeScalars)
      guard !raw.isEmpty, start + raw.count <= line.count, Array(line[start..<start + raw.count]) == raw else {
        return nil
      }
      return start..<start + raw.count
    }
  }

  /// A line with other text in some of its columns.
  func line(_ number: Int, replacing columns: Range<Int>, by replacement: String) -> String {
    var scalars = Array(text[number].unicodeScalars)
    scalars.replaceSubrange(columns, with: Array(replacement.unicodeScalars))
    return String(String.UnicodeScalarView(scalars))
  }
}
