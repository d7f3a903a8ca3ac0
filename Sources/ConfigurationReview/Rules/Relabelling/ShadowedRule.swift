import AgentConfiguration
import Relabeling

/// A rule that an earlier one leaves nothing to do
///
/// A `drop` of values that are dropped already, or a rule that is there twice.
///
/// Wrong:
///
///     - source_labels: [env]
///       regex: test.*
///       action: drop
///     - source_labels: [env]
///       regex: test|testing
///       action: drop
///
/// Right:
///
///     - source_labels: [env]
///       regex: test.*
///       action: drop
///     - source_labels: [env]
///       regex: dev
///       action: drop
struct ShadowedRule: ReviewRule {
  let facts = RuleFacts("GW309", .info, why: "The rule costs time for each series and changes nothing.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { list, index, rule in
      guard let earlier = shadow(of: rule, at: index, in: list) else { return nil }
      return Advice(
        rule.place, "the rule in line \(earlier.place.line) leaves this one nothing to do",
        evidence: "\(earlier.action?.rawValue ?? "") of \(earlier.regexText)", fix: "remove the rule",
        edits: [.removeElement(rule.node)], isSafe: true)
    }
  }

  private func shadow(
    of rule: ReviewedFile.Rule, at index: Int, in list: ReviewedFile.RelabelList
  ) -> ReviewedFile.Rule? {
    switch rule.action {
    case .drop: return list.known(.drop, before: index, ofSame: rule).first(where: covering(rule))
    case .keep: return list.known(.keep, before: index, ofSame: rule).first { $0.regexText == rule.regexText }
    case .labelDrop:
      // A rule in between may set a label again.
      let start = list.rules[..<index].lastIndex { setsAny($0) }.map { $0 + 1 } ?? 0
      let covers = covering(rule)
      return list.rules[start..<index].first { $0.action == .labelDrop && covers($0) }
    default: return nil
    }
  }

  /// Whether an earlier rule of the same action takes all that `later` could.
  private func covering(_ later: ReviewedFile.Rule) -> (ReviewedFile.Rule) -> Bool {
    let text = later.regexText
    let values = later.literals
    return { earlier in
      if earlier.regexText == text { return true }
      guard let values, let probe = earlier.probe else { return false }
      return values.allSatisfy { probe.matches($0) }
    }
  }

  private func setsAny(_ rule: ReviewedFile.Rule) -> Bool {
    switch rule.action {
    case .replace, .hashMod, .labelMap, .lowercase, .uppercase: true
    default: false
    }
  }
}
