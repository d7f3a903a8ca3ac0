import ConfigurationReview
import Diagnostics
import Foundation
import Testing

@Suite("The verdict of a review")
struct VerdictTests {
  /// What the reference says of a configuration of agent mode.
  struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var config: String
    var valid: Bool

    var testDescription: String { name }

    static let all: [Golden] = {
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      let url = tests.appending(path: "AgentConfigurationTests/Fixtures/configs.jsonl")
      let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Golden.self, from: Data($0.utf8)) }
    }()
  }

  @Test("is an error where the reference refuses, and nowhere else", arguments: Golden.all)
  func reference(golden: Golden) {
    let errors = ConfigurationReview.isolated { $0.kind = .agent }.findings(in: golden.config)
      .filter { $0.severity == .error }
    #expect(errors.isEmpty == golden.valid, "\(errors.text)")
  }

  @Test(
    "goes by what the file is",
    arguments: [
      ("rule_files: [a.yml]\nremote_read:\n  - url: https://a.example/api/v1/read\n", FileKind.server),
      ("alerting:\n  alertmanagers:\n    - static_configs: [{targets: [\"a:9093\"]}]\n", .server),
      ("global: {scrape_interval: 15s}\n", .agent),
      ("groups:\n  - name: a\n    rules:\n      - record: a:b\n        expr: sum(a)\n", .rules),
      ("tls_server_config: {cert_file: a.pem, key_file: b.pem, min_version: TLS12}\n", .web),
      ("- targets: [\"a:9100\"]\n", .targets), ("- {source_labels: [a], target_label: b}\n", .relabelRules),
      ("apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec: {replicas: 2}\n", .operator),
      ("endpoints:\n  - name: a\n", .delivery), ("", .unknown),
    ])
  func kinds(text: String, kind: FileKind) {
    let report = ConfigurationReview.isolated().report(
      on: [.init(path: "a.yml", directory: "/etc/example", text: text)])
    #expect(report.files.map(\.file.kind) == [kind])
    #expect(report.findings.filter { $0.severity == .error }.isEmpty, "\(report.findings.text)")
  }

  @Test(
    "finds mistakes in what only servers have",
    arguments: [
      ("remote_read:\n  - name: a\n", "GW106"), ("remote_read:\n  - url: https://a\n    urll: b\n", "GW102"),
      ("alerting:\n  alertmanagers:\n    - api_version: v3\n", "GW105"),
      ("groups:\n  - name: a\n    rules:\n      - record: b\n        alert: c\n        expr: d\n", "GW107"),
      ("groups:\n  - name: a\n    rules:\n      - record: b\n", "GW106"),
      ("groups:\n  - name: a\n  - name: a\n", "GW109"),
      ("groups:\n  - name: a\n    rules:\n      - {record: \"b{c}\", expr: d}\n", "GW105"),
    ])
  func servers(text: String, id: String) {
    let errors = ConfigurationReview.isolated().findings(in: text).filter { $0.severity == .error }
    #expect(errors.map(\.id) == [id], "\(errors.text)")
  }

  @Test("A baseline knows what it was made of, and nothing else")
  func baseline() throws {
    let review = ConfigurationReview.isolated()
    let one = "remote_write:\n  - url: http://a.example/api/v1/write\n"
    let two = one + "  - url: http://b.example/api/v1/write\n    urll: c\n"
    let known = Baseline(review.findings(in: one))
    let read = try #require(Baseline(json: known.json))
    #expect(read == known)
    #expect(read.new(among: review.findings(in: one)).isEmpty)
    #expect(read.new(among: review.findings(in: two)).contains { $0.id == "GW102" })
    #expect(Baseline(json: "[]") == nil && Baseline(json: "{\"version\": 2}") == nil)
  }
}
