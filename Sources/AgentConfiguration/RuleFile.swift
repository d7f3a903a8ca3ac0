package import Diagnostics
import MetricModel
import Settings

/// A file of recording and alerting rules, by the reference's rules for its structure.
///
/// Expressions are not parsed: a slip within one is for the server's own checker to find.
package enum RuleFile {
  /// What is wrong with the file, in its order; all of severity error.
  ///
  /// - Parameter path: how findings name the file.
  package static func errors(in text: String, path: String) -> [Finding] {
    let findings = FindingCollector(path: path)
    if let node = YAMLParsing.document(in: text, findings: findings), !node.isNull,
      let root = SectionReader(node, name: "the rule file", place: node.place, findings: findings)
    {
      check(groups: root)
      root.finish()
    }
    return ConfigurationReader.inOrder(findings.errors)
  }

  private static func check(groups root: SectionReader) {
    var names = Set<String>()
    for group in root.sections("groups", emptyMessage: "empty or null rule group") {
      if let name = group.text("name"), !name.value.isEmpty {
        if !names.insert(name.value).inserted {
          group.error(
            .duplicateName, at: name.place, "groupname: \"\(name.value)\" is repeated in the same file",
            fix: "give each group its own name")
        }
      } else {
        group.error(.missing, at: group.place, "Groupname must not be empty", fix: "add name")
      }
      for key in ["interval", "query_offset"] { _ = group.duration(key) }
      _ = group.integer("limit")
      checkLabels(group)
      for rule in group.sections("rules", emptyMessage: "empty or null rule") { check(rule) }
      group.finish()
    }
  }

  private static func check(_ rule: SectionReader) {
    let record = rule.text("record")?.value ?? ""
    let alert = rule.text("alert")?.value ?? ""
    if !record.isEmpty && !alert.isEmpty {
      rule.error(
        .conflict, at: rule.place(of: "alert"), "only one of 'record' and 'alert' must be set",
        fix: "make two rules of it")
    }
    if record.isEmpty && alert.isEmpty {
      rule.error(.missing, at: rule.place, "one of 'record' or 'alert' must be set", fix: "add one of them")
    }
    if rule.text("expr")?.value.isEmpty ?? true {
      rule.error(
        .missing, at: rule.has("expr") ? rule.valuePlace(of: "expr") : rule.place, "field 'expr' must be set in rule")
    }
    for key in ["for", "keep_firing_for"] {
      if let time = rule.duration(key), !record.isEmpty, time.value != .zero {
        rule.error(
          .conflict, at: time.place, "invalid field '\(key)' in recording rule", fix: "only an alert waits; remove it")
      }
    }
    checkLabels(rule)
    for (name, _) in rule.textMap("annotations") ?? [] {
      if !record.isEmpty {
        rule.error(
          .conflict, at: name.place, "invalid field 'annotations' in recording rule", fix: "only an alert has them")
        break
      }
    }
    if !record.isEmpty && !record.utf8.allSatisfy({ $0 != 0x7b && $0 != 0x7d }) {
      rule.error(
        .invalidValue, at: rule.valuePlace(of: "record"),
        "braces present in the recording rule name; should it be in expr?: \(record)",
        fix: "a name has no selector; labels go into labels")
    }
    rule.finish()
  }

  private static func checkLabels(_ section: SectionReader) {
    for (name, _) in section.textMap("labels") ?? [] where name.value.isEmpty || name.value == "__name__" {
      section.error(.invalidValue, at: name.place, "invalid label name: \(name.value)", fix: "choose another name")
    }
  }
}
