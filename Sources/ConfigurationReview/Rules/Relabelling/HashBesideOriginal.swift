import Relabeling

/// A hash is added and what was hashed stays
///
/// `hashmod` sets one more label. The label that was too much is still there until a rule removes it.
///
/// Wrong:
///
///     - source_labels: [customer]
///       target_label: customer_bucket
///       modulus: 16
///       action: hashmod
///
/// Right:
///
///     - source_labels: [customer]
///       target_label: customer_bucket
///       modulus: 16
///       action: hashmod
///     - regex: customer
///       action: labeldrop
struct HashBesideOriginal: ReviewRule {
  let facts = RuleFacts("GW323", .warning, why: "The number of series stays, and each is longer.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { list, index, rule in
      guard rule.action == .hashMod, let target = rule.rule.targetLabel, !target.hasPrefix("__") else { return nil }
      let known = ["__name__", "__address__", "instance", "job"]
      let kept = rule.sourceLabels.filter { !known.contains($0) && !list.removes($0, from: index + 1) }
      guard !kept.isEmpty, kept != [target] else { return nil }
      return Advice(
        rule.place, "\(kept.joined(separator: ", ")) stays beside its hash", evidence: "no later rule removes it",
        fix: "add a labeldrop of \(kept.joined(separator: "|")) behind this rule", confidence: 0.8)
    }
  }
}
