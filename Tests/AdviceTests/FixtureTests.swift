import Advice
import Diagnostics
import Foundation
import Testing

@Suite("Folders as people have them")
struct FixtureTests {
  struct Case: Sendable, CustomStringConvertible {
    var folder: String
    var winner: ExportMethod?
    /// Evidence that must be there, as `kind path:line`.
    var evidence: [String]
    var findings: [String] = []
    /// What the first command begins with.
    var next: String?
    var description: String { folder }
  }

  static let cases: [Case] = [
    Case(
      folder: "cron-batch", winner: .pushgateway,
      evidence: [
        "batch-job deploy/crontab:3", "batch-job deploy/crontab:4", "client-library report/report.py:4",
        "client-library report/requirements.txt:2",
      ], next: "godwit generate instrumentation --language python"),
    Case(
      folder: "edge-fleet", winner: .agent,
      evidence: [
        "many-hosts inventory/hosts.ini:3", "host-exporter files/node_exporter.service:6",
        "outbound-only files/tunnel.sh:3",
      ], next: "godwit generate config"),
    Case(
      folder: "otel-app", winner: .otlp,
      evidence: [
        "otel-metrics-sdk telemetry.go:7", "otlp-exporter telemetry.go:6", "otlp-exporter compose.yaml:5",
        "otlp-receiver compose.yaml:7", "otlp-exporter go.mod:7",
      ], next: "prometheus --config.file=prometheus.yml --web.enable-otlp-receiver"),
    Case(
      folder: "multi-cluster", winner: .federation,
      evidence: [
        "federate-job global/prometheus.yml:9", "federate-aggregates global/prometheus.yml:11",
        "prometheus-server clusters/eu-1/prometheus.yml:6", "rules clusters/eu-1/rules/aggregates.yml:1",
      ], next: "godwit check "),
    Case(
      folder: "web-service", winner: .serverRemoteWrite,
      evidence: [
        "metrics-endpoint app/main.py:6", "prometheus-server deploy/compose.yaml:6", "rules deploy/prometheus.yml:3",
        "prometheus-server deploy/prometheus.yml:9",
      ], next: "godwit generate config"),
    Case(
      folder: "ci-jobs", winner: .pushgateway,
      evidence: [
        "pushgateway-client scripts/report-duration.sh:2", "pushgateway-client .github/workflows/build.yml:9",
        "pushgateway-service monitoring/compose.yml:3", "pushgateway-service monitoring/prometheus.yml:4",
      ], findings: ["GW805 monitoring/prometheus.yml:4"], next: "godwit check "),
    Case(
      folder: "operator", winner: .serverRemoteWrite,
      evidence: [
        "operator-remote-write manifests/prometheus.yaml:13", "prometheus-server manifests/prometheus.yaml:7",
        "discovered-in-cluster manifests/api.yaml:13", "service manifests/api.yaml:2",
      ], next: "godwit generate config"),
    Case(
      folder: "alloy", winner: .agent,
      evidence: [
        "agent-in-place daemonset.yaml:10", "host-exporter daemonset.yaml:8", "agent-in-place daemonset.yaml:25",
      ], next: "godwit generate config"),
    Case(
      folder: "direct", winner: .directRemoteWrite,
      evidence: ["remote-write-sender meter.py:4", "remote-write-sender requirements.txt:1"],
      next: "godwit generate instrumentation --language python"),
    Case(
      folder: "mixed", winner: .serverRemoteWrite,
      evidence: [
        "remote-write shop/prometheus.yml:5", "metrics-endpoint shop/server.js:6",
        "pushgateway-client nightly/export.py:5", "batch-job nightly/export.timer:2",
      ], findings: ["GW803"], next: "godwit generate config"),
    Case(
      folder: "federates-all", winner: .serverRemoteWrite,
      evidence: ["federate-everything prometheus.yml:5", "federate-job prometheus.yml:3"],
      findings: ["GW805 prometheus.yml:3", "GW806 prometheus.yml:5"], next: "godwit generate config"),
    Case(
      folder: "service-at-gateway", winner: nil, evidence: ["pushgateway-client api.py:10", "service api.py:4"],
      findings: ["GW804 api.py:2", "GW802"]),
    Case(
      folder: "chart", winner: nil,
      evidence: ["operator-remote-write values.yaml:3", "batch-job templates/job.yaml:3"], findings: ["GW802"]),
    Case(folder: "undecided", winner: nil, evidence: ["client-library go.mod:3"], findings: ["GW802"]),
    Case(folder: "no-metrics", winner: nil, evidence: [], findings: ["GW801"]),
  ]

