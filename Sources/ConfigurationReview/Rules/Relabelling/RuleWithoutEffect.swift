import Relabeling

/// A rule that changes nothing
///
/// A label that is set to itself, a `keep` of everything, a `labelmap` of names to themselves.
///
/// Wrong:
///
///     - source_labels: [env]
///       target_label: env
///
/// Right:
///
///     - source_labels: [env]
///       regex: prod(uction)?
///       target_label: env
///       replacement: production
struct RuleWithoutEffect: ReviewRule {
  let facts = RuleFacts("GW325", .info, why: "It costs time for each series, and was probably meant to do something.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { list, index, rule in
      guard let reason = reason(rule) else { return nil }
      return Advice(
        rule.place, "the rule changes nothing: \(reason)", evidence: "action \(rule.action?.rawValue ?? "")",
        fix: "remove it, or add what is missing", edits: [.removeElement(rule.node)],
        // In which order labels were set decides which of two wins in a labelmap.
        isSafe: !list.rules[index...].dropFirst().contains { $0.action == .labelMap })
    }
  }

  private func reason(_ rule: ReviewedFile.Rule) -> String? {
    switch rule.action {
    case .replace:
      guard rule.sourceLabels.count == 1, rule.sourceLabels[0] == rule.rule.targetLabel else { return nil }
      let isWhole = ["(.*)", "(.+)"].contains(rule.regexText) && ["$1", "${1}"].contains(rule.replacementText)
      let isMatch = ["$0", "${0}"].contains(rule.replacementText)
      return isWhole || isMatch ? "\(rule.sourceLabels[0]) is set to itself" : nil
    case .keep, .labelKeep: return rule.matchesAnything ? "everything is kept" : nil
    case .labelMap:
      let isWhole = ["(.*)", "(.+)"].contains(rule.regexText) && ["$1", "${1}"].contains(rule.replacementText)
      return isWhole ? "each name is mapped to itself" : nil
    default: return nil
    }
  }
}
