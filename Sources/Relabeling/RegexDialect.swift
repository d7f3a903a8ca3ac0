/// Turns an expression in the syntax of Go's `regexp`, which rules are written in, into one that RE2 reads the same
/// way, and refuses what RE2 takes and Go does not.
///
/// The two parse nearly alike. The differences that are levelled here: `(?<name>…)` and the loose names of Unicode
/// classes are Go's alone; `\C`, names of groups beyond ASCII, and nesting without end are RE2's alone. What stays
/// different: `\p{Cn}`, `\p{Assigned}` and, in a class, `\P{LC}` are refused, and each side folds case and knows
/// scripts by its own version of Unicode.
struct RegexDialect {
  /// How deep groups may nest. Go counts every node of the tree and stops at 1,000; two are the wrapping's.
  static let groupDepthMax = 998

  private let source: [UInt8]
  private var position = 0
  private var output: [UInt8] = []
  private var groupDepth = 0

  private init(_ source: [UInt8]) { self.source = source }

  static func translated(_ source: [UInt8]) throws(RegexRefusal) -> [UInt8] {
    var dialect = RegexDialect(source)
    dialect.output.reserveCapacity(source.count + 16)
    try dialect.translateAll()
    return dialect.output
  }

  private mutating func translateAll() throws(RegexRefusal) {
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "\\"): try translateEscape(inClass: false)
      case UInt8(ascii: "["): try translateClass()
      case UInt8(ascii: "("): try translateGroupOpening()
      case UInt8(ascii: ")"):
        groupDepth -= 1
        copy(1)
      default: copy(1)
      }
    }
  }

  private mutating func copy(_ count: Int) {
    let end = min(position + count, source.count)
    output.append(contentsOf: source[position..<end])
    position = end
  }

  private func looking(at text: String, from start: Int) -> Bool {
    let expected = text.utf8
    return source.count - start >= expected.count && source[start..<start + expected.count].elementsEqual(expected)
  }

  // MARK: Groups

  private mutating func translateGroupOpening() throws(RegexRefusal) {
    groupDepth += 1
    if groupDepth > Self.groupDepthMax { throw RegexRefusal("expression nests too deeply", culprit: "(") }
    let opening: Int
    if looking(at: "(?P<", from: position) {
      opening = 4
    } else if looking(at: "(?<", from: position) && !looking(at: "(?<=", from: position)
      && !looking(at: "(?<!", from: position)
    {
      opening = 3
    } else {
      copy(1)
      return
    }
    let nameStart = position + opening
    guard let nameEnd = source[nameStart...].firstIndex(of: UInt8(ascii: ">")) else {
      throw RegexRefusal("invalid named capture", culprit: text(source[position...]))
    }
    let name = source[nameStart..<nameEnd]
    guard !name.isEmpty, name.allSatisfy(isWordByte) else {
      throw RegexRefusal("invalid named capture", culprit: text(source[position...nameEnd]))
    }
    output.append(contentsOf: "(?P<".utf8)
    output.append(contentsOf: name)
    output.append(UInt8(ascii: ">"))
    position = nameEnd + 1
  }

  // MARK: Classes

  /// Walks a class up to its closing bracket, so that what looks like a group in it stays what it is.
  private mutating func translateClass() throws(RegexRefusal) {
    copy(1)
    if position < source.count && source[position] == UInt8(ascii: "^") { copy(1) }
    var isFirst = true
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "]") where !isFirst:
        copy(1)
        return
      case UInt8(ascii: "\\"): try translateEscape(inClass: true)
      case UInt8(ascii: "[") where looking(at: "[:", from: position): copy(posixNameCount())
      default: copy(1)
      }
      isFirst = false
    }
  }

  /// The bytes of `[:name:]` at the position, or 1 when it is only a bracket.
  private func posixNameCount() -> Int {
    var end = position + 2
    while end + 1 < source.count {
      if looking(at: ":]", from: end) { return end + 2 - position }
      end += 1
    }
    return 1
  }

  // MARK: Escapes

  private mutating func translateEscape(inClass: Bool) throws(RegexRefusal) {
    guard position + 1 < source.count else { return copy(1) }
    switch source[position + 1] {
    case UInt8(ascii: "C"): throw RegexRefusal("invalid escape sequence", culprit: "\\C")
    case UInt8(ascii: "Q") where !inClass: copyQuotation()
    case UInt8(ascii: "p"), UInt8(ascii: "P"): translateUnicodeClass(inClass: inClass)
    default: copy(2)
    }
  }

  private mutating func copyQuotation() {
    copy(2)
    while position < source.count {
      if looking(at: "\\E", from: position) { return copy(2) }
      copy(1)
    }
  }

  private mutating func translateUnicodeClass(inClass: Bool) {
    guard looking(at: "{", from: position + 2),
      let end = source[position...].firstIndex(of: UInt8(ascii: "}"))
    else { return copy(3) }
    var name = source[(position + 3)..<end]
    var isNegated = source[position + 1] == UInt8(ascii: "P")
    if name.first == UInt8(ascii: "^") {
      isNegated.toggle()
      name.removeFirst()
    }
    position = end + 1
    output.append(contentsOf: UnicodeClassName(text(name)).pattern(isNegated: isNegated, inClass: inClass).utf8)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
