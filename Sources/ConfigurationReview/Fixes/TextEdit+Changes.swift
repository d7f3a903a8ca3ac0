import AgentConfiguration

extension TextEdit {
  /// The lines that the edit changes in `text`; nil where it cannot be made there without a person's eye: in flow style,
  /// or where a value goes over several lines.
  package func changes(in text: SourceText) -> [LineChange]? {
    let layout = BlockLayout(text: text)
    switch self {
    case .setValue(let field, let new): return layout.setting(field.value, to: new)
    case .setScalar(let node, let new): return layout.setting(node, to: new)
    case .renameKey(let field, let name): return layout.setting(field.key, to: name)
    case .remove(let field): return layout.removing(field)
    case .removeElement(let node): return layout.lines(ofElement: node).map { layout.removing(lines: $0) }
    case .insert(let lines, let field): return layout.inserting(lines, after: field)
    case .insertBefore(let lines, let field): return layout.inserting(lines, before: field)
    case .move(let field, let key, let section): return layout.moving(field, into: key, of: section)
    }
  }
}

extension BlockLayout {
  fileprivate func setting(_ node: YAMLNode, to new: String) -> [LineChange]? {
    guard let columns = columns(of: node) else { return nil }
    let line = node.place.line
    return [LineChange(line..<line + 1, [self.line(line, replacing: columns, by: new)])]
  }

  fileprivate func removing(_ field: YAMLField) -> [LineChange]? {
    guard let opening = opening(of: field.key), let lines = lines(of: field) else { return nil }
    guard opening.dash != nil else { return removing(lines: lines) }
    // The dash stays, before the next field of the element.
    let next = (lines.upperBound...max(lines.upperBound, text.lines.count)).first {
      text.indentation(ofLine: $0) != nil
    }
    guard let next, text.indentation(ofLine: next) == opening.indentation else { return removing(lines: lines) }
    let head = text[opening.line].unicodeScalars.prefix(opening.indentation)
    let tail = text[next].unicodeScalars.dropFirst(opening.indentation)
    return [
      LineChange(
        lines.lowerBound..<next + 1, (lines.upperBound..<next).map { text[$0] } + [String(head) + String(tail)])
    ]
  }

  /// Takes away with the lines what would be left empty by that: a key without a value means something else than none.
  fileprivate func removing(lines: Range<Int>) -> [LineChange] {
    var lines = lines
    while true {
      let above = (1..<lines.lowerBound).last { text.indentation(ofLine: $0) != nil }
      let below = (lines.upperBound...max(lines.upperBound, text.lines.count))
        .first { text.indentation(ofLine: $0) != nil }
      guard let above, let own = text.indentation(ofLine: lines.lowerBound), text[above].isKeyWithoutValue,
        let outer = text.indentation(ofLine: above), outer <= own
      else { break }
      let isElement = text[lines.lowerBound].dropFirst(own).hasPrefix("-")
      guard outer < own || isElement else { break }
      if let below, let indentation = text.indentation(ofLine: below) {
        let isNextElement = text[below].dropFirst(indentation).hasPrefix("-")
        guard indentation < own || (indentation == own && isElement && outer == own && !isNextElement) else { break }
      }
      // One behind a dash would take the element with it.
      guard !text[above].dropFirst(outer).hasPrefix("-") else { break }
      lines = above..<lines.upperBound
    }
    return [LineChange(lines, [])]
  }

  fileprivate func inserting(_ new: [String], after field: YAMLField) -> [LineChange]? {
    guard let opening = opening(of: field.key), let lines = lines(of: field) else { return nil }
    let margin = String(repeating: " ", count: opening.indentation)
    return [LineChange(lines.upperBound..<lines.upperBound, new.map { margin + $0 })]
  }

  fileprivate func inserting(_ new: [String], before field: YAMLField) -> [LineChange]? {
    guard let opening = opening(of: field.key) else { return nil }
    let margin = String(repeating: " ", count: opening.indentation)
    guard opening.dash != nil, let first = new.first else {
      return [LineChange(opening.line..<opening.line, new.map { margin + $0 })]
    }
    // The dash goes to the first of the new lines.
    let scalars = text[opening.line].unicodeScalars
    let head = String(scalars.prefix(opening.indentation))
    let own = margin + String(scalars.dropFirst(opening.indentation))
    return [LineChange(opening.line..<opening.line + 1, [head + first] + new.dropFirst().map { margin + $0 } + [own])]
  }

  fileprivate func moving(_ field: YAMLField, into key: String, of section: Section) -> [LineChange]? {
    guard let opening = opening(of: field.key), let lines = lines(of: field) else { return nil }
    let head = String(repeating: " ", count: opening.indentation)
    let own = lines.map { line in
      let scalars = text[line].unicodeScalars
      return String(scalars.dropFirst(min(opening.indentation, scalars.count)))
    }
    if let last = section.section(key)?.fields.last {
      guard let taken = removing(field), let put = inserting(own, after: last) else { return nil }
      return taken + put
    }
    // A key that has no value yet would be there twice.
    guard !section.has(key) else { return nil }
    let first = opening.dash == nil ? head : String(text[opening.line].unicodeScalars.prefix(opening.indentation))
    return [LineChange(lines, [first + key + ":"] + own.map { head + "  " + $0 })]
  }
}

extension String {
  /// `queue_config:`, with or without a comment behind it.
  fileprivate var isKeyWithoutValue: Bool {
    guard let colon = firstIndex(of: ":") else { return false }
    let rest = self[index(after: colon)...].drop { $0 == " " || $0 == "\r" }
    return rest.isEmpty || rest.hasPrefix("#")
  }
}
