import AgentConfiguration
import Relabeling

/// Two keeps that no series can pass
///
/// What passes a `keep` with a list of values has one of them. A second `keep` on the same labels that takes none of
/// these leaves nothing.
///
/// Wrong:
///
///     - source_labels: [env]
///       regex: prod|staging
///       action: keep
///     - source_labels: [env]
///       regex: production
///       action: keep
///
/// Right:
///
///     - source_labels: [env]
///       regex: prod|production|staging
///       action: keep
struct ContradictingKeeps: ReviewRule {
  let facts = RuleFacts("GW307", .warning, why: "Nothing passes both rules, so nothing is left.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { list, index, rule in
      guard rule.action == .keep, let probe = rule.probe else { return nil }
      for earlier in list.keepsKnown(before: index, ofSame: rule)
      where !earlier.values.contains(where: { probe.matches($0) }) {
        return Advice(
          rule.regexPlace, "nothing passes this keep and the one in line \(earlier.rule.place.line)",
          evidence: "that one leaves \(earlier.values.prefix(5).joined(separator: ", "))",
          fix: "name all values that are wanted in one keep")
      }
      return nil
    }
  }
}
