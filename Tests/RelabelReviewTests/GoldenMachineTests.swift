import Diagnostics
import Foundation
import MetricModel
import Testing

@testable import RelabelReview

@Suite("The machine format beside the reference implementation")
struct GoldenMachineTests {
  /// The file of the tests of relabelling itself: one case a line.
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "RelabelingTests/Fixtures/relabel.jsonl")

  @Test("All cases: what is kept, with which labels, and which rules are refused with a place")
  func allCases() async throws {
    var (run, refused) = (0, 0)
    for (index, line) in try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n").enumerated() {
      let number = index + 1
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let rules = try JSONSerialization.data(withJSONObject: try #require(object["rules"]))
      // JSON is YAML.
      let reading = try RuleReading(text: String(decoding: rules, as: UTF8.self), path: "rules.yml")
      guard object["valid"] as? Bool == true else {
        let answer = reading.refusal
        #expect(answer.exitCode() == 1 && !answer.findings.isEmpty, "line \(number)")
        for finding in answer.findings {
          #expect(finding.severity == .error && finding.line != nil && finding.column != nil, "line \(number)")
        }
        refused += 1
        continue
      }
      #expect(reading.findings.isEmpty, "line \(number): \(reading.findings.text)")
      let series = try JSONSerialization.data(withJSONObject: try #require(object["labels"]))
      var test = RelabelTest(reading.lists)
      test.keepsResults = true
      let report = try await test.report(of: try SeriesInput([UInt8](series), named: "series.jsonl"))
      let answer = try MachineAnswer(report.answer.json())
      let keep = try #require(object["keep"] as? Bool)
      let labels = (object["result"] as? [String: String] ?? [:]).filter { !$0.value.isEmpty }
      #expect(answer.data.results == [MachineAnswer.Result(keep: keep, labels: keep ? labels : [:])], "line \(number)")
      run += 1
    }
    #expect(run == 1_312 && refused == 188)
  }
}
