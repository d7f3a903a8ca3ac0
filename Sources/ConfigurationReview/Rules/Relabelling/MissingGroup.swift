import AgentConfiguration
import Relabeling

/// A reference to a group that the expression does not have
///
/// `replacement` is `$1` where the rule does not say, so an expression of its own needs a group, or the rule a
/// `replacement`. A group that is not there stands for nothing, and a label that is set to nothing is removed.
///
/// Wrong:
///
///     - source_labels: [env]
///       regex: prod.*
///       target_label: environment
///
/// Right:
///
///     - source_labels: [env]
///       regex: (prod.*)
///       target_label: environment
struct MissingGroup: ReviewRule {
  let facts = RuleFacts("GW314", .warning, why: "The label is removed, or gets a value that lacks a part.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      guard rule.action == .replace || rule.action == .labelMap else { return nil }
      let regex = RegexText(rule.regexText)
      let texts = [rule.replacementText] + (rule.action == .replace ? [rule.rule.targetLabel ?? ""] : [])
      let missing = texts.flatMap { ReplacementText($0).references }.first { isMissing($0, in: regex) }
      guard let missing else { return nil }
      let place = rule.section["replacement"]?.valuePlace ?? rule.regexPlace
      let isOnlyText = rule.rule.replacement == nil && regex.groupCount == 0 && rule.action == .replace
      return Advice(
        place, "the expression has no group \(missing.name)",
        evidence: "\(regex.groupCount) groups in \(regex.text), replacement \(rule.replacementText)",
        fix: isOnlyText
          ? "put brackets around the expression, or add a replacement" : "add the group or correct its number",
        edits: isOnlyText ? rule.settingRegex(to: "(\(regex.unanchored))") : [])
    }
  }

  private func isMissing(_ reference: ReplacementText.Reference, in regex: RegexText) -> Bool {
    if let number = reference.number { return number > regex.groupCount }
    // One that runs on is another finding; capitals are mostly filled in before the file is read.
    let isPlaceholder = reference.name.first?.isNumber == true || reference.name == reference.name.uppercased()
    return !isPlaceholder && !regex.groupNames.contains(reference.name)
  }
}
