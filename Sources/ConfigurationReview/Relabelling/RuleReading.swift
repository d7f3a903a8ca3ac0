import AgentConfiguration
import Relabeling

extension ReviewedFile.Rule {
  /// What the rule matches with, be it the default.
  var regexText: String { rule.regex ?? "(.*)" }

  /// The default is as it would be written.
  var replacementText: String { rule.replacement ?? "$1" }

  var separatorText: String { rule.separator ?? ";" }

  /// Where to point for what is wrong with the expression.
  var regexPlace: Place { section["regex"]?.valuePlace ?? place }

  /// The rule as an element of its list.
  var node: YAMLNode { YAMLNode(place: section.place, content: .mapping(section.fields)) }

  var probe: RegexProbe? { RegexProbe(self) }

  /// The only values, or names, that the rule matches; nil where they are not a list.
  var literals: [String]? { rule.regex == nil ? nil : RegexText(regexText).literals }

  /// The rule looks at nothing but the name of a metric.
  var isOnMetricName: Bool { sourceLabels == ["__name__"] }

  /// The condition holds for any value, or the rule for any name.
  var matchesAnything: Bool { RegexText(regexText).matchesAnything }

  /// Whether the rule can give the label a value.
  func maySet(_ label: String) -> Bool {
    switch action {
    case .replace, .hashMod, .lowercase, .uppercase:
      rule.targetLabel == label && rule.replacement != "" || rule.targetLabel?.contains("$") == true
    case .labelMap: true
    default: false
    }
  }

  /// Whether no series has the label when the rule has run.
  func removes(_ label: String) -> Bool {
    switch action {
    case .labelDrop: probe?.matches(label) ?? false
    case .labelKeep: probe.map { !$0.matches(label) } ?? false
    case .replace: rule.targetLabel == label && rule.replacement == "" && matchesAnything
    default: false
    }
  }

  /// A change of the expression, as a text in quotation marks.
  func settingRegex(to text: String) -> [TextEdit] {
    section["regex"].map { [.setValue($0, text: text.inSingleQuotes)] } ?? []
  }
}

extension ReviewedFile.RelabelList {
  /// What the rules are called in messages.
  var title: String { role == .none ? "the rules" : "\(role.rawValue) of \(owner)" }

  /// A list alone does not say what it is for; its rules may.
  var looksAtTargets: Bool {
    guard role == .none else { return role == .target }
    return rules.contains { rule in
      rule.sourceLabels.contains { $0 == "__address__" || $0.hasPrefix("__meta_") }
        || rule.regexText.hasPrefix("__meta_")
        || rule.action == .labelKeep && rule.probe?.matches("__address__") == true
    }
  }

  /// Whether no series has the label when all rules from `start` on have run.
  func removes(_ label: String, from start: Int) -> Bool {
    var isRemoved = false
    for rule in rules.dropFirst(start) {
      if rule.removes(label) { isRemoved = true } else if rule.maySet(label) { isRemoved = false }
    }
    return isRemoved
  }
}

extension ReviewedFile {
  /// What `body` has to say of the rules that the reference accepts, each with its list and its place in that.
  func advice(
    onRulesOf roles: Set<RelabelRole> = [.target, .metric, .write, .alert, .none],
    _ body: (RelabelList, Int, Rule) -> Advice?
  ) -> [Advice] {
    relabelLists.filter { roles.contains($0.role) && (roles.contains(.target) || !$0.looksAtTargets) }.flatMap { list in
      list.rules.enumerated().compactMap { index, rule in rule.program == nil ? nil : body(list, index, rule) }
    }
  }

  /// How a field is spelt in a file of this kind: `target_label`, or `targetLabel` in a resource of the Operator.
  func spelling(of key: String) -> String {
    guard kind == .operator else { return key }
    let words = key.split(separator: "_")
    return words.dropFirst().reduce(words.first.map(String.init) ?? "") {
      $0 + $1.prefix(1).uppercased() + $1.dropFirst()
    }
  }
}

extension Set<ReviewedFile.RelabelRole> {
  /// Rules that see series, not targets or alerts. A list alone may be of these.
  static let series: Self = [.metric, .write, .none]
}

extension String {
  /// As a YAML scalar that means nothing but itself.
  var inSingleQuotes: String {
    "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
