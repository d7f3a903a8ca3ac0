import AgentConfiguration
import Diagnostics
import Foundation
import MetricModel
import Relabeling

/// A test file of rules: cases, each with labels and what is to become of them.
///
///     rules_file: rules.yml
///     cases:
///       - name: debug metrics are dropped
///         series: go_gc_duration_seconds{job="node"}
///         expect: drop
///       - name: the environment is written in full
///         labels: {__name__: up, env: prod}
///         expect: {__name__: up, env: production}
///
/// Rules stand under `rules`, in the file of `rules_file`, or in a section of the `config_file`; for the whole file, or
/// within a case for that one. Paths start at the directory of the test file.
public enum RelabelSpec {
  struct Case {
    enum Expectation {
      case dropped
      case kept(LabelSet)
    }

    var name: String
    var place: Place
    var labels: LabelSet
    var expectation: Expectation
    var expectationPlace: Place
    var rules: RuleList
  }

  /// Reads a test file and runs its cases.
  ///
  /// - Throws: where a file cannot be read, or a section is not there.
  public static func report(file path: String) throws -> RelabelSpecReport {
    try report(text: try RuleReading.text(of: path), path: path)
  }

  static func report(text: String, path: String) throws -> RelabelSpecReport {
    let collector = FindingCollector(path: path)
    var reading = SpecReading(path: path, findings: collector)
    let cases = try reading.cases(in: text)
    let refusals = collector.errors + reading.ruleFindings
    guard refusals.isEmpty else { return RelabelSpecReport(path: path, outcomes: [], problems: refusals) }
    guard !cases.isEmpty else {
      return RelabelSpecReport(
        path: path, outcomes: [],
        problems: [
          Finding(
            id: RelabelFinding.noCases.rawValue, severity: .error, path: path, line: 1, column: 1,
            message: "the file has no cases", why: "A test that tests nothing always holds.",
            fix: "write cases: with labels and expect, each behind a dash")
        ])
    }
    return RelabelSpecReport(path: path, outcomes: cases.map { outcome(of: $0, path) }, problems: [])
  }

  // MARK: - One case

  private static func outcome(of one: Case, _ path: String) -> RelabelSpecReport.Outcome {
    let trace = RelabelTrace(one.labels, by: one.rules)
    var differences: [LabelChange] = []
    let message: String
    var culprit: RelabelTrace.Step?
    switch one.expectation {
    case .dropped:
      message = trace.isKept ? "expected to be dropped, but kept as \(trace.result)" : ""
    case .kept(let expected) where !trace.isKept:
      culprit = trace.steps.last
      message = "expected \(expected), but dropped" + by(culprit, one.rules)
    case .kept(let expected):
      differences = LabelChange.between(expected, trace.result)
      let words = differences.map { difference -> String in
        let step = trace.steps.last { step in step.changes.contains { $0.name == difference.name } }
        culprit = culprit ?? step
        return "\(difference.name): expected \(quoted(difference.before)), got \(quoted(difference.after))"
          + (step.map { by($0, one.rules) } ?? "; no rule changed it")
      }
      message = words.joined(separator: "; ")
    }
    guard !message.isEmpty else { return RelabelSpecReport.Outcome(name: one.name, trace: trace) }
    let finding = Finding(
      id: RelabelFinding.failedCase.rawValue, severity: .error, path: path, line: one.expectationPlace.line,
      column: one.expectationPlace.column, message: "case \(one.name.debugDescription): \(message)",
      evidence: "\(one.labels) came out " + (trace.isKept ? "as \(trace.result)" : "dropped"),
      fix: culprit == nil && trace.isKept ? "no rule matches it; try godwit relabel test --trace" : "")
    return RelabelSpecReport.Outcome(
      name: one.name, trace: trace, differences: differences, culprit: culprit, failure: finding)
  }

  private static func by(_ step: RelabelTrace.Step?, _ rules: RuleList) -> String {
    guard let step else { return "" }
    let place = step.place.map { ", \(rules.path):\($0.line):\($0.column)" } ?? ""
    return " by \(step.title)\(place)"
  }

  private static func quoted(_ value: String?) -> String { value?.debugDescription ?? "no such label" }
}

/// Reads the cases of a test file.
private struct SpecReading {
  let path: String
  let findings: FindingCollector
  /// What is wrong with rules, in the files they stand in.
  private(set) var ruleFindings: [Finding] = []
  private static let ruleKeys = ["rules", "rules_file", "config_file", "section"]

