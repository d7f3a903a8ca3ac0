import AgentConfiguration

extension FuzzTarget {
  /// YAML as such, whatever it may mean.
  static let yaml = [
    FuzzTarget("yaml", seeds: { yamlTexts.map { Array($0.utf8) } }) { input in
      let text = String(decoding: input, as: UTF8.self)
      let bytes = text.utf8
      // Line ends of YAML are these, and three of more than one byte.
      let linesMax = bytes.count + 1
      do throws(YAMLProblem) {
        try walk(YAMLEvents(of: text), byteCount: bytes.count, linesMax: linesMax)
      } catch {
        switch error.position {
        case .offset(let offset): precondition((0...bytes.count).contains(offset), "a problem behind the text's end")
        case .place(let place): check(place, byteCount: bytes.count, linesMax: linesMax)
        }
      }
    }
  ]

  /// Asks for all events, of which there is an end, and checks that what begins ends.
  private static func walk(
    _ events: consuming YAMLEvents, byteCount: Int, linesMax: Int
  ) throws(YAMLProblem) {
    var events = events
    var open: [Bool] = []
    var eventCount = 0
    var textBytes = 0
    while true {
      let event = try events.next()
      eventCount += 1
      // Empty scalars take no byte of their own, but something beside them does.
      precondition(eventCount <= 4 * byteCount + 8, "more events than the text accounts for")
      check(event.place, byteCount: byteCount, linesMax: linesMax)
      switch event.kind {
      case .sequenceStart: open.append(true)
      case .mappingStart: open.append(false)
      case .sequenceEnd: precondition(open.popLast() == true, "a list ended that was none")
      case .mappingEnd: precondition(open.popLast() == false, "a mapping ended that was none")
      case .documentStart, .documentEnd: precondition(open.isEmpty, "a document ended within a value")
      case .alias: precondition(event.anchor?.isEmpty == false, "an alias of nothing")
      case .scalar(let scalar):
        // Escapes of two bytes stand for up to three: the line and the paragraph separator.
        textBytes += scalar.text.utf8.count
        precondition(textBytes <= 2 * byteCount, "more text than there was")
        check(scalar)
      case .end: return precondition(open.isEmpty, "the text ended within a value")
      }
    }
  }

  private static func check(_ place: Place, byteCount: Int, linesMax: Int) {
    precondition((1...linesMax).contains(place.line) && (1...byteCount + 1).contains(place.column), "\(place)")
  }

  private static func check(_ scalar: YAMLScalar) {
    switch scalar.resolved {
    case .string: break
    case .unsigned(let number): precondition(scalar.isPlain && number > UInt64(Int64.max), "a number of two kinds")
    case .null, .bool, .integer, .float: precondition(scalar.isPlain, "what is quoted is a string")
    }
  }

  private static let yamlTexts = [
    "a: &x [1, 0x1f, 1_000, .inf, ~, yes]\nb: *x\n<<: {c: 'it''s'}\n? - |+\n    kept\n\n  - >-\n    folded\n: !!str 1\n",
    "%YAML 1.1\n%TAG ! tag:a,2000:\n--- !<tag:yaml.org,2002:int> 1\n...\n--- \"\\u263a \\L \\\n  x\"\n",
    "[[{a: [b, {c: }]}], ]",
  ]
}
