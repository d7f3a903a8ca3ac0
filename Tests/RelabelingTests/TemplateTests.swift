import MetricModel
import Relabeling
import Testing

@Suite("Templates of replacements")
struct TemplateTests {
  @Test(
    "References expand as in Go's regexp",
    arguments: [
      ("$1", "ab"), ("${1}", "ab"), ("$1-$2", "ab-12"), ("$0", "ab12"), ("$$1", "$1"), ("$$$1", "$ab"), ("$9", ""),
      ("$1abc", ""), ("${1}abc", "ababc"), ("$1_x", ""), ("$word", "ab"), ("${word}s", "abs"), ("$words", ""),
      ("${nobody}", ""), ("$", "$"), ("a$", "a$"), ("$-", "$-"), ("${1", "${1"), ("${}", "${}"), ("$ 1", "$ 1"),
      ("$01", ""), ("$00", ""), ("$3", ""), ("é$1ż", "é"), ("é${1}ż", "éabż"), ("$99999999999999999999", ""),
      ("${1}${2}${1}", "ab12ab"), ("{$1}", "{ab}"), ("$word$2", "ab12"), ("$１", ""), ("plain", "plain"),
    ])
  func expansion(template: String, expected: String) throws {
    let rule = RelabelRule(
      sourceLabels: ["a"], targetLabel: "b", regex: "(?P<word>[a-z]+)(\\d+)(x)?", replacement: template)
    var labels = LabelSet(["a": "ab12", "b": "old"])
    #expect(try RelabelProgram([rule]).apply(to: &labels))
    #expect(labels["b"] == (expected.isEmpty ? nil : expected))
  }

  @Test("Of two groups of one name the first that took part is meant", arguments: [("x1", "1"), ("y2", "2")])
  func sameNames(value: String, expected: String) throws {
    let rule = RelabelRule(sourceLabels: ["a"], targetLabel: "b", regex: "x(?P<n>.)|y(?<n>.)", replacement: "$n")
    var labels = LabelSet(["a": value])
    #expect(try RelabelProgram([rule]).apply(to: &labels))
    #expect(labels["b"] == expected)
  }

  @Test("More groups than fit the matcher's own buffer are all found")
  func manyGroups() throws {
    let rule = RelabelRule(
      sourceLabels: ["a"], targetLabel: "b", regex: String(repeating: "(.)", count: 20), replacement: "$20$17$1")
    var labels = LabelSet(["a": "abcdefghijklmnopqrst"])
    #expect(try RelabelProgram([rule]).apply(to: &labels))
    #expect(labels["b"] == "tqa")
  }
}
