import Relabeling

/// All labels or annotations of objects become labels of series
///
/// What somebody writes on a pod tomorrow is then on all its series: hashes of templates, versions, names of people.
///
/// Wrong:
///
///     - regex: __meta_kubernetes_pod_label_(.+)
///       action: labelmap
///
/// Right:
///
///     - regex: __meta_kubernetes_pod_label_(app|team)
///       action: labelmap
struct AllLabelsMapped: ReviewRule {
  let facts = RuleFacts(
    "GW332", .info,
    why: "Each change of a label makes all series of the object new ones, and nobody here decides on it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice(onRulesOf: [.target, .none]) { _, _, rule in
      guard rule.action == .labelMap, rule.regexText.hasPrefix("__meta_"),
        rule.regexText.hasSuffix("(.+)") || rule.regexText.hasSuffix("(.*)")
      else { return nil }
      let kinds = ["label", "annotation", "tag", "metadata", "service_metadata"]
      let stem = rule.regexText.dropLast(4)
      guard let kind = kinds.first(where: { stem.hasSuffix("_\($0)_") }) else { return nil }
      return Advice(
        rule.regexPlace, "every \(kind) becomes a label of all series", evidence: rule.regexText,
        fix: "name those that are used: \(stem)(app|team)")
    }
  }
}
