import Diagnostics
import Foundation
import MetricModel
import Relabeling
import Testing

@testable import RelabelReview

@Suite("Two lists of rules")
struct RelabelDiffTests {
  private func report(_ first: String, _ second: String, _ series: String) async throws -> RelabelDiffReport {
    let lists = try [first, second].map { try #require(try RuleReading(text: $0, path: "\($0.count).yml").lists.first) }
    return try await RelabelDiff(lists[0], against: lists[1]).report(
      of: try SeriesInput(Array(series.utf8), named: "series"))
  }

  @Test("Each series is counted under what changes for it")
  func counts() async throws {
    let report = try await report(
      "- {source_labels: [__name__], regex: a|b, action: drop}\n",
      """
      - {source_labels: [__name__], regex: b|c, action: drop}
      - {source_labels: [__name__], regex: d, target_label: x, replacement: y}
      """,
      "a\nb\nc\nd\ne\ne\n")
    #expect(RelabelDiff.Change.allCases.map { report.count(of: $0) } == [3, 1, 1, 1])
    #expect(report.examples.map(\.change) == [.gained, .lost, .relabelled])
    #expect(report.examples[0].first == nil && report.examples[0].second == LabelSet(["__name__": "a"]))
    #expect(report.findings.isEmpty && report.answer.exitCode() == 0)
    #expect(report.answer.json().contains(#""kept with other labels":1"#))
  }

  @Test("Nothing changes where the rules do the same, however they are written")
  func same() async throws {
    let report = try await report(
      "- {regex: a, action: labeldrop}", "- {target_label: a, replacement: ''}", "m{a=\"1\"}\nm{b=\"1\"}\nm\n")
    #expect(report.answer.summary == "Both lists of rules do the same to all 3 series.")
  }

  @Test("That the second list makes more series the same is an error")
  func merging() async throws {
    let report = try await report("[]", "- {regex: a, action: labeldrop}", "m{a=\"1\"}\nm{a=\"2\"}\n")
    #expect(report.findings.map(\.id) == ["GW502"] && report.answer.exitCode() == 1)
  }

  @Test("Examples are bounded, counts are not")
  func bounded() async throws {
    let series = (0..<500).map { "m{a=\"\($0)\"}" }.joined(separator: "\n")
    let report = try await report("[]", "- {target_label: b, replacement: c}", series)
    #expect(report.count(of: .relabelled) == 500 && report.examples.count == RelabelDiff.examplesMax)
  }
}
