/// What can be told of an expression from its text alone.
///
///     RegexText("a|b(c|d)").alternatives   // ["a", "b(c|d)"]
///     RegexText("a\\.b|c").literals        // ["a.b", "c"]
///     RegexText("(a)(?:b)").groupCount     // 1
struct RegexText: Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  /// What stands between the bars at the top, as it is written.
  var alternatives: [String] {
    // A bar in a quotation stands for itself.
    if text.contains("\\Q") { return [text] }
    var parts = [""]
    walk { piece, depth in
      if piece == "|" && depth == 0 { parts.append("") } else { parts[parts.count - 1] += piece }
    }
    return parts
  }

  /// Without what anchors it: the whole value has to match in any case.
  var unanchored: String {
    if text.contains("\\Q") { return text }
    var rest = text[...]
    // What repeats an anchor would be left without anything to repeat.
    if rest.hasPrefix("^"), !"*+?{".contains(rest.dropFirst().first ?? " ") { rest = rest.dropFirst() }
    if rest.hasSuffix("$") && !rest.hasSuffix("\\$") { rest = rest.dropLast() }
    return String(rest)
  }

  /// Any value matches, also one that is empty or has several lines. False where that cannot be told from the text.
  var matchesAnything: Bool {
    RegexText(unanchored).alternatives.contains { [".*", "(.*)", "(?:.*)", "^.*", ".*$", "(.*)$"].contains($0) }
  }

  /// Flags that change what follows them, and not only a group of their own.
  var hasFlags: Bool {
    text.replacing("(?:", with: "").replacing("(?P<", with: "").replacing("(?<", with: "").contains("(?")
  }

  /// The only values that match; nil where the expression is more than a list of them.
  var literals: [String]? {
    let inner = RegexText(RegexText(unanchored).unwrapped)
    var values: [String] = []
    for alternative in inner.alternatives {
      guard let value = Self.literal(RegexText(alternative).unanchored) else { return nil }
      values.append(value)
    }
    return values
  }

  /// How many groups can be referred to by number.
  var groupCount: Int { groups.count }

  /// The names of groups that have one.
  var groupNames: [String] { groups.compactMap(\.self) }

  /// For each group its name, if it has one.
  private var groups: [String?] {
    var found: [String?] = []
    let characters = Array(text)
    var position = 0
    var start = 0
    walk { piece, _ in
      start = position
      position += piece.count
      guard piece == "(" else { return }
      let rest = characters[(start + 1)...]
      guard rest.first == "?" else { return found.append(nil) }
      let opening = rest.starts(with: "?P<") ? 3 : rest.starts(with: "?<") ? 2 : 0
      if opening > 0 { found.append(String(rest.dropFirst(opening).prefix { $0 != ">" })) }
    }
    return found
  }

  /// Without one pair of brackets around all of it, which a list of names often has.
  private var unwrapped: String {
    guard text.hasPrefix("("), text.hasSuffix(")") else { return text }
    var closesEarly = false
    var offset = 0
    walk { piece, depth in
      offset += piece.count
      if piece == ")" && depth == 0 && offset < text.count { closesEarly = true }
    }
    if closesEarly { return text }
    let inner = text.dropFirst().dropLast()
    if inner.hasPrefix("?:") { return String(inner.dropFirst(2)) }
    return inner.hasPrefix("?") ? text : String(inner)
  }

  private static func literal(_ text: String) -> String? {
    var value = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == "\\" {
        guard let escaped = rest.popFirst(), !escaped.isLetter, !escaped.isNumber else { return nil }
        value.append(escaped)
      } else if ".[]{}()*+?^$|".contains(character) {
        return nil
      } else {
        value.append(character)
      }
    }
    return value
  }

  /// Calls `body` with each character outside of classes, and each escape or class as one piece, and how deep in groups
  /// it is; a bracket has the depth of what is around it.
  private func walk(_ body: (String, Int) -> Void) {
    var rest = text[...]
    var depth = 0
    while let character = rest.popFirst() {
      switch character {
      case "\\": body("\\" + (rest.popFirst().map { String($0) } ?? ""), depth)
      case "[": body("[" + Self.takeClass(from: &rest), depth)
      case "(":
        body("(", depth)
        depth += 1
      case ")":
        depth = max(0, depth - 1)
        body(")", depth)
      default: body(String(character), depth)
      }
    }
  }

  private static func takeClass(from rest: inout Substring) -> String {
    var taken = ""
    if rest.first == "^", let hat = rest.popFirst() { taken.append(hat) }
    // A bracket that comes first stands for itself.
    if rest.first == "]", let bracket = rest.popFirst() { taken.append(bracket) }
    while let character = rest.popFirst() {
      taken.append(character)
      if character == "\\", let escaped = rest.popFirst() { taken.append(escaped) }
      if character == "]" { break }
    }
    return taken
  }
}
