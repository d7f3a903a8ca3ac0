import CLibYAML

/// What a YAML text consists of, in the order of the text.
package struct YAMLEvent {
  package enum Kind {
    case documentStart, documentEnd, scalar(YAMLScalar), sequenceStart, sequenceEnd, mappingStart, mappingEnd, alias
    /// The end of the text; it comes again and again.
    case end
  }

  package var kind: Kind
  package var place: Place
  /// The name that an alias refers to, or that is given to what begins here.
  package var anchor: String?
  /// Two plain angle brackets as a key bring in another mapping; in quotation marks they are a string like any.
  var isMergeKey = false
}

/// Why a text is no YAML.
package struct YAMLProblem: Error {
  package enum Position {
    case place(Place)
    /// The byte of the text.
    case offset(Int)
  }

  var words: String
  package var position: Position
  /// What was being read, and the line in which that began.
  var context: (words: String, line: Int)?
}

/// The events of a text: libyaml behind a safe face.
package struct YAMLEvents: ~Copyable {
  private let parser: OpaquePointer

  /// Tags that say no more than what a plain scalar may be anyway.
  private static let resolvableTags: Set<String> = [
    "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null",
  ]

  package init(of text: String) throws(YAMLProblem) {
    var text = text
    // The parser takes a copy of the bytes before the call returns.
    let parser = text.withUTF8 { godwit_yaml_open($0.baseAddress, $0.count) }
    guard let parser else { throw Self.noMemory }
    self.parser = parser
  }

  deinit { godwit_yaml_close(parser) }

  private static let noMemory = YAMLProblem(words: "there is no memory for it", position: .place(.start))

  /// - Throws: once; nothing may be asked for after that.
  package mutating func next() throws(YAMLProblem) -> YAMLEvent {
    var event = godwit_yaml_event()
    guard godwit_yaml_next(parser, &event) else { throw problem() }
    // Names end with a zero byte and are borrowed until the next event; both are copied here.
    let anchor = event.anchor.map { String(cString: $0) }
    let tag = event.tag.map { String(cString: $0) }
    let place = Place(line: event.line, column: event.column)
    let kind: YAMLEvent.Kind
    var isMergeKey = false
    switch event.kind {
    case GODWIT_YAML_SCALAR:
      // The parser holds `count` bytes there until the next event; they are copied here.
      let text = String(decoding: UnsafeBufferPointer(start: event.text, count: event.count), as: UTF8.self)
      isMergeKey = event.is_plain && text == "<<"
      let isPlain = tag.map { $0.isEmpty ? event.is_plain : Self.resolvableTags.contains($0) } ?? event.is_plain
      kind = .scalar(YAMLScalar(text: text, isPlain: isPlain))
    case GODWIT_YAML_DOCUMENT_START: kind = .documentStart
    case GODWIT_YAML_DOCUMENT_END: kind = .documentEnd
    case GODWIT_YAML_SEQUENCE_START: kind = .sequenceStart
    case GODWIT_YAML_SEQUENCE_END: kind = .sequenceEnd
    case GODWIT_YAML_MAPPING_START: kind = .mappingStart
    case GODWIT_YAML_MAPPING_END: kind = .mappingEnd
    case GODWIT_YAML_ALIAS: kind = .alias
    default: kind = .end
    }
    return YAMLEvent(kind: kind, place: place, anchor: anchor, isMergeKey: isMergeKey)
  }

  private func problem() -> YAMLProblem {
    let problem = godwit_yaml_problem_of(parser)
    // Its words are constants of the library that end with a zero byte.
    guard let words = problem.problem.map({ String(cString: $0) }) else { return Self.noMemory }
    let position: YAMLProblem.Position =
      problem.line == 0
      ? .offset(problem.offset)
      : .place(Place(line: problem.line, column: problem.column))
    let context = problem.context.map { (words: String(cString: $0), line: problem.context_line) }
    return YAMLProblem(words: words, position: position, context: context)
  }
}
