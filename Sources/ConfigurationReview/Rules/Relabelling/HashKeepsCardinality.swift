import AgentConfiguration
import Relabeling

/// A hash with as many values as what is hashed
///
/// `hashmod` gives numbers below `modulus`. With a modulus in the thousands nearly every value keeps a number of its
/// own, and there are as many series as before.
///
/// Wrong:
///
///     - source_labels: [customer]
///       target_label: customer_bucket
///       modulus: 1000000
///       action: hashmod
///     - regex: customer
///       action: labeldrop
///
/// Right:
///
///     - source_labels: [customer]
///       target_label: customer_bucket
///       modulus: 16
///       action: hashmod
///     - regex: customer
///       action: labeldrop
struct HashKeepsCardinality: ReviewRule {
  let facts = RuleFacts(
    "GW322", .warning, why: "There are as many series as before, and nobody can read what they mean.")

  /// More groups than a dashboard shows or a person compares.
  private let modulusMax: UInt64 = 1_000

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { _, _, rule in
      guard rule.action == .hashMod, let modulus = rule.rule.modulus, modulus > modulusMax,
        let target = rule.rule.targetLabel, !target.hasPrefix("__")
      else { return nil }
      return Advice(
        rule.section["modulus"]?.valuePlace ?? rule.place, "hashing to \(modulus) values keeps the cardinality",
        evidence: "\(rule.sourceLabels.joined(separator: ", ")) to \(target)",
        fix: "use a modulus of a few dozen, or aggregate without the label")
    }
  }
}
