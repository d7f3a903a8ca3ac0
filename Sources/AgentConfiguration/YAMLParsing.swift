/// Turns text into a tree, with everything that is wrong about the text itself.
package struct YAMLParsing: ~Copyable {
  private let findings: FindingCollector
  private var events: YAMLEvents
  private var nodeCount = 0
  private var duplicateCount = 0
  /// What aliases stand for. A name may be given again; an alias means the last before it.
  private var anchors: [String: Anchored] = [:]

  private struct Anchored {
    var node: YAMLNode
    /// How many nodes it is and how many levels it has, itself included.
    var nodeCount: Int
    var height: Int
  }

  /// A node with the levels it has, itself included.
  private typealias Built = (node: YAMLNode, height: Int)

  /// A problem that ends the reading of this document; it has been reported already.
  private struct Abandoned: Error {}

  private init(of text: String, findings: FindingCollector) throws(YAMLProblem) {
    self.findings = findings
    events = try YAMLEvents(of: text)
  }

  /// The first document of `text`; nil when it is empty or could not be read, which has then been reported.
  ///
  /// Further documents are ignored, as the reference ignores them.
  package static func document(in text: String, findings: FindingCollector) -> YAMLNode? {
    guard text.utf8.count <= YAMLLimits.textBytesMax else {
      findings.error(
        .tooLarge, at: .start, "the file has \(text.utf8.count) bytes, more than \(YAMLLimits.textBytesMax)",
        fix: "split it, for example with scrape_config_files")
      return nil
    }
    do {
      var parsing = try YAMLParsing(of: text, findings: findings)
      return try parsing.document()
    } catch let problem as YAMLProblem {
      report(problem, in: text, to: findings)
      return nil
    } catch { return nil }
  }

  private mutating func document() throws -> YAMLNode? {
    while true {
      let event = try events.next()
      switch event.kind {
      case .end: return nil
      case .documentStart: continue
      default:
        let root = try built(event, depth: 0).node
        // What follows at once belongs to the document, and must be right too.
        _ = try events.next()
        return root
      }
    }
  }

  // MARK: - The tree

  private mutating func built(_ event: YAMLEvent, depth: Int) throws -> Built {
    let before = nodeCount
    try count(1, height: 1, at: event.place, depth: depth)
    let result: Built
    switch event.kind {
    case .scalar(let scalar): result = (YAMLNode(place: event.place, content: .scalar(scalar)), 1)
    case .sequenceStart: result = try sequence(from: event.place, depth: depth)
    case .mappingStart: result = try mapping(from: event.place, depth: depth)
    case .alias:
      guard let anchored = anchors[event.anchor ?? ""] else {
        throw YAMLProblem(words: "found undefined alias", position: .place(event.place))
      }
      try count(anchored.nodeCount - 1, height: anchored.height, at: anchored.node.place, depth: depth)
      return (anchored.node, anchored.height)
    // The parser brings a value wherever one has to be.
    case .documentStart, .documentEnd, .sequenceEnd, .mappingEnd, .end: throw Abandoned()
    }
    if let anchor = event.anchor {
      anchors[anchor] = Anchored(node: result.node, nodeCount: nodeCount - before, height: result.height)
    }
    return result
  }

  private mutating func count(_ nodes: Int, height: Int, at place: Place, depth: Int) throws {
    nodeCount += nodes
    guard nodeCount <= YAMLLimits.nodesMax, depth + height - 1 <= YAMLLimits.depthMax else {
      findings.error(
        .tooLarge, at: place, "document contains excessive aliasing or nesting",
        evidence: "more than \(YAMLLimits.nodesMax) values, or more than \(YAMLLimits.depthMax) levels")
      throw Abandoned()
    }
  }

  private mutating func sequence(from place: Place, depth: Int) throws -> Built {
    var elements: [YAMLNode] = []
    var height = 0
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { break }
      let element = try built(event, depth: depth + 1)
      elements.append(element.node)
      height = max(height, element.height)
    }
    return (YAMLNode(place: place, content: .sequence(elements)), height + 1)
  }

  /// What makes two keys the same: the text, and whether it means itself.
  private struct Key: Hashable {
    var text: String
    var isString: Bool

    init(_ scalar: YAMLScalar) {
      text = scalar.text
      isString = scalar.resolved == .string
    }
  }

  /// The fields of a mapping; those of a merge key (`<<`) come in where the mapping does not have them itself.
  private mutating func mapping(from place: Place, depth: Int) throws -> Built {
    var own: [YAMLField] = []
    var merged: [YAMLField] = []
    var places: [Key: Place] = [:]
    var height = 0
    while true {
      let event = try events.next()
      if case .mappingEnd = event.kind { break }
      let key = try built(event, depth: depth + 1)
      let value = try built(try events.next(), depth: depth + 1)
      height = max(height, key.height, value.height)
      if let scalar = key.node.scalar {
        if let first = places[Key(scalar)] {
          try report(duplicate: scalar.text, at: event.place, first: first)
          continue
        }
        places[Key(scalar)] = event.place
      }
      let field = YAMLField(key: key.node, value: value.node)
      if event.isMergeKey { merged += mergedFields(from: field) } else { own.append(field) }
    }
    var names = Set(own.compactMap { $0.key.scalar?.text })
    let fields = own + merged.filter { names.insert($0.key.scalar?.text ?? "").inserted }
    return (YAMLNode(place: place, content: .mapping(fields)), height + 1)
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

  // MARK: - What is wrong

  private mutating func report(duplicate key: String, at place: Place, first: Place) throws {
    findings.error(
      .duplicateKey, at: place, "field \(key) already set", evidence: "first set in line \(first.line)",
      fix: "merge the two or remove one")
    duplicateCount += 1
    if duplicateCount > YAMLLimits.duplicateKeysMax { throw Abandoned() }
  }

  private static func report(_ problem: YAMLProblem, in text: String, to findings: FindingCollector) {
    var (words, fix) = (problem.words, "")
    var place: Place
    switch problem.position {
    case .offset(let offset):
      place = Self.place(ofByte: offset, in: text)
      fix = "remove the control character"
    case .place(let known):
      place = known
      if words.contains("cannot start any token") || words.contains("tab character") {
        fix = "YAML is indented with spaces, never with tabs"
      } else if words.contains("did not find expected") || words.contains("could not find expected") {
        fix = "check the indentation: fields of one section start in the same column"
      }
      if let context = problem.context, context.line < place.line {
        words += " (\(context.words), which began in line \(context.line))"
      }
    }
    let lineCount = text.utf8.count { $0 == 0x0a } + 1
    if place.line > lineCount { place = Place(line: lineCount, column: 1) }
    findings.error(.syntax, at: place, "yaml: \(words)", fix: fix)
  }

  private static func place(ofByte offset: Int, in text: String) -> Place {
    let before = text.utf8.prefix(max(0, offset))
    let line = before.split(separator: 0x0a, omittingEmptySubsequences: false).last ?? before[...]
    // Only the first byte of a character counts; the others begin with the bits 10.
    return Place(line: before.count { $0 == 0x0a } + 1, column: line.count { $0 & 0xc0 != 0x80 } + 1)
  }
}
