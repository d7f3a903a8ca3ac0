import Relabeling

/// The labels that tell targets apart are removed
///
/// `instance` and `job` are what most series of two targets differ in. Without them the series have the same labels.
///
/// Wrong:
///
///     - regex: instance
///       action: labeldrop
///
/// Right:
///
///     - source_labels: [instance]
///       regex: ([^:]+):\d+
///       target_label: instance
struct TargetsMerged: ReviewRule {
  let facts = RuleFacts(
    "GW318", .warning,
    why: "Series of several targets become one, with values in turn from each; endpoints refuse them as duplicates.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { list, index, rule in
      // Without its name a series is refused in any case.
      guard rule.action == .labelDrop || rule.action == .labelKeep, !rule.removes("__name__") else { return nil }
      let lost = LabelKnowledge.ofTargets.filter { rule.removes($0) && list.removes($0, from: index) }
      // Where one label is left it may tell the targets apart; the job alone does not.
      guard lost.contains("instance"), !hasOneTarget(list, in: file) else { return nil }
      return Advice(
        rule.regexPlace, "\(lost.joined(separator: " and ")) removed: series of several targets merge",
        evidence: "\(rule.action?.rawValue ?? "") \(rule.regexText)",
        fix: "keep it, or aggregate with a recording rule and send its result", confidence: 0.8)
    }
  }

  private func hasOneTarget(_ list: ReviewedFile.RelabelList, in file: ReviewedFile) -> Bool {
    guard list.role == .metric, let index = list.ownerIndex else { return false }
    return file.jobs[index].hasOneStaticTarget
  }
}
