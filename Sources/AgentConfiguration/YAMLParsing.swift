import Yams

/// Turns text into a tree, with everything that is wrong about the text itself.
struct YAMLParsing {
  let findings: FindingCollector
  private var nodeCount = 0
  private var mask = DuplicateKeyMask()

  private init(findings: FindingCollector) { self.findings = findings }

  /// A problem that ends the reading of this document; it has been reported already.
  private struct Abandoned: Error {}

  /// The first document of `text`; nil when it is empty or could not be read, which has then been reported.
  ///
  /// Further documents are ignored, as the reference ignores them.
  static func document(in text: String, findings: FindingCollector) -> YAMLNode? {
    guard text.utf8.count <= YAMLLimits.textBytesMax else {
      findings.error(
        .tooLarge, at: .start, "the file has \(text.utf8.count) bytes, more than \(YAMLLimits.textBytesMax)",
        fix: "split it, for example with scrape_config_files")
      return nil
    }
    var parsing = YAMLParsing(findings: findings)
    guard let root = parsing.root(of: text) else { return nil }
    return try? parsing.converted(root, depth: 0)
  }

  private mutating func root(of text: String) -> Node? {
    // A short string has no address that outlives a call, and the parser keeps one (Yams 6.2): hence the padding.
    var text = text + String(repeating: "\n", count: 16)
    let lineCount = text.utf8.count { $0 == 0x0a } - 15
    while true {
      do {
        return try Parser(yaml: text, encoding: .utf8).nextRoot()
      } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
        let first = Place(line: context.mark.line, column: context.mark.column)
        let key = duplicates.min() ?? ""
        if let (masked, place) = mask.masking(key, after: first, in: text) {
          report(duplicate: key, at: place, first: first)
          text = masked
        } else {
          report(duplicate: key, at: first, first: first)
          return nil
        }
      } catch {
        report(error, in: text, lineCount: lineCount)
        return nil
      }
    }
  }

  private func report(duplicate key: String, at place: Place, first: Place) {
    findings.error(
      .duplicateKey, at: place, "field \(key) already set", evidence: "first set in line \(first.line)",
      fix: "merge the two or remove one")
  }

  private func report(_ error: any Error, in text: String, lineCount: Int) {
    var (problem, place, fix) = ("the text cannot be read", Place.start, "")
    switch error {
    case YamlError.scanner(let context, let what, let mark, _), YamlError.parser(let context, let what, let mark, _),
      YamlError.composer(let context, let what, let mark, _):
      problem = what
      place = Place(line: mark.line, column: mark.column)
      if what.contains("cannot start any token") || what.contains("tab character") {
        fix = "YAML is indented with spaces, never with tabs"
      } else if what.contains("did not find expected") || what.contains("could not find expected") {
        fix = "check the indentation: fields of one section start in the same column"
      }
      if let context, context.mark.line < mark.line {
        problem += " (\(context.text), which began in line \(context.mark.line))"
      }
    case YamlError.reader(let what, let offset, _, _):
      problem = what
      place = offset.map { Self.place(ofCharacter: $0, in: text) } ?? .start
      fix = "remove the control character"
    default: break
    }
    if place.line > lineCount { place = Place(line: max(lineCount, 1), column: 1) }
    findings.error(.syntax, at: place, "yaml: \(problem)", fix: fix)
  }

  private static func place(ofCharacter offset: Int, in text: String) -> Place {
    var place = Place.start
    for character in text.prefix(max(0, offset)) {
      if character.isNewline {
        place = Place(line: place.line + 1, column: 1)
      } else {
        place.column += character.unicodeScalars.count
      }
    }
    return place
  }

  private mutating func converted(_ node: Node, depth: Int) throws -> YAMLNode {
    nodeCount += 1
    let place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
    guard nodeCount <= YAMLLimits.nodesMax, depth <= YAMLLimits.depthMax else {
      findings.error(
        .tooLarge, at: place, "document contains excessive aliasing or nesting",
        evidence: "more than \(YAMLLimits.nodesMax) values, or more than \(YAMLLimits.depthMax) levels")
      throw Abandoned()
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(place: place, content: .scalar(Self.converted(scalar)))
    case .sequence(let sequence):
      let elements = try sequence.map { try converted($0, depth: depth + 1) }
      return YAMLNode(place: place, content: .sequence(elements))
    case .mapping(let mapping):
      return YAMLNode(place: place, content: .mapping(try fields(of: mapping, depth: depth)))
    case .alias:
      // Only made when nodes are built by hand; the parser puts the anchored node in its place.
      return YAMLNode(place: place, content: .scalar(YAMLScalar(text: "", isPlain: true)))
    }
  }

  private static func converted(_ scalar: Node.Scalar) -> YAMLScalar {
    let tag = scalar.tag.description
    let isImplicit = tag.isEmpty && (scalar.style == .plain || scalar.style == .any)
    return YAMLScalar(text: scalar.string, isPlain: isImplicit || (!tag.isEmpty && resolvableTags.contains(tag)))
  }

  /// Tags that say no more than what a plain scalar may be anyway.
  private static let resolvableTags: Set<String> = [
    "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null",
  ]

  /// The fields of a mapping; those of a merge key (`<<`) come in where the mapping does not have them itself.
  private mutating func fields(of mapping: Node.Mapping, depth: Int) throws -> [YAMLField] {
    var own: [YAMLField] = []
    var merged: [YAMLField] = []
    for (key, value) in mapping {
      let field = YAMLField(
        key: try converted(key, depth: depth + 1), value: try converted(value, depth: depth + 1))
      // By its style: looking for duplicates, the library has replaced the tags of keys by what they resolve to.
      if case .scalar(let scalar) = key, scalar.string == "<<", scalar.style == .plain {
        merged += mergedFields(from: field)
      } else if !mask.covers(field.key.scalar?.text ?? "") {
        own.append(field)
      }
    }
    guard !merged.isEmpty else { return own }
    var names = Set(own.compactMap { $0.key.scalar?.text })
    return own + merged.filter { names.insert($0.key.scalar?.text ?? "").inserted }
  }

  private func mergedFields(from field: YAMLField) -> [YAMLField] {
    switch field.value.content {
    case .mapping(let fields): return fields
    case .sequence(let elements):
      return elements.flatMap { mergedFields(from: YAMLField(key: field.key, value: $0)) }
    case .scalar:
      findings.error(.wrongKind, at: field.valuePlace, "map merge requires map or sequence of maps as the value")
      return []
    }
  }
}
