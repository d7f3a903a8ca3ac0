import AgentConfiguration

extension TextEdit {
  /// The lines that the edit changes in `file`; nil where it cannot be made there without a person's eye: in flow style,
  /// or where a value goes over several lines.
  package func changes(in file: ReviewedFile) -> [LineChange]? {
    let layout = BlockLayout(text: file.text)
    switch self {
    case .setValue(let field, let new): return layout.setting(field.value, to: new)
    case .setScalar(let node, let new): return layout.setting(node, to: new)
    case .renameKey(let field, let name): return layout.setting(field.key, to: name)
    case .remove(let field):
      return file.tree.flatMap { layout.removing(Removal(of: .field, at: field.key.place, in: $0)) }
    case .replace(let field, let lines): return layout.replacing(field, by: lines)
    case .removeElement(let node):
      return file.tree.flatMap { layout.removing(Removal(of: .element, at: node.place, in: $0)) }
    case .insert(let lines, let field): return layout.inserting(lines, after: field)
    case .insertBefore(let lines, let field): return layout.inserting(lines, before: field)
    case .move(let field, let key, let section): return layout.moving(field, into: key, of: section)
    }
  }
}

/// What has to go so that something goes and nothing is left empty: a key without a value means something else than no key.
private enum Removal {
  case field(YAMLField)
  case element(YAMLNode)
  /// All of the node that was asked.
  case everything

  /// A mapping begins where its first key does, so a place alone says not what is meant.
  enum Wanted { case field, element }

  /// nil where nothing of the kind begins at `place`.
  init?(of wanted: Wanted, at place: Place, in node: YAMLNode) {
    switch node.content {
    case .scalar: return nil
    case .sequence(let elements):
      for element in elements {
        let isIt = wanted == .element && element.place == place
        guard let found = isIt ? .everything : Removal(of: wanted, at: place, in: element) else { continue }
        self = found.isEverything ? (elements.count == 1 ? .everything : .element(element)) : found
        return
      }
      return nil
    case .mapping(let fields):
      for field in fields {
        let isIt = wanted == .field && field.key.place == place
        guard let found = isIt ? .everything : Removal(of: wanted, at: place, in: field.value) else { continue }
        self = found.isEverything ? (fields.count == 1 ? .everything : .field(field)) : found
        return
      }
      return nil
    }
  }

  private var isEverything: Bool {
    if case .everything = self { true } else { false }
  }
}

extension BlockLayout {
  fileprivate func setting(_ node: YAMLNode, to new: String) -> [LineChange]? {
    guard let columns = columns(of: node) else { return nil }
    let line = node.place.line
    return [LineChange(line..<line + 1, [self.line(line, replacing: columns, by: new)])]
  }

  fileprivate func removing(_ removal: Removal?) -> [LineChange]? {
    switch removal {
    case .field(let field): removing(field)
    case .element(let node): lines(ofElement: node).map { [LineChange($0, [])] }
    case .everything: [LineChange(1..<text.lines.count + 1, [""])]
    case nil: nil
    }
  }

  fileprivate func removing(_ field: YAMLField) -> [LineChange]? {
    guard let opening = opening(of: field.key), let lines = lines(of: field) else { return nil }
    guard opening.dash != nil else { return [LineChange(lines, [])] }
    // The dash stays, before the next field of the element.
    let next = (lines.upperBound...max(lines.upperBound, text.lines.count)).first {
      text.indentation(ofLine: $0) != nil
    }
    guard let next, text.indentation(ofLine: next) == opening.indentation else { return nil }
    let head = text[opening.line].unicodeScalars.prefix(opening.indentation)
    let tail = text[next].unicodeScalars.dropFirst(opening.indentation)
    return [
      LineChange(
        lines.lowerBound..<next + 1, (lines.upperBound..<next).map { text[$0] } + [String(head) + String(tail)])
    ]
  }

  fileprivate func replacing(_ field: YAMLField, by new: [String]) -> [LineChange]? {
    guard let opening = opening(of: field.key), let lines = lines(of: field), let first = new.first else { return nil }
    // What stands before the key stays: a dash, where it is the first of an element.
    let head = String(text[opening.line].unicodeScalars.prefix(opening.indentation))
    let margin = String(repeating: " ", count: opening.indentation)
    return [LineChange(lines, [head + first] + new.dropFirst().map { margin + $0 })]
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
