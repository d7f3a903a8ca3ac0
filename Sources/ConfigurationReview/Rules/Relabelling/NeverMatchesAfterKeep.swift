import AgentConfiguration
import Relabeling

/// A rule for values that an earlier keep has excluded
///
/// What passes a `keep` with a list of values has one of them, so a later rule for another value of the same labels
/// never matches.
///
/// Wrong:
///
///     - source_labels: [env]
///       regex: prod|staging
///       action: keep
///     - source_labels: [env]
///       regex: test
///       action: drop
///
/// Right:
///
///     - source_labels: [env]
///       regex: prod|staging
///       action: keep
struct NeverMatchesAfterKeep: ReviewRule {
  let facts = RuleFacts("GW308", .warning, why: "The rule does nothing, and whoever reads it believes otherwise.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { list, index, rule in
      guard rule.action == .drop || rule.action == .replace else { return nil }
      let keeps = list.keepsKnown(before: index, ofSame: rule)
      guard !keeps.isEmpty, let probe = rule.probe else { return nil }
      for earlier in keeps where !earlier.values.contains(where: { probe.matches($0) }) {
        return Advice(
          rule.regexPlace, "the rule never matches after the keep in line \(earlier.rule.place.line)",
          evidence: "only \(earlier.values.prefix(5).joined(separator: ", ")) are left", fix: "remove the rule",
          edits: [.removeElement(rule.node)], isSafe: true)
      }
      return nil
    }
  }
}
