import Relabeling

/// Rules that could be proposed, with the reason.
struct RuleCandidate: Sendable {
  enum Kind: Hashable, Sendable {
    case rename, lowercase, ids, lose, dropMetrics
  }

  var kind: Kind
  /// The label it is about, or the metric.
  var subject: String
  var rules: [RelabelRule]
  var why: String

  static func rename(_ renaming: RelabelGoal.Renaming) -> RuleCandidate {
    let expression = RuleText.expression(for: renaming.from)
    return RuleCandidate(
      kind: .rename, subject: renaming.to,
      rules: [
        RelabelRule(regex: expression, replacement: renaming.to.replacingDollars, action: "labelmap"),
        RelabelRule(regex: expression, action: "labeldrop"),
      ], why: "\(renaming.from.joined(separator: ", ")) become \(renaming.to)")
  }

  static func lowercase(_ label: String) -> RuleCandidate {
    RuleCandidate(
      kind: .lowercase, subject: label,
      rules: [RelabelRule(sourceLabels: [label], targetLabel: label, action: "lowercase")],
      why: "values of \(label) that differ in case alone become one")
  }

  static func lose(_ labels: [String]) -> RuleCandidate {
    RuleCandidate(
      kind: .lose, subject: labels.joined(separator: ", "),
      rules: [RelabelRule(regex: RuleText.expression(for: labels), action: "labeldrop")],
      why: "loses \(labels.joined(separator: ", "))")
  }

  static func dropMetrics(_ names: [String]) -> RuleCandidate {
    RuleCandidate(
      kind: .dropMetrics, subject: names.joined(separator: ", "),
      rules: [RelabelRule(sourceLabels: ["__name__"], regex: RuleText.expression(for: names), action: "drop")],
      why: "drops \(names.joined(separator: ", "))")
  }

  // MARK: - Ids in values

  private static let uuid = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
  private static let id = "(?:\(uuid)|[0-9a-fA-F]{8,}|[0-9]+)"
  /// An id between slashes. The first group is greedy, so the last id of a path is the one that is met.
  private static let inPath = "(.*/)\(id)((?:[/?#].*)?)"
  /// More ids in one path are rare; each takes a rule.
  private static let idsInPathMax = 4

  /// Writes ids in the values of a label as `:id`; nil where too few values have any.
  ///
  /// - Parameters:
  ///   - takesWhole: whether a value that is an id and nothing else counts too.
  ///   - valuesMin: how many different values have to have one.
  static func ids(
    in label: String, _ values: Set<String>, takesWhole: Bool, valuesMin: Int
  ) throws(RelabelRuleError) -> RuleCandidate? {
    var rules: [RelabelRule] = []
    var left = values.sorted()
    let path = RelabelRule(
      sourceLabels: [label], targetLabel: label.replacingDollars, regex: inPath, replacement: "${1}:id${2}",
      action: "replace")
    let program = try RelabelProgram([path])
    var touched = 0
    for round in 0..<idsInPathMax {
      let next = SpelledValues.after(program, on: left, of: label)
      if next.changed == 0 { break }
      if round == 0 { touched = next.changed }
      rules.append(path)
      left = next.values
    }
    if takesWhole {
      let whole = RelabelRule(
        sourceLabels: [label], targetLabel: label.replacingDollars, regex: id, replacement: ":id", action: "replace")
      let next = SpelledValues.after(try RelabelProgram([whole]), on: left, of: label)
      if next.changed > 0 {
        rules.append(whole)
        touched += next.changed
      }
    }
    guard touched >= valuesMin, !rules.isEmpty else { return nil }
    return RuleCandidate(
      kind: .ids, subject: label, rules: rules,
      why: "\(touched) values of \(label) hold ids, which become :id"
        + (rules.count > 1 ? "; a rule replaces one id of a value" : ""))
  }
}

extension String {
  /// For a template, in which a dollar begins a reference.
  var replacingDollars: String { split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$") }
}
