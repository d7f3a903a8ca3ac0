import AgentConfiguration
import ConfigurationReview
import Diagnostics
import Testing

@Suite("Every rule of the review")
struct RuleExampleTests {
  @Test("is in the catalogue, and what is in the catalogue is documented")
  func catalogue() {
    let documented = DocumentedRule.all.map(\.id)
    let listed = RuleCatalogue.all.map(\.facts.id)
    #expect(Set(documented) == Set(listed))
    #expect(documented.count == Set(documented).count, "an id stands for one rule")
    #expect(listed == listed.sorted())
    #expect(Set(DocumentedRule.verdicts.map(\.id)) == Set(ConfigurationFinding.allCases.map(\.rawValue)))
  }

  @Test("has a title, a reason and two examples", arguments: DocumentedRule.all)
  func documentation(rule: DocumentedRule) {
    #expect(!rule.title.isEmpty && !rule.title.hasSuffix("."))
    #expect(!rule.text.isEmpty)
    #expect(rule.wrong != nil && rule.right != nil)
  }

  @Test(
    "What the reference refuses is documented with examples too, each drawing its finding and no other",
    arguments: DocumentedRule.verdicts)
  func verdicts(verdict: DocumentedRule) throws {
    #expect(!verdict.title.isEmpty && !verdict.text.isEmpty)
    let wrong = try #require(verdict.wrong).report.findings
    #expect(Set(wrong.map(\.id)) == [verdict.id], "\(wrong.text)")
    let right = try #require(verdict.right).report.findings
    #expect(right.isEmpty, "\(right.text)")
  }

  @Test("finds its wrong example, and nothing else does", arguments: DocumentedRule.all)
  func wrong(rule: DocumentedRule) throws {
    let findings = try #require(rule.wrong).report.findings
    #expect(Set(findings.map(\.id)) == [rule.id], "\(findings.text)")
    #expect(findings.allSatisfy { $0.line != nil && !$0.fix.isEmpty && !$0.why.isEmpty })
  }

  @Test("finds nothing in its right example, and nothing else does", arguments: DocumentedRule.all)
  func right(rule: DocumentedRule) throws {
    let findings = try #require(rule.right).report.findings
    #expect(findings.isEmpty, "\(findings.text)")
  }
}
