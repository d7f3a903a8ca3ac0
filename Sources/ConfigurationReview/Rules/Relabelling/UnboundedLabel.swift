import AgentConfiguration
import Relabeling

/// A label with a value for each user or request
///
/// Each value is a series that is kept for hours and never used again. What is about one request belongs in logs or
/// traces; an exemplar leads from a metric to the trace.
///
/// Wrong:
///
///     - source_labels: [customer]
///       target_label: user_id
///
/// Right:
///
///     - source_labels: [path]
///       regex: (/[a-z]+)/.*
///       target_label: route
struct UnboundedLabel: ReviewRule {
  let facts = RuleFacts(
    "GW321", .warning,
    why: "The number of series has no bound: memory and cost grow with users, and endpoints refuse more.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: .series) { _, _, rule in
      guard let (names, place) = names(kept: rule) else { return nil }
      let unbounded = names.filter { LabelKnowledge.isUnbounded($0) }
      let isTrace = unbounded.contains { LabelKnowledge.isTrace($0) }
      // A rule that makes a label of trace ids has a finding of its own.
      guard let name = unbounded.first, !isTrace || rule.action != .replace else { return nil }
      return Advice(
        place, "the label \(name) has no bound", evidence: "\(rule.action?.rawValue ?? "") makes or keeps it",
        fix: isTrace
          ? "leave it out and send exemplars (send_exemplars: true), which carry the trace's id"
          : "use a label with few values: a route, a kind of customer, a region", confidence: 0.8)
    }
  }

  private func names(kept rule: ReviewedFile.Rule) -> (names: [String], place: Place)? {
    switch rule.action {
    case .replace, .lowercase, .uppercase:
      guard let target = rule.section.text("target_label"), rule.rule.replacement != "" else { return nil }
      // A value that is the same for all is no matter of cardinality.
      let isFixed = rule.action == .replace && ReplacementText(rule.replacementText).references.isEmpty
      return isFixed || rule.sourceLabels == [target.value] ? nil : ([target.value], target.place)
    case .labelKeep: return rule.literals.map { ($0, rule.regexPlace) }
    case .labelMap:
      guard let replacement = rule.section.text("replacement") else { return nil }
      return ([replacement.value], replacement.place)
    default: return nil
    }
  }
}
