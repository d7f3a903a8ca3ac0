import AgentConfiguration

/// A rule looks at a label that an earlier rule removed
///
/// Rules run in their order. After a `labeldrop`, or a `labelkeep` that does not name it, a label counts as empty.
///
/// Wrong:
///
///     - regex: tier
///       action: labeldrop
///     - source_labels: [tier]
///       regex: gold
///       action: keep
///
/// Right:
///
///     - source_labels: [tier]
///       regex: gold
///       action: keep
///     - regex: tier
///       action: labeldrop
struct RemovedLabelRead: ReviewRule {
  let facts = RuleFacts(
    "GW306", .warning,
    why: "The label is always empty for this rule: it does not do what it says, and a keep drops all.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { list, index, rule in
      for label in rule.sourceLabels {
        var remover: Int?
        for (position, earlier) in list.rules[..<index].enumerated() {
          if earlier.removes(label) { remover = position } else if earlier.maySet(label) { remover = nil }
        }
        guard let remover else { continue }
        return Advice(
          rule.section["source_labels"]?.valuePlace ?? rule.place, "\(label) was removed by an earlier rule",
          evidence: "by the rule in line \(list.rules[remover].place.line)", fix: "move this rule before the other")
      }
      return nil
    }
  }
}
