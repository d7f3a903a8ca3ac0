import Foundation
import Testing

extension EndToEnd {
  /// Rules are tried by the program that machines call, in the format that machines read.
  @Suite("godwit relabel")
  struct RelabelCommand {
    private struct Answer: Decodable {
      struct Result: Decodable, Equatable {
        var keep: Bool
        var labels: [String: String]
      }
      struct Content: Decodable { var results: [Result?]? }
      struct Finding: Decodable {
        var id, severity: String
        var line, column: Int?
      }
      var ok: Bool
      var data: Content
      var findings: [Finding]
    }

    private func run(_ world: World, _ arguments: [String]) async throws -> (exit: Program.Exit, text: String) {
      let program = try world.start("relabel", World.godwit(), ["relabel"] + arguments)
      return (try await program.waitForExit(within: .seconds(60)), program.log)
    }

    private func answer(_ text: String) throws -> Answer {
      try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    }

    @Test("The machine format: a result for each line in order, and refused rules with their places")
    func machineFormat() async throws {
      try await withWorld { world in
        try world.write(
          """
          - source_labels: [__name__]
            regex: go_.*
            action: drop
          - source_labels: [env]
            regex: prod
            target_label: env
            replacement: production

          """, to: "rules.yml")
        try world.write(
          """
          {"__name__":"up","env":"prod","empty":""}
          {"__name__":"go_goroutines"}
          {"__name__":"caf\\u00e9 \\ud83d\\ude00"}

          """, to: "series.jsonl")
        let arguments = ["test", "--rules", world.path("rules.yml"), "--series", world.path("series.jsonl")]
        let (exit, text) = try await run(world, arguments + ["--format", "json"])
        let answer = try answer(text)
        #expect(exit == .code(0) && answer.ok, "\(text)")
        #expect(
          answer.data.results == [
            Answer.Result(keep: true, labels: ["__name__": "up", "env": "production"]),
            Answer.Result(keep: false, labels: [:]), Answer.Result(keep: true, labels: ["__name__": "café 😀"]),
          ])
        try world.write("- regex: a\n  action: labeldrop\n- regex: (\n", to: "rules.yml")
        let (refusal, words) = try await run(world, arguments + ["--format", "json"])
        let refused = try self.answer(words)
        #expect(refusal == .code(1) && !refused.ok, "\(words)")
        #expect(refused.findings.map(\.line) == [3] && refused.findings[0].column == 10)
        let (absent, reason) = try await run(world, ["test", "--rules", world.path("none.yml"), "--series", "x"])
        #expect(absent == .code(2) && reason.contains("none.yml"), "\(reason)")
      }
    }

    @Test("A page is fetched, a test file holds or fails, a proposal does what it says")
    func otherVerbs() async throws {
      try await withWorld { world in
        let site = try world.serve { _ in
          .text("http_requests_total{path=\"/a/1\"} 1\nhttp_requests_total{path=\"/a/2\"} 1\nup 1\n")
        }
        let url = "http://\(site.address)/metrics"
        let (proposed, yaml) = try await run(
          world, ["propose", "--url", url, "--normalise", "path", "--format", "json"])
        #expect(proposed == .code(0), "\(yaml)")
        let object = try JSONSerialization.jsonObject(with: Data(yaml.utf8)) as? [String: Any]
        let rules = try #require((object?["data"] as? [String: Any])?["rules"] as? String)
        try world.write(rules, to: "rules.yml")
        let (merged, words) = try await run(world, ["test", "--rules", world.path("rules.yml"), "--url", url])
        #expect(merged == .code(1) && words.contains("GW502"), "\(words)")
        let spec = "rules_file: rules.yml\ncases:\n  - {series: 'm{path=\"/a/1\"}', expect: 'm{path=\"/a/:id\"}'}\n"
        try world.write(spec, to: "spec.yml")
        #expect(try await run(world, ["test", "--spec", world.path("spec.yml")]).exit == .code(0))
        try world.write(spec.replacing(":id", with: "1"), to: "spec.yml")
        let (failed, difference) = try await run(world, ["test", "--spec", world.path("spec.yml")])
        #expect(failed == .code(1) && difference.contains("expected \"/a/1\", got \"/a/:id\""), "\(difference)")
      }
    }
  }
}
