import Foundation
import Testing

extension EndToEnd {
  /// What `godwit generate` writes for watching is taken by the programs that it is written for.
  @Suite("godwit generate: alerts and dashboard")
  struct GenerateWatch {
    static let programs = ["godwit", "prometheus", "vmagent", "alloy"]

    struct AlertCase: Sendable, CustomTestStringConvertible {
      var program: String
      var flags: [String]
      var testDescription: String { ([program] + flags).joined(separator: " ") }

      static let all = programs.flatMap { program in
        [
          [], ["--log-cap", "10GiB", "--keep", "30m"],
          ["--log-cap", "100MiB", "--lag", "20m", "--patience", "15m", "--keep", "6h", "--job", "it's {mine}"],
          ["--cap-ahead", "12h", "--log-cap", "1TiB", "--loss-window", "1h", "--targets-down", "0", "--keep", "0"],
        ].map { flags in
          // vmagent keeps by size alone.
          let keep = program == "vmagent" ? flags.firstIndex(of: "--keep") : nil
          return AlertCase(program: program, flags: keep.map { Array(flags[..<$0] + flags[($0 + 2)...]) } ?? flags)
        }
      }
    }

    /// Runs a program to its end and returns what it wrote.
    private func output(
      _ world: World, _ name: String, _ executable: String, _ arguments: [String], code: Int32 = 0
    ) async throws -> String {
      let program = try world.start(name, executable, arguments)
      let exit = try await program.waitForExit(within: .seconds(60))
      try #require(exit == .code(code), "\(name) \(arguments): \(program.log)")
      return program.log
    }

    @Test(
      "Rules pass promtool's check, fire on loss and are silent on intended drops", arguments: AlertCase.all)
    func rules(_ one: AlertCase) async throws {
      try await withWorld { world in
        let promtool = try World.service("promtool")
        _ = try await output(
          world, "generate", World.godwit(),
          ["generate", "alerts", "--for", one.program, "--out", world.path("rules") + "/"] + one.flags)
        let file = world.path("rules/\(one.program)-alerts.yml")
        let check = try await output(world, "check", promtool, ["check", "rules", file])
        #expect(check.contains("SUCCESS"), "\(check)")
        let test = try await output(
          world, "test", promtool, ["test", "rules", world.path("rules/\(one.program)-alerts.test.yml")])
        #expect(test.contains("SUCCESS"), "\(test)")
      }
    }

    @Test("The tests can fail: rules that call for nothing do not pass them", arguments: programs)
    func brokenRules(_ program: String) async throws {
      try await withWorld { world in
        _ = try await output(
          world, "generate", World.godwit(),
          ["generate", "alerts", "--for", program, "--out", world.path("rules") + "/"])
        let file = URL(fileURLWithPath: world.path("rules/\(program)-alerts.yml"))
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing(" > 0", with: " > 1e99").utf8).write(to: file)
        _ = try await output(
          world, "test", World.service("promtool"),
          ["test", "rules", world.path("rules/\(program)-alerts.test.yml")], code: 1)
      }
    }

    private struct DashboardPage: Decodable {
      struct Panel: Decodable { var targets: [Target]? }
      struct Target: Decodable { var expr: String }
      var panels: [Panel]
    }

    private func dashboardExpressions(_ world: World, _ program: String) async throws -> [String] {
      _ = try await output(
        world, "dashboard", World.godwit(), ["generate", "dashboard", "--for", program, "--out", world.path(".")])
      let data = try Data(contentsOf: URL(fileURLWithPath: world.path("\(program)-dashboard.json")))
      return try JSONDecoder().decode(DashboardPage.self, from: data).panels.flatMap { $0.targets ?? [] }.map(\.expr)
    }

    @Test("Every expression of a dashboard is PromQL", arguments: programs)
    func dashboard(_ program: String) async throws {
      try await withWorld { world in
        let expressions = try await dashboardExpressions(world, program)
        #expect(expressions.count > 15)
        let rules = expressions.enumerated().map { index, expression in
          let text = expression.replacing("$__rate_interval", with: "5m").replacing("'", with: "''")
          return "      - {record: 'panel:\(index)', expr: '\(text)'}\n"
        }
        try world.write("groups:\n  - name: panels\n    rules:\n" + rules.joined(), to: "panels.yml")
        let check = try await output(
          world, "check", World.service("promtool"), ["check", "rules", world.path("panels.yml")])
        #expect(check.contains("\(expressions.count) rules found"), "\(check)")
      }
    }