  @Test("The right way wins, or none, with evidence by file and line", arguments: cases)
  func winners(example: Case) throws {
    let advice = try Folders.advice(example.folder)
    #expect(advice.decision.winner == example.winner)
    let evidence = advice.evidence.map { "\($0.kind.rawValue) \($0.place)" }
    for expected in example.evidence { #expect(evidence.contains(expected), "\(evidence)") }
    if example.evidence.isEmpty { #expect(evidence.isEmpty) }
    let folder = Folders.fixture(example.folder)
    let findings = advice.answer.findings.map { finding in
      let place = finding.line.map { " \(finding.path.dropFirst(folder.count + 1)):\($0)" } ?? ""
      return finding.id + place
    }
    #expect(findings.sorted() == example.findings.sorted())
    #expect(advice.answer.next.first?.command.hasPrefix(example.next ?? "\u{0}") ?? (example.next == nil))
    #expect((advice.decision.winner == nil) == !advice.deciders.isEmpty)
  }

  /// A line that was removed shows in the text that is there.
  @Test("What is named as evidence stands in that line", arguments: cases)
  func lines(example: Case) throws {
    for piece in try Folders.advice(example.folder).evidence {
      let text = try String(contentsOfFile: Folders.fixture(example.folder) + "/" + piece.path, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      try #require(lines.indices.contains(piece.line - 1), "\(piece)")
      guard !["cron", "no honor_labels", "targets"].contains(piece.seen), !piece.seen.hasSuffix(" hosts") else {
        continue
      }
      let word = piece.seen.split(separator: ":").first.map(String.init) ?? piece.seen
      #expect(lines[piece.line - 1].contains(word), "\(piece)")
    }
  }

  @Test("No secret of a file is in the answer", arguments: cases)
  func secrets(example: Case) throws {
    let advice = try Folders.advice(example.folder)
    #expect(!advice.answer.json().contains("hunter2"))
    #expect(!advice.answer.findings.text.contains("hunter2"))
  }

  @Test("The fixtures hold secrets, so that the test of them can fail")
  func fixtureSecrets() throws {
    let holders = try ["ci-jobs/.github/workflows/build.yml", "direct/meter.py", "mixed/shop/prometheus.yml"].filter {
      try String(contentsOfFile: Folders.fixture($0), encoding: .utf8).contains("hunter2")
    }
    #expect(holders.count == 3)
  }

  @Test("The answer is JSON with the winner, all standings and all evidence")
  func json() throws {
    let advice = try Folders.advice("mixed")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(advice.answer.json().utf8)) as? [String: Any])
    let data = try #require(object["data"] as? [String: Any])
    #expect(object["ok"] as? Bool == true)
    #expect(data["winner"] as? String == "remote-write-by-server")
    #expect((data["standings"] as? [[String: Any]])?.count == ExportMethod.allCases.count)
    #expect((data["evidence"] as? [[String: Any]])?.count == advice.evidence.count)
    #expect(
      (data["parts"] as? [[String: String]]) == [
        ["folder": "nightly", "winner": "pushgateway"], ["folder": "shop", "winner": "remote-write-by-server"],
      ])
    let undecided = try Folders.advice("undecided").answer.json()
    #expect(undecided.contains("\"winner\":null"))
  }
}
