import AgentConfiguration

/// An expression of a rule, taken apart as far as rules about metric names need it.
///
///     let text = ExpressionText("rate(a_total{x=\"1\"}[5m]) > 0")
///     text.names          // ["rate", "a_total", "x"]
///     text.functions(around: 1)
struct ExpressionText: Sendable {
  enum Token: Sendable, Equatable {
    /// Of a metric, a function, a label, or a word like `by`.
    case name(String)
    case number(Double)
    /// Everything else: `(`, `>=`, `-`, a duration's unit.
    case symbol(String)
    /// In quotation marks.
    case text
  }

  let tokens: [Token]

  init(_ text: String) {
    var tokens: [Token] = []
    var rest = text[...]
    while let character = rest.first {
      if character == "#" {
        rest = rest.drop { $0 != "\n" }
      } else if "\"'`".contains(character) {
        rest = Self.afterQuotation(rest.dropFirst(), closing: character)
        tokens.append(.text)
      } else if character.isLetter || character == "_" || character == ":" {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" }
        tokens.append(.name(String(name)))
        rest = rest[name.endIndex...]
      } else if character.isNumber {
        let digits = rest.prefix { $0.isNumber || $0 == "." || $0 == "e" || $0.isLetter }
        tokens.append(Double(String(digits)).map { .number($0) } ?? .symbol(String(digits)))
        rest = rest[digits.endIndex...]
      } else {
        let symbol = [">=", "<=", "==", "!=", "=~", "!~"].first { rest.hasPrefix($0) } ?? String(character)
        if !character.isWhitespace { tokens.append(.symbol(symbol)) }
        rest = rest.dropFirst(symbol.count)
      }
    }
    self.tokens = tokens
  }

  /// In their order, with repetitions.
  var names: [String] {
    tokens.compactMap { token in if case .name(let name) = token { name } else { nil } }
  }

  func has(_ symbol: String) -> Bool { tokens.contains(.symbol(symbol)) }

  /// The positions of a metric.
  func positions(of name: String) -> [Int] { tokens.indices.filter { tokens[$0] == .name(name) } }

  /// The functions and aggregations that a position is within, from the outermost.
  func functions(around position: Int) -> [String] {
    var open: [String] = []
    for index in tokens.indices.prefix(position) {
      if tokens[index] == .symbol("(") {
        if index > 0, case .name(let name) = tokens[index - 1] { open.append(name) } else { open.append("") }
      } else if tokens[index] == .symbol(")") {
        _ = open.popLast()
      }
    }
    return open.filter { !$0.isEmpty }
  }

  /// The labels that the selector behind a metric's name asks for.
  func labels(after position: Int) -> [String] {
    guard position + 1 < tokens.count, tokens[position + 1] == .symbol("{") else { return [] }
    return tokens[(position + 2)...].prefix { $0 != .symbol("}") }
      .compactMap { token in if case .name(let name) = token { name } else { nil } }
  }

  /// The numbers that something is compared with.
  var thresholds: [Double] {
    tokens.indices.dropFirst().compactMap { index in
      guard case .number(let number) = tokens[index], case .symbol(let symbol) = tokens[index - 1],
        [">", "<", ">=", "<=", "==", "!="].contains(symbol)
      else { return nil }
      return number
    }
  }

  private static func afterQuotation(_ text: Substring, closing: Character) -> Substring {
    var rest = text
    while let character = rest.popFirst() {
      if character == closing { break }
      if character == "\\" && closing != "`" { rest = rest.dropFirst() }
    }
    return rest
  }
}

/// A recording or alerting rule with its expression, or a query by its title.
struct WatchingRule: Sendable {
  var section: Section
  var field: YAMLField
  var text: String
  var expression: ExpressionText

  /// Nothing but an expression under a title, as guides list what to look at.
  var isQuery = false

  var isAlert: Bool { section.has("alert") }
  /// Somebody will act on what it says.
  var warns: Bool { isAlert || isQuery }

  var title: String {
    if isQuery { return "the query \"\(field.key.scalar?.text ?? "")\"" }
    return section.text("alert").map { "alert \($0.value)" } ?? section.text("record").map { "recording \($0.value)" }
      ?? "rule"
  }

  var place: Place { field.valuePlace }

  /// It reads metrics about remote write, of any agent.
  var watchesRemoteWrite: Bool {
    expression.names.contains { name in
      ["prometheus_remote_storage_", "vmagent_remotewrite_", "godwit_endpoint_"].contains { name.hasPrefix($0) }
    }
  }
}

extension ReviewedFile {
  /// The rules of a file of rules, and the queries of one that has nothing else.
  var watchingRules: [WatchingRule] {
    if kind == .queries, let root {
      return root.fields.compactMap { field in
        guard let text = field.value.scalar?.text else { return nil }
        return WatchingRule(
          section: root, field: field, text: text, expression: ExpressionText(text), isQuery: true)
      }
    }
    return ruleGroups.flatMap { $0.sections("rules") }.compactMap { section in
      guard let field = section["expr"], let text = field.value.scalar?.text else { return nil }
      return WatchingRule(section: section, field: field, text: text, expression: ExpressionText(text))
    }
  }
}
