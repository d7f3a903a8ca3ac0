import AgentConfiguration
import Relabeling

/// A label is removed by setting it to nothing
///
/// A `replace` with an empty `replacement` removes its target label. `labeldrop` says so.
///
/// Wrong:
///
///     - target_label: build_hash
///       replacement: ""
///
/// Right:
///
///     - regex: build_hash
///       action: labeldrop
struct RemovalInDisguise: ReviewRule {
  let facts = RuleFacts("GW324", .info, why: "Whoever reads the rule has to know that an empty value is no value.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      guard rule.action == .replace, rule.rule.replacement == "", rule.matchesAnything,
        let target = rule.rule.targetLabel, !target.contains("$"), let field = rule.section["replacement"]
      else { return nil }
      return Advice(
        field.key.place, "the rule removes \(target)", evidence: "its replacement is empty",
        fix: "write regex: \(target) with action: labeldrop", confidence: 0.8)
    }
  }
}
