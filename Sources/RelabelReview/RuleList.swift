import AgentConfiguration
import Diagnostics
import MetricModel
import Relabeling
import RemoteWriteProtocol

/// Rules with the places they were written at, compiled by the agent's own program, and what the agent does around
/// them.
public struct RuleList: Sendable {
  /// Where rules stand in a configuration; the raw value is the key.
  public enum Section: String, Sendable, CaseIterable {
    case target = "relabel_configs"
    case metric = "metric_relabel_configs"
    case write = "write_relabel_configs"
    case alert = "alert_relabel_configs"
  }

  /// What tells these rules from others of the same answer: the name of the endpoint, or the file.
  public var name: String
  /// The file as the user named it.
  public var path: String
  /// What the rules are for, where the file says it.
  public var section: Section?
  public var ruleCount: Int { rules.count }
  let rules: [RelabelRule]
  let program: RelabelProgram
  /// By the index of the rule; nil where its file is one that the configuration only names.
  private let places: [Place?]
  /// What the agent adds to series that do not have them, before the rules run.
  let externalLabels: LabelSet
  /// Which message the endpoint gets.
  let version: WriteMessageVersion

  init(
    _ rules: [RelabelRule], places: [Place?], name: String, path: String, section: Section? = nil,
    externalLabels: LabelSet = LabelSet(), version: WriteMessageVersion = .v1
  ) throws(RelabelRuleError) {
    program = try RelabelProgram(rules)
    self.rules = rules
    self.places = places
    self.name = name
    self.path = path
    self.section = section
    self.externalLabels = externalLabels
    self.version = version
  }

  /// The line and column of a rule, from 1.
  public func place(of rule: Int) -> (line: Int, column: Int)? {
    guard places.indices.contains(rule), let place = places[rule] else { return nil }
    return (place.line, place.column)
  }

  /// What a rule is called in findings: `rule 3 (drop)`, counted from 1.
  public func title(of rule: Int) -> String {
    let action = (rules[rule].action ?? RelabelAction.replace.rawValue).lowercased()
    return "rule \(rule + 1) (\(action))"
  }

  /// The same rules, compiled anew, for a thread of its own: threads that run one program slow each other down, for all
  /// of them count who holds its parts.
  func twin() -> RuleList {
    // Rules that compiled once compile again, so nothing is hidden by sharing them instead.
    (try? RuleList(
      rules, places: places, name: name, path: path, section: section, externalLabels: externalLabels,
      version: version)) ?? self
  }

  /// As the agent does before the rules: labels that a series has itself stay.
  func addExternalLabels(to labels: inout LabelSet) {
    for index in 0..<externalLabels.count where labels.index(of: externalLabels.name(at: index)) == nil {
      labels.set(externalLabels.name(at: index), externalLabels.value(at: index))
    }
  }

  func finding(
    _ kind: RelabelFinding, _ severity: Finding.Severity, rule: Int? = nil, _ message: String, why: String = "",
    evidence: String = "", fix: String = "", confidence: Double = 1
  ) -> Finding {
    let position = rule.flatMap { self.place(of: $0) }
    return Finding(
      id: kind.rawValue, severity: severity, path: path, line: position?.line, column: position?.column,
      message: message,
      why: why, evidence: evidence, fix: fix, confidence: confidence)
  }
}
