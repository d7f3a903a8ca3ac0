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
    file.relabelLists.flatMap { list in
      let read = Set(list.rules.flatMap(\.sourceLabels))
      // For each label that any rule reads, the rule that removed it last.
      var removers: [String: ReviewedFile.Rule] = [:]
      return list.rules.filter { $0.program != nil }.compactMap { rule -> Advice? in
        defer {
          for label in read {
            if rule.removes(label) { removers[label] = rule } else if rule.maySet(label) { removers[label] = nil }
          }
        }
        guard let label = rule.sourceLabels.first(where: { removers[$0] != nil }), let remover = removers[label] else {
          return nil
        }
        return Advice(
          rule.section["source_labels"]?.valuePlace ?? rule.place, "\(label) was removed by an earlier rule",
          evidence: "by the rule in line \(remover.place.line)", fix: "move this rule before the other")
      }
    }
  }
}
