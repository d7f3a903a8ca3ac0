import MetricModel
import Relabeling

/// Values of one label on their way through rules that change only them.
enum SpelledValues {
  /// The values after the rules, and how many of these became others.
  static func after(_ program: RelabelProgram, on values: [String], of label: String) -> (
    values: [String], changed: Int
  ) {
    var result = Set<String>()
    var changed = 0
    for value in values {
      var labels = LabelSet([(label, value)])
      _ = program.apply(to: &labels)
      let after = labels[label] ?? ""
      if !after.utf8.elementsEqual(value.utf8) { changed += 1 }
      result.insert(after)
    }
    return (result.sorted(), changed)
  }

  /// Whether some values differ in the case of letters alone.
  static func differInCase(_ values: Set<String>, of label: String) throws(RelabelRuleError) -> Bool {
    let program = try RelabelProgram(RuleCandidate.lowercase(label).rules)
    return after(program, on: values.sorted(), of: label).values.count < values.count
  }
}