    @Test("All that rules and dashboard read of Godwit stands on the page of a running agent")
    func names() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let page = try world.serve { _ in .text("a 1\n") }
        let agent = try await world.startAgent(
          """
          global: {scrape_interval: 1s}
          scrape_configs: [{job_name: a, static_configs: [{targets: ['\(page.address)']}]}]
          remote_write: [{name: main, url: '\(receiver.url)'}]
          """)
        try await eventually("a sample has arrived") { try receiver.page().samples > 0 }
        let shown = Set(
          try agent.ask("/metrics").text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { String($0.prefix { $0 != "{" && $0 != " " }) })
        let read = try await namesRead(world, "godwit")
        #expect(read.count > 30)
        #expect(read.subtracting(shown) == ["up"])
      }
    }

    /// Metrics that rules and dashboard of a program read.
    private func namesRead(_ world: World, _ program: String) async throws -> Set<String> {
      _ = try await output(
        world, "generate", World.godwit(),
        [
          "generate", "alerts", "--for", program, "--log-cap", "1GiB", "--keep", program == "vmagent" ? "0" : "2h",
          "--out", world.path("."),
        ])
      let rules = try String(contentsOfFile: world.path("\(program)-alerts.yml"), encoding: .utf8)
        .split(separator: "\n").filter { !$0.contains("#") && !$0.contains("record:") }.joined(separator: "\n")
      let texts = try await dashboardExpressions(world, program) + [rules]
      return Set(texts.flatMap { $0.matches(of: #/([a-z_:]+)\{[^{]/#).map { String($0.1) } })
    }

    /// What versions show that are newer than those of Debian 12.
    private static let newer: Set = [
      "prometheus_tsdb_wal_storage_size_bytes", "vm_promscrape_config_last_reload_successful",
      "vmagent_remotewrite_samples_dropped_total",
    ]

    @Test(
      "All that rules and dashboard read of others stands on their pages, but for what newer versions show",
      arguments: ["prometheus", "vmagent"])
    func namesOfOthers(_ name: String) async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let page = try world.serve { _ in .text("a 1\n") }
        let port = try freePort()
        let scrape = """
          global: {scrape_interval: 1s}
          scrape_configs: [{job_name: a, static_configs: [{targets: ['\(page.address)']}]}]

          """
        let write = "remote_write: [{name: main, url: '\(receiver.url)', queue_config: {batch_send_deadline: 1s}}]\n"
        try world.write(name == "vmagent" ? scrape : scrape + write, to: "config.yml")
        let flags =
          name == "vmagent"
          ? [
            "-promscrape.config=\(world.path("config.yml"))", "-remoteWrite.url=\(receiver.url)",
            "-remoteWrite.tmpDataPath=\(world.path("data"))", "-httpListenAddr=127.0.0.1:\(port)",
          ]
          : [
            "--enable-feature=agent", "--config.file=\(world.path("config.yml"))",
            "--storage.agent.path=\(world.path("data"))", "--web.listen-address=127.0.0.1:\(port)",
          ]
        _ = try world.start(name, World.service(name), flags)
        try await eventually("a sample has arrived") { try receiver.page().samples > 0 }
        let shown = Set(
          try ask(port: port, "/metrics").text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { String($0.prefix { $0 != "{" && $0 != " " }) })
        #expect(try await namesRead(world, name).subtracting(shown).subtracting(Self.newer) == ["up"])
      }
    }

    @Test(
      "What cannot be done ends with 2 and says which flag to change",
      arguments: [
        (["alerts", "--lag", "0"], "--lag"), (["alerts", "--log-cap", "5"], "--log-cap"),
        (["dashboard", "--out", "/dev/null/x"], "/dev/null"),
      ])
    func refusals(_ arguments: [String], _ words: String) async throws {
      try await withWorld { world in
        let said = try await output(world, "refused", World.godwit(), ["generate"] + arguments, code: 2)
        #expect(said.contains(words), "\(said)")
      }
    }

    @Test("A file that is there and differs is left alone unless it is to be replaced")
    func present() async throws {
      try await withWorld { world in
        let file = world.path("godwit-dashboard.json")
        let flags = ["generate", "dashboard", "--out", world.path(".")]
        try world.write("mine", to: "godwit-dashboard.json")
        let said = try await output(world, "refused", World.godwit(), flags, code: 2)
        #expect(said.contains("--force"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
        _ = try await output(world, "forced", World.godwit(), flags + ["--force"])
        #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("{"))
        _ = try await output(world, "again", World.godwit(), flags)
      }
    }
  }
}
