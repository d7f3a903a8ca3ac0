import Diagnostics
import Foundation
import GodwitTesting
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Testing

@testable import RelabelReview

@Suite("Rules over series")
struct RelabelTestTests {
  private static let pods = """
    {"__name__":"requests","pod":"a-1","code":"200"}
    {"__name__":"requests","pod":"a-2","code":"200"}
    {"__name__":"requests","pod":"a-1","code":"500"}
    {"__name__":"up","pod":"a-1"}
    """

  @Test("Series that become one are an error, with the rule and the series")
  func collisions() async throws {
    let report = try await trial("- {target_label: x, replacement: y}\n- {regex: pod, action: labeldrop}\n", Self.pods)
    let finding = try #require(report.findings.first { $0.id == "GW502" })
    #expect(finding.severity == .error && finding.line == 2 && finding.column == 3)
    #expect(finding.message.hasPrefix("2 different series become 1"))
    #expect(finding.evidence.contains("pod=\"a-1\"") && finding.evidence.contains("pod=\"a-2\""))
    #expect(
      report.destinations[0].merges.map(\.after) == [LabelSet(["__name__": "requests", "code": "200", "x": "y"])])
    #expect(report.destinations[0].before.series == 4 && report.destinations[0].after.series == 3)
    #expect(report.answer.exitCode() == 1)
  }

  @Test("The same series twice is no collision, and counts once")
  func sameSeriesTwice() async throws {
    let report = try await trial("- {regex: nothing, action: labelkeep}\n", Self.pods + "\n" + Self.pods)
    #expect(report.destinations[0].before.series == 4)
    let kept = try await trial("[]", Self.pods + "\n" + Self.pods)
    #expect(kept.findings.isEmpty && kept.destinations[0].after.series == 4)
    #expect(try MachineAnswer(kept.answer.json()).data.results.count == 8)
  }

  @Test("Collisions of random series are those that a dictionary finds")
  func againstDictionary() async throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<50 {
      let series = (0..<Int.random(in: 1...300, using: &random)).map { _ in
        [
          "__name__": "m", "a": "\(Int.random(in: 0...9, using: &random))",
          "b": "\(Int.random(in: 0...9, using: &random))",
        ]
      }
      let text = try series.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }.joined(
        separator: "\n")
      let rules = "- {source_labels: [a], regex: '9', action: drop}\n- {regex: b, action: labeldrop}\n"
      let report = try await trial(rules, text).destinations[0]
      let groups = Dictionary(grouping: Set(series).filter { $0["a"] != "9" }) { $0["a"] }
      #expect(report.before.series == Set(series).count, "seed \(seed)")
      #expect(report.after.series == groups.count, "seed \(seed)")
      let merging = groups.values.filter { $0.count > 1 }
      #expect(report.mergedInto == merging.count && report.merging == merging.map(\.count).reduce(0, +), "seed \(seed)")
      #expect(report.merges.count == min(merging.count, RelabelTest.groupsMax))
    }
  }

  @Test("Rules without effect are found, each at its place")
  func withoutEffect() async throws {
    let rules = """
      - {source_labels: [pdo], regex: a, action: drop}
      - {source_labels: [__name__], regex: requests|up, action: keep}
      - {source_labels: [__name__], regex: nothing, action: keep}
      - {target_label: a, replacement: b}
      - {target_label: a, replacement: c}
      """
    let findings = try await trial(rules, Self.pods).findings
    #expect(findings.map(\.id) == ["GW503", "GW507", "GW505", "GW504", "GW506"])
    #expect(findings.map(\.line) == [1, 2, 3, 4, 3])
    #expect(findings.map(\.severity) == [.warning, .info, .warning, .warning, .warning])
  }

  @Test("Rules that throw away up, and names, are warned of")
  func lostSeries() async throws {
    let dropped = try await trial("- {source_labels: [__name__], regex: up, action: drop}", Self.pods)
    #expect(dropped.findings.map(\.id) == ["GW506"] && dropped.answer.exitCode() == 0)
    #expect(dropped.answer.exitCode(isStrict: true) == 1)
    let unnamed = try await trial("- {regex: __name__, action: labeldrop}", Self.pods)
    #expect(unnamed.findings.map(\.id).contains("GW508"))
  }

  @Test("Lines that hold no series stand as null, and lose nothing else")
  func badLines() async throws {
    let report = try await trial(
      "[]", "{\"a\":\"b\"}\n{\"a\":1}\n \n\n{\"é\":\"\u{e9}\",\"a\":\"b\" x\n{\"c\":\"d\"}\n")
    let answer = try MachineAnswer(report.answer.json())
    #expect(answer.data.results.map { $0?.labels } == [["a": "b"], nil, nil, ["c": "d"]])
    #expect(answer.findings.map(\.line) == [2, 5] && answer.findings.map(\.column) == [6, 18])
    #expect(!answer.ok && report.answer.exitCode() == 1)
  }

  @Test("Bytes are those of the agent's own encoder, and rates follow from the interval")
  func bytes() async throws {
    let report = try await trial("- {source_labels: [code], regex: '500', action: drop}", Self.pods, interval: 2)
    let destination = report.destinations[0]
    var measure = WireMeasure(.v1, block: 0)
    for labels in [
      ["__name__": "requests", "pod": "a-1", "code": "200"], ["__name__": "requests", "pod": "a-2", "code": "200"],
      ["__name__": "up", "pod": "a-1"],
    ] { measure.add(LabelSet(labels)) }
    measure.finish()
    #expect(destination.after.bytes == measure.bytes && measure.bytes > 50)
    #expect(destination.before.bytes > destination.after.bytes)
    #expect(destination.before.samplesPerSecond == 2 && destination.after.samplesPerSecond == 1.5)
    #expect(destination.after.bytesPerSecond == Double(measure.bytes) / 2)
  }

  @Test("What is encoded in part is close to all of it")
  func proportion() {
    var (all, part) = (WireMeasure(.v2, block: 0), WireMeasure(.v2, block: 0))
    for block in 0..<20 {
      var (whole, some) = (WireMeasure(.v2, block: 0), WireMeasure(.v2, block: block))
      for number in 0..<5_000 {
        let labels = LabelSet(["__name__": "metric_\(number % 7)", "job": "node", "id": "\(block * 5_000 + number)"])
        whole.add(labels)
        some.add(labels)
      }
      whole.finish()
      some.finish()
      all.add(whole)
      part.add(some)
    }
    #expect(abs(Double(part.bytes) / Double(all.bytes) - 1) < 0.02)
  }

  @Test("A trace shows what each rule saw and changed")
  func trace() throws {
    let reading = try RuleReading(
      text:
        """
        - {source_labels: [a], target_label: b}
        - {source_labels: [a], regex: x, action: drop}
        - {regex: a, action: labeldrop}
        """,
      path: "rules.yml")
    let trace = RelabelTrace(try RelabelTest.series("m{a=\"x\"}"), by: reading.lists[0])
    #expect(!trace.isKept)
    #expect(trace.steps.map(\.verdict) == [.changed, .dropped])
    #expect(trace.steps.map(\.title) == ["rule 1 (replace)", "rule 2 (drop)"])
    #expect(trace.steps[0].changes.map(\.description) == ["b set to \"x\""])
    #expect(RelabelTrace.answer([trace]).summary == "dropped by rule 2 (drop).")
    #expect(throws: RelabelReviewError.self) { try RelabelTest.series("m{a=x}") }
    #expect(try RelabelTest.series(#"{"a":"b"}"#) == LabelSet(["a": "b"]))
  }
}
