import Diagnostics
import Foundation
import MetricModel
import Relabeling
import Testing

@testable import RelabelReview

@Suite("Proposed rules")
struct RelabelProposalTests {
  private func proposal(_ series: String, _ goal: RelabelGoal) async throws -> ProposalReport {
    try await RelabelProposal(goal).report(of: try SeriesInput(Array(series.utf8), named: "series"))
  }

  /// The proposed YAML does to the series what the proposal says.
  private func check(_ report: ProposalReport, _ series: String, leaves count: Int) async throws {
    let test = try await trial(report.yaml, series)
    #expect(test.destinations[0].after.series == count, "\(report.yaml)")
    #expect(report.destination.after == test.destinations[0].after)
    #expect(report.choices.last.map(\.seriesAfter) ?? count == count)
  }

  @Test("A label that tells nothing apart is lost without danger")
  func loseSafely() async throws {
    let series = "a{node=\"1\",rack=\"x\"}\na{node=\"2\",rack=\"y\"}\n"
    var goal = RelabelGoal()
    goal.lost = ["rack"]
    let report = try await proposal(series, goal)
    #expect(report.yaml == "- regex: \"rack\"\n  action: labeldrop\n" && report.findings.isEmpty)
    #expect(report.destination.after.bytes < report.destination.before.bytes)
    try await check(report, series, leaves: 2)
  }

  @Test("A label whose loss merges series is lost with the danger named, and with what to aggregate by")
  func loseWithDanger() async throws {
    let series = "a{user=\"1\"}\na{user=\"2\"}\nb{user=\"1\"}\n"
    var goal = RelabelGoal()
    goal.lost = ["user", "absent"]
    let report = try await proposal(series, goal)
    #expect(report.findings.map(\.id) == ["GW523", "GW520"])
    #expect(report.findings[1].severity == .warning && report.findings[1].fix.contains("sum without (user)"))
    try await check(report, series, leaves: 2)
  }

  @Test("Ids in paths become :id, as many as there are")
  func ids() async throws {
    let series =
      (0..<30).map { number in
        "m{path=\"/api/v1/users/\(number)/orders/6ba7b810-9dad-11d1-80b4-00c04fd4\(1000 + number)/items?x=1\"}"
      }.joined(separator: "\n") + "\nm{path=\"/api/v1/health\"}\n"
    var goal = RelabelGoal()
    try goal.addNormalisation("path")
    let report = try await proposal(series, goal)
    #expect(report.destination.list.ruleCount == 2)
    try await check(report, series, leaves: 2)
    let merge = try #require(report.destination.merges.first)
    #expect(merge.after["path"] == "/api/v1/users/:id/orders/:id/items?x=1")
  }

  @Test("Values that differ in case become one, and values without ids are said to be in order")
  func cases() async throws {
    var goal = RelabelGoal()
    try goal.addNormalisation("env")
    let series = "a{env=\"Prod\"}\nb{env=\"prod\"}\nc{env=\"PROD\"}\n"
    let report = try await proposal(series, goal)
    #expect(report.yaml.contains("action: lowercase") && report.findings.isEmpty)
    let fine = try await proposal("a{env=\"prod\"}\n", goal)
    #expect(fine.findings.map(\.id) == ["GW522"] && fine.yaml == "[]\n")
  }

  @Test("Spellings of a label become one name, with two rules; a contradiction is named")
  func spellings() async throws {
    var goal = RelabelGoal()
    try goal.addNormalisation("environment=env,Env.x")
    let series = "{\"a\",env=\"p\"}\n{\"b\",\"Env.x\"=\"p\"}\n{\"c\",env=\"p\",environment=\"q\"}\n"
    let report = try await proposal(series, goal)
    #expect(report.findings.map(\.id) == ["GW524"])
    #expect(report.destination.list.ruleCount == 2 && report.yaml.contains("env|Env\\\\.x"))
    try await check(report, series, leaves: 3)
    let test = try await trial(report.yaml, series)
    #expect(try MachineAnswer(test.answer.json()).data.results[1]?.labels == ["__name__": "b", "environment": "p"])
  }

  @Test("A budget is met by the label that takes least away where one suffices")
  func budgetByLabel() async throws {
    var series = ""
    for user in 0..<50 { for code in 0..<4 { series += "m{user=\"u\(user)\",code=\"\(code)\",job=\"j\"}\n" } }
    var goal = RelabelGoal()
    goal.budget = 60
    let byCode = try await proposal(series, goal)
    #expect(byCode.yaml == "- regex: \"code\"\n  action: labeldrop\n")
    try await check(byCode, series, leaves: 50)
    goal.budget = 4
    let byUser = try await proposal(series, goal)
    #expect(byUser.yaml == "- regex: \"user\"\n  action: labeldrop\n")
    goal.budget = 1
    let both = try await proposal(series, goal)
    #expect(both.destination.list.ruleCount == 1)
    try await check(both, series, leaves: 1)
    goal.budget = 200
    #expect(try await proposal(series, goal).yaml == "[]\n")
  }

  @Test("Without merging, whole metrics go, never up; what cannot be reached is an error")
  func budgetByMetric() async throws {
    var series = "up{job=\"a\"}\nup{job=\"b\"}\n"
    for (metric, count) in [("large", 50), ("middle", 20), ("small.one", 5)] {
      for number in 0..<count { series += "{\"\(metric)\",x=\"\(number)\"}\n" }
    }
    var goal = RelabelGoal()
    goal.mayMerge = false
    goal.budget = 60
    let one = try await proposal(series, goal)
    #expect(one.yaml.contains("regex: \"middle\"") && one.findings.map(\.id) == ["GW521"])
    try await check(one, series, leaves: 57)
    goal.budget = 8
    let two = try await proposal(series, goal)
    #expect(two.yaml.contains("regex: \"large|middle\""))
    try await check(two, series, leaves: 7)
    goal.budget = 1
    let none = try await proposal(series, goal)
    #expect(none.findings.map(\.id).contains("GW522") && none.answer.exitCode() == 1)
    #expect(none.yaml.contains("small\\\\.one"))
  }

  @Test("What a goal may not be is refused", arguments: ["a", "a=b=c", "=a", "a="])
  func refusedRenaming(text: String) {
    var goal = RelabelGoal()
    #expect(throws: RelabelReviewError.self) { try goal.addRenaming(text) }
  }

  @Test("Losing le or the name is named as what it is")
  func meaning() async throws {
    var goal = RelabelGoal()
    goal.lost = ["le"]
    let report = try await proposal("a_bucket{le=\"1\"}\na_bucket{le=\"2\"}\n", goal)
    #expect(report.findings.map(\.id) == ["GW520", "GW525"])
  }
}
