import Diagnostics
import Foundation
import MetricModel
import Relabeling
import Testing

@testable import RelabelReview

@Suite("Rules from files and sections")
struct RuleReadingTests {
  private static let configuration = """
    global:
      external_labels:
        cluster: c1
        job: never
    scrape_configs:
      - job_name: node
        relabel_configs:
          - target_label: a
            replacement: target
        metric_relabel_configs:
          - {source_labels: [__name__], regex: go_.*, action: drop}
      - job_name: with/slash
        metric_relabel_configs:
          - regex: pod
            action: labeldrop
    remote_write:
      - url: http://a/write
        name: first
        write_relabel_configs:
          - {source_labels: [cluster], regex: c1, target_label: seen, replacement: "yes"}
      - url: http://b/write
        protobuf_message: io.prometheus.write.v2.Request
        write_relabel_configs:
          - {source_labels: [__name__], regex: up, action: keep}
    """

  @Test(
    "A list, or a mapping with one of the known keys",
    arguments: [
      ("- {regex: a, action: labeldrop}", nil, 1, 3),
      ("write_relabel_configs:\n  - regex: a\n    action: labeldrop", .write, 2, 5),
      ("metric_relabel_configs: [{regex: a, action: labeldrop}]", .metric, 1, 26),
      ("relabel_configs:\n- regex: a\n  action: labeldrop", .target, 2, 3),
    ] as [(String, RuleList.Section?, Int, Int)])
  func forms(text: String, section: RuleList.Section?, line: Int, column: Int) throws {
    let reading = try RuleReading(text: text, path: "r.yml")
    let list = try #require(reading.lists.first)
    #expect(reading.findings.isEmpty && list.section == section && list.ruleCount == 1)
    #expect(list.place(of: 0).map { [$0.line, $0.column] } == [line, column])
  }

  @Test("Nothing, and an empty list, are no rules", arguments: ["", "[]", "# none\n", "relabel_configs: []"])
  func noRules(text: String) throws {
    let reading = try RuleReading(text: text, path: "r.yml")
    #expect(reading.findings.isEmpty && reading.lists.map(\.ruleCount) == [0])
  }

  @Test(
    "What the reference refuses is refused at its place, all of it at once",
    arguments: [
      ("- regex: (\n- action: hashmod\n  target_label: a\n", [1, 2]), ("- {regx: a}", [1]), ("rules: []", [1]),
      ("-", [1]), ("- a\n- regex: [", [2]), ("text", [1]),
    ])
  func refusals(text: String, lines: [Int]) throws {
    let reading = try RuleReading(text: text, path: "r.yml")
    #expect(reading.lists.isEmpty)
    #expect(reading.findings.map(\.line) == lines.map { $0 }, "\(reading.findings.text)")
    #expect(reading.refusal.exitCode() == 1)
  }

  @Test("A whole configuration is not taken for rules")
  func wholeConfiguration() {
    #expect(throws: RelabelReviewError.self) { try RuleReading(text: Self.configuration, path: "p.yml") }
  }

  @Test(
    "Sections are found by name, with their places",
    arguments: [
      ("job=node", RuleList.Section.metric, 11), ("job=node/metric_relabel_configs", .metric, 11),
      ("job=node/relabel_configs", .target, 8), ("job=with/slash", .metric, 14), ("remote_write=first", .write, 20),
      ("remote_write=first/write_relabel_configs", .write, 20),
    ] as [(String, RuleList.Section, Int)])
  func sections(name: String, section: RuleList.Section, line: Int) throws {
    let folder = try Folder()
    let path = try folder.file("prometheus.yml", Self.configuration)
    let list = try #require(try RuleReading(configuration: path, section: name).lists.first)
    #expect(list.section == section && list.place(of: 0)?.line == line && list.ruleCount == 1)
  }

  @Test("An unknown section lists what there is")
  func unknownSection() throws {
    let folder = try Folder()
    let path = try folder.file("prometheus.yml", Self.configuration)
    let error = #expect(throws: RelabelReviewError.self) { try RuleReading(configuration: path, section: "job=nod") }
    #expect(try #require(error).description.contains("job=node/relabel_configs"))
    #expect(try #require(error).description.contains("remote_write=first/write_relabel_configs"))
  }

  @Test("Without a section each endpoint is tried, with external labels that a series does not have")
  func destinations() async throws {
    let folder = try Folder()
    let reading = try RuleReading(
      configuration: try folder.file("prometheus.yml", Self.configuration), section: nil)
    #expect(reading.lists.map(\.ruleCount) == [1, 1])
    let series = "{\"__name__\":\"up\",\"job\":\"own\"}\n{\"__name__\":\"other\",\"job\":\"own\"}\n"
    var test = RelabelTest(reading.lists)
    test.keepsResults = true
    let report = try await test.report(of: try SeriesInput(Array(series.utf8), named: "s"))
    #expect(report.destinations.map(\.list.name)[0] == "first")
    #expect(report.destinations.map(\.after.series) == [2, 1])
    let trace = RelabelTrace(LabelSet(["__name__": "up", "job": "own"]), by: reading.lists[0])
    #expect(trace.result == LabelSet(["__name__": "up", "job": "own", "cluster": "c1", "seen": "yes"]))
    #expect(report.answer.json().contains(#""results":[{"keep":true"#))
  }

  @Test("A configuration with errors is refused with them")
  func brokenConfiguration() throws {
    let folder = try Folder()
    let path = try folder.file("p.yml", "remote_write:\n  - url: http://a\n    write_relabel_configs: [{action: no}]\n")
    #expect(try RuleReading(configuration: path, section: nil).findings.map(\.line) == [3])
  }
}
