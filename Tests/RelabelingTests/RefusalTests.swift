import Relabeling
import Testing

@Suite("Refusal of rules")
struct RefusalTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var field: String
    var words: String
    var rule: RelabelRule
    var scheme = LabelNameScheme.utf8
    var testDescription: String { "\(field): \(words)" }
  }

  @Test(
    "A rule that cannot run names its field and says what is wrong",
    arguments: [
      Refusal(field: "action", words: "cannot be empty", rule: RelabelRule(action: "")),
      Refusal(field: "action", words: "unknown relabel action \"zap\"", rule: RelabelRule(action: "zap")),
      Refusal(field: "modulus", words: "non-zero modulus", rule: RelabelRule(targetLabel: "a", action: "hashmod")),
      Refusal(field: "target_label", words: "requires 'target_label' value", rule: RelabelRule(sourceLabels: ["a"])),
      Refusal(field: "target_label", words: "requires", rule: RelabelRule(targetLabel: "", action: "lowercase")),
      Refusal(
        field: "source_labels", words: "not a valid label name",
        rule: RelabelRule(sourceLabels: [""], action: "keep")),
      Refusal(
        field: "replacement", words: "can not be set for uppercase",
        rule: RelabelRule(targetLabel: "a", replacement: "x", action: "uppercase")),
      Refusal(
        field: "replacement", words: "can not be set",
        rule: RelabelRule(
          targetLabel: "a", replacement: "", action: "keepequal")),
      Refusal(
        field: "replacement", words: "is invalid 'replacement' for labelmap action",
        rule: RelabelRule(regex: "a", replacement: "", action: "labelmap")),
      Refusal(
        field: "regex", words: "keepequal action requires only",
        rule: RelabelRule(
          targetLabel: "a", regex: "(.*)", action: "keepequal")),
      Refusal(
        field: "separator", words: "dropequal action requires only",
        rule: RelabelRule(
          separator: "", targetLabel: "a", action: "dropequal")),
      Refusal(
        field: "modulus", words: "dropequal action requires only",
        rule: RelabelRule(
          targetLabel: "a", modulus: 3, action: "dropequal")),
      Refusal(
        field: "source_labels", words: "labeldrop action requires only",
        rule: RelabelRule(
          sourceLabels: ["a"], regex: "b", action: "labeldrop")),
      Refusal(
        field: "target_label", words: "labelkeep action requires only",
        rule: RelabelRule(
          targetLabel: "a", regex: "b", action: "labelkeep")),
      Refusal(
        field: "replacement", words: "labelkeep action requires only",
        rule: RelabelRule(
          regex: "b", replacement: "c", action: "labelkeep")),
      Refusal(
        field: "target_label", words: "is invalid 'target_label' for replace action",
        rule: RelabelRule(targetLabel: "ü"), scheme: .legacy),
      Refusal(
        field: "target_label", words: "is invalid 'target_label' for replace action",
        rule: RelabelRule(targetLabel: "a-$1"), scheme: .legacy),
      Refusal(
        field: "regex", words: "missing closing ): `^(?s:(x)$`",
        rule: RelabelRule(
          targetLabel: "a", regex: "(x", action: "lowercase")),
    ])
  func refusal(_ refusal: Refusal) throws {
    let error = try #require(throws: RelabelRuleError.self) {
      try RelabelProgram([RelabelRule(targetLabel: "fine"), refusal.rule], nameScheme: refusal.scheme)
    }
    #expect(error.ruleIndex == 1)
    #expect(error.field == refusal.field)
    #expect(error.message.contains(refusal.words), "\(error)")
  }

  @Test("The key source_labels is refused by labeldrop even with an empty list")
  func emptySourceLabels() {
    var rule = RelabelRule(regex: "a", action: "labeldrop")
    #expect(throws: Never.self) { try RelabelProgram([rule]) }
    rule.givesSourceLabels = true
    #expect(throws: RelabelRuleError.self) { try RelabelProgram([rule]) }
  }

  @Test(
    "Fields that say the default are as good as not given",
    arguments: [
      RelabelRule(separator: ";", modulus: 0, replacement: "$1", action: "labeldrop"),
      RelabelRule(separator: ";", targetLabel: "a", modulus: 0, replacement: "$1", action: "keepequal"),
      RelabelRule(targetLabel: "", regex: "a", action: "labelkeep"),
      RelabelRule(targetLabel: "a", regex: "b", action: "UPPERCASE"),
    ])
  func defaults(rule: RelabelRule) {
    #expect(throws: Never.self) { try RelabelProgram([rule]) }
  }

  @Test("Legacy names allow templates", arguments: ["a", "_9", "a_$1", "${x}_b", "$1"])
  func legacyTargets(target: String) {
    #expect(throws: Never.self) { try RelabelProgram([RelabelRule(targetLabel: target)], nameScheme: .legacy) }
  }

  @Test("A word that cannot be read in a later rule is reported before fields that do not fit in an earlier")
  func order() {
    #expect {
      try RelabelProgram([RelabelRule(), RelabelRule(action: "zap")])
    } throws: { ($0 as? RelabelRuleError)?.ruleIndex == 1 }
  }
}
