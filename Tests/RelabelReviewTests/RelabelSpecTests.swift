import Diagnostics
import Foundation
import Testing

@testable import RelabelReview

@Suite("Test files of rules")
struct RelabelSpecTests {
  private static let spec = """
    rules:
      - {source_labels: [__name__], regex: go_.*, action: drop}
      - {source_labels: [env], regex: prod, target_label: env, replacement: production}
    cases:
      - name: dropped
        series: go_goroutines{job="a"}
        expect: drop
      - name: renamed
        labels: {__name__: up, env: prod}
        expect: {__name__: up, env: production}
      - series: up{env="test"}
        expect: up{env="test"}
    """

  @Test("Cases that hold")
  func holds() throws {
    let report = try RelabelSpec.report(text: Self.spec, path: "spec.yml")
    #expect(report.findings.isEmpty && report.outcomes.map(\.name) == ["dropped", "renamed", "3"])
    #expect(report.answer.exitCode() == 0 && report.answer.summary == "All 3 cases hold.")
  }

  @Test(
    "A case that fails names the difference, the rule that made it, and its place",
    arguments: [
      ("expect: drop", "expect: go_goroutines{job=\"a\"}", 7, "dropped by rule 1 (drop), spec.yml:2:5"),
      (
        "env: production}", "env: prod}", 10,
        "env: expected \"prod\", got \"production\" by rule 2 (replace), spec.yml:3:5"
      ),
      ("expect: up{env=\"test\"}", "expect: drop", 12, "expected to be dropped, but kept as up{env=\"test\"}"),
      (
        "expect: up{env=\"test\"}", "expect: up{env=\"test\",a=\"b\"}", 12,
        "a: expected \"b\", got no such label; no rule changed it"
      ),
    ])
  func fails(wanted: String, instead: String, line: Int, words: String) throws {
    let report = try RelabelSpec.report(
      text: Self.spec.replacing(wanted, with: instead), path: "spec.yml")
    let finding = try #require(report.findings.first)
    #expect(report.findings.count == 1 && finding.id == "GW510" && finding.line == line)
    #expect(finding.message.contains(words), "\(finding.message)")
    #expect(report.answer.exitCode() == 1 && report.failed == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(report.answer.json().utf8)) as? [String: Any])
    #expect((object["data"] as? [String: Any])?["failed"] as? Int == 1)
  }

  @Test("Rules come from files beside the test file, and from sections")
  func otherFiles() throws {
    let folder = try Folder()
    _ = try folder.file("rules.yml", "- {regex: pod, action: labeldrop}")
    _ = try folder.file(
      "prometheus.yml",
      "remote_write: [{url: 'http://a', name: main, write_relabel_configs: [{target_label: x, replacement: y}]}]")
    let path = try folder.file(
      "spec.yml",
      """
      rules_file: rules.yml
      cases:
        - {series: 'up{pod="a"}', expect: up}
        - {config_file: prometheus.yml, section: remote_write=main, series: up, expect: 'up{x="y"}'}
      """)
    #expect(try RelabelSpec.report(file: path).findings.isEmpty)
  }

  @Test(
    "A test file that says nothing, or the wrong thing, is an error",
    arguments: [
      ("", "GW511"), ("cases: []", "GW511"), ("cases:\n  - expect: drop\n", "GW106"),
      ("rules: []\ncases:\n  - series: up\n", "GW106"), ("cases:\n  - {series: up, expect: up}\n", "GW106"),
      ("rules: []\nrules_file: x\ncases:\n  - {series: up, expect: up}\n", "GW107"),
      ("rules: [{regex: (}]\ncases:\n  - {series: up, expect: up}\n", "GW110"),
      ("rules: []\ncases:\n  - {series: 'up{', expect: up}\n", "GW105"),
      ("rules: []\ncases:\n  - {series: up, expected: up}\n", "GW106"), ("a: [", "GW101"),
      ("section: job=a\ncases:\n  - {series: up, expect: up}\n", "GW106"),
      ("config_file: a\ncases:\n  - {series: up, expect: up}\n", "GW106"),
    ])
  func wrong(text: String, id: String) throws {
    let report = try RelabelSpec.report(text: text, path: "spec.yml")
    #expect(
      report.findings.contains { $0.id == id && $0.severity == .error && $0.line != nil }, "\(report.findings.text)")
    #expect(report.answer.exitCode() == 1 && report.outcomes.isEmpty)
  }
}