  init(path: String, findings: FindingCollector) {
    self.path = path
    self.findings = findings
  }

  mutating func cases(in text: String) throws -> [RelabelSpec.Case] {
    guard let node = YAMLParsing.document(in: text, findings: findings), !node.isNull,
      let root = SectionReader(node, name: "the test file", place: node.place, findings: findings)
    else { return [] }
    let common = try rules(in: root)
    var cases: [RelabelSpec.Case] = []
    for section in root.sections("cases", emptyMessage: "empty or null case") {
      if let one = try read(section, number: cases.count + 1, common) { cases.append(one) }
    }
    root.finish()
    return cases
  }

  private mutating func read(_ section: SectionReader, number: Int, _ common: RuleList?) throws -> RelabelSpec.Case? {
    let errorCount = findings.errors.count + ruleFindings.count
    let name = section.text("name")?.value ?? "\(number)"
    let own = try rules(in: section)
    let labels = labels("labels", in: section) ?? series("series", in: section)
    if labels == nil && !section.has("labels") && !section.has("series") {
      section.error(
        .missing, at: section.place, "a case needs labels or series", fix: "labels: {__name__: up, job: node}")
    }
    let expectation = expectation(in: section)
    section.finish()
    guard findings.errors.count + ruleFindings.count == errorCount, let labels, let expectation else { return nil }
    guard let rules = own ?? common else {
      section.error(
        .missing, at: section.place, "the case has no rules",
        fix: "name them for all cases at the top: rules, rules_file, or config_file and section")
      return nil
    }
    return RelabelSpec.Case(
      name: name, place: section.place, labels: labels, expectation: expectation,
      expectationPlace: section.place(of: "expect"), rules: rules)
  }

  // MARK: - Rules

  private mutating func rules(in section: SectionReader) throws -> RuleList? {
    let given = section.filled(among: Self.ruleKeys)
    let (inline, file) = (section.field("rules"), section.text("rules_file"))
    let (configuration, name) = (section.text("config_file"), section.text("section"))
    if Set(given).subtracting(["section"]).count > 1 {
      section.error(
        .conflict, at: section.place(of: given[1]), "rules are given twice, as \(given[0]) and as \(given[1])",
        fix: "keep one")
      return nil
    }
    if let name, configuration == nil {
      section.error(.missing, at: name.place, "section needs config_file", fix: "name the configuration it is in")
      return nil
    }
    let reading: RuleReading
    if let inline {
      reading = try RuleReading.reading(of: inline.value, nil, named: path, path, findings)
    } else if let file {
      reading = try RuleReading(file: resolved(file.value))
    } else if let configuration {
      guard let name else {
        section.error(
          .missing, at: configuration.place, "config_file needs section",
          fix: "section: job=NAME/metric_relabel_configs, or remote_write=NAME/write_relabel_configs")
        return nil
      }
      reading = try RuleReading(configuration: resolved(configuration.value), section: name.value)
    } else {
      return nil
    }
    ruleFindings += reading.findings
    return reading.lists.first
  }

  private func resolved(_ file: String) -> String {
    if file.hasPrefix("/") || !path.contains("/") { return file }
    return (path as NSString).deletingLastPathComponent + "/" + file
  }

  // MARK: - Labels

  private func labels(_ key: String, in section: SectionReader) -> LabelSet? {
    section.textMap(key).map { pairs in LabelSet(pairs.map { ($0.name.value, $0.value.value) }) }
  }

  private func series(_ key: String, in section: SectionReader) -> LabelSet? {
    guard let text = section.text(key) else { return nil }
    return series(text, in: section)
  }

  private func series(_ text: Located<String>, in section: SectionReader) -> LabelSet? {
    do {
      return try RelabelTest.series(text.value)
    } catch {
      section.error(.invalidValue, at: text.place, "\(error)")
      return nil
    }
  }

  /// `drop`, labels, or a series in notation.
  private func expectation(in section: SectionReader) -> RelabelSpec.Case.Expectation? {
    guard let field = section.field("expect"), !field.value.isNull else {
      section.error(
        .missing, at: section.has("expect") ? section.valuePlace(of: "expect") : section.place,
        "a case needs expect", fix: "expect: drop, or the labels that are to come out")
      return nil
    }
    guard let scalar = field.value.scalar else { return labels("expect", in: section).map { .kept($0) } }
    if scalar.text == "drop" { return .dropped }
    return series(Located(value: scalar.text, place: field.valuePlace), in: section).map { .kept($0) }
  }
}
