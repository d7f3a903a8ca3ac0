import Foundation
import MetricModel
import Relabeling
import Testing

@Suite("Answers of the reference implementation")
struct GoldenTests {
  struct Case: Decodable {
    struct Rule: Decodable {
      var source_labels: [String]?
      var separator: String?
      var target_label: String?
      var regex: String?
      var modulus: UInt64?
      var replacement: String?
      var action: String?

      var asRule: RelabelRule {
        RelabelRule(
          sourceLabels: source_labels ?? [], separator: separator, targetLabel: target_label, regex: regex,
          modulus: modulus, replacement: replacement, action: action)
      }
    }

    var rules: [Rule]
    var valid: Bool
    var labels: [String: String]?
    var keep: Bool?
    var result: [String: String]?
    var error: String?

    static func all() throws -> [Case] {
      let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/relabel.jsonl")
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      return try lines.map { try JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
    }
  }

  @Test("Every label set comes out as it does there, from apply and from explain")
  func labelSetsAgree() throws {
    var checked = 0
    var scratch = RelabelScratch()
    for (line, example) in try Case.all().enumerated() where example.valid {
      let program = try RelabelProgram(example.rules.map(\.asRule))
      let input = LabelSet(try #require(example.labels))
      let expected = LabelSet(try #require(example.result))
      var labels = input
      let isKept = program.apply(to: &labels, scratch: &scratch)
      #expect(isKept == example.keep, "line \(line + 1)")
      if isKept { #expect(labels == expected, "line \(line + 1)") }
      let explanation = program.explain(input)
      #expect(explanation.isKept == example.keep, "line \(line + 1)")
      #expect(explanation.result == expected, "line \(line + 1)")
      checked += 1
    }
    #expect(checked == 1_312)
  }

  @Test("Every refusal is a refusal here, in the same words and then some")
  func refusalsAgree() throws {
    var checked = 0
    for (line, example) in try Case.all().enumerated() where !example.valid {
      let expected = try #require(example.error)
      do {
        _ = try RelabelProgram(example.rules.map(\.asRule))
        Issue.record("line \(line + 1) was taken; the reference says \(expected)")
      } catch {
        #expect(error.message.hasPrefix(expected), "line \(line + 1): \(error)")
      }
      checked += 1
    }
    #expect(checked == 188)
  }
}
