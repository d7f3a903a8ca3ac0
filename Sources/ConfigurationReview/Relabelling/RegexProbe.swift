import MetricModel
import Relabeling

/// The expression of a rule, for asking what it matches: by the program that runs the rules.
///
/// Where the rule itself tells, its own program is asked, since an expression costs more to compile than to run.
struct RegexProbe: Sendable {
  private enum Answer: Sendable {
    /// The text is the value of a label, and matches where the labels are kept, or where they are not.
    case value(of: String, matchesWhenKept: Bool)
    /// The text is a name, and matches where the label is still there, or where it is not.
    case name(matchesWhenKept: Bool)
  }

  private let program: RelabelProgram
  private let answer: Answer

  /// nil where the reference refuses the rule.
  init?(_ rule: ReviewedFile.Rule) {
    guard let program = rule.program else { return nil }
    switch rule.action {
    case .keep where rule.sourceLabels.count == 1:
      self.init(program, .value(of: rule.sourceLabels[0], matchesWhenKept: true))
    case .drop where rule.sourceLabels.count == 1:
      self.init(program, .value(of: rule.sourceLabels[0], matchesWhenKept: false))
    case .labelDrop: self.init(program, .name(matchesWhenKept: false))
    case .labelKeep: self.init(program, .name(matchesWhenKept: true))
    default:
      let keep = RelabelRule(sourceLabels: ["value"], regex: rule.rule.regex, action: "keep")
      guard let program = try? RelabelProgram([keep]) else { return nil }
      self.init(program, .value(of: "value", matchesWhenKept: true))
    }
  }

  private init(_ program: RelabelProgram, _ answer: Answer) {
    self.program = program
    self.answer = answer
  }

  /// - Parameter text: a value; for rules about names a name, which is not empty.
  func matches(_ text: String) -> Bool {
    switch answer {
    case .value(let label, let matchesWhenKept):
      var labels = LabelSet([(name: label, value: text)])
      return program.apply(to: &labels) == matchesWhenKept
    case .name(let matchesWhenKept):
      var labels = LabelSet([(name: text, value: "1")])
      return program.apply(to: &labels) && labels.isEmpty != matchesWhenKept
    }
  }
}
