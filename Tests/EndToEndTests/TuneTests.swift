import Foundation
import Testing

extension EndToEnd {
  /// A real agent before a real receiver that is made slow or strict, `godwit tune` on two of its pages, and what its
  /// proposal does to the very same agent.
  @Suite("Tuning a queue")
  struct Tuning {
    /// What `godwit tune --format json` says, as far as it is looked at here.
    struct TuneAnswer: Decodable {
      struct Data: Decodable {
        struct Endpoint: Decodable {
          struct Reading: Decodable {
            var backlog: Double
            var lagSeconds: Double?
          }

          var cause: String?
          var reading: Reading
        }

        var endpoints: [Endpoint]
        var diff: String?
      }

      var ok: Bool
      var data: Data
    }

    struct Case: CustomTestStringConvertible, Sendable {
      var cause: String
      /// Of the receiver's answers.
      var delay: String
      var queue: String

      var testDescription: String { cause }
    }

    static let series = 4000
    /// A target is a lane, and a lane belongs to one shard: so many share out over a few shards.
    static let targets = 20

    /// 4,000 series every second, or three times as many; the queue carries shards × batch ÷ delay samples a second.
    static let cases = [
      // 1 × 2,000 ÷ 1 s = 2,000 samples/s
      Case(cause: "slow endpoint", delay: "1s", queue: "max_shards: 1, max_samples_per_send: 2000"),
      // 1 × 100 ÷ 100 ms = 1,000 samples/s
      Case(cause: "tiny batches", delay: "100ms", queue: "max_shards: 1, max_samples_per_send: 100"),
      // 1 × 3,000 ÷ 400 ms = 7,500 samples/s of 12,000
      Case(cause: "cap on shards", delay: "400ms", queue: "max_shards: 1, max_samples_per_send: 3000"),
    ]

    @Test("The cause is named on the real agent, and the proposal makes its lag fall", arguments: cases)
    func cured(_ situation: Case) async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver(flags: ["--misbehave.delay", situation.delay])
        let seriesEach = Self.series * Self.load(situation) / Self.targets
        let page = (0..<seriesEach).map { "load{number=\"\($0)\"} \($0)\n" }.joined()
        let site = try world.serve { _ in .text(page) }
        let agent = try await world.startAgent(Self.configuration(situation, receiver.url, site.address))
        try await eventually("a backlog of five seconds is there") {
          try agent.delivery().endpoint("tuned").waiting > 5 * Self.series * Self.load(situation)
        }
        let before = try await Self.tune(world, agent)
        #expect(before.data.endpoints.first?.cause == situation.cause)
        #expect(before.data.diff?.contains("+") == true)
        try await Self.apply(world, agent)
        #expect(try agent.post("/-/reload").status == 200)
        let waiting = try agent.delivery().endpoint("tuned").waiting
        try await eventually("what waits falls to less than half", within: .seconds(90)) {
          try agent.delivery().endpoint("tuned").waiting < waiting / 2
        }
        #expect(try agent.delivery().endpoint("tuned").balanced)
        let text = try String(contentsOfFile: world.path("agent.yml"), encoding: .utf8)
        #expect(text.contains("# as somebody set it"), "a comment went")
      }
    }

    /// How many times `series` come each second.
    private static func load(_ situation: Case) -> Int { situation.cause == "cap on shards" ? 3 : 1 }

    private static func configuration(_ situation: Case, _ url: String, _ address: String) -> String {
      let groups = (0..<targets).map { "  - {targets: [\"\(address)\"], labels: {instance: \"t\($0)\"}}\n" }
      return """
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        remote_write:
        - name: tuned
          url: \(url)
          protobuf_message: \(version2)
          queue_config: {\(situation.queue), batch_send_deadline: 500ms} # as somebody set it
        scrape_configs:
        - job_name: site
          static_configs:
        \(groups.joined())
        """
    }

    /// Looks at the agent for five seconds.
    private static func tune(_ world: World, _ agent: RunningAgent) async throws -> TuneAnswer {
      let program = try world.start(
        "tune", try World.godwit(),
        [
          "tune", "--url", "http://127.0.0.1:\(agent.port)/metrics", "--watch", "5s", "--config.file",
          world.path("agent.yml"), "--format", "json",
        ])
      _ = try await program.waitForExit(within: .seconds(60))
      guard let line = program.lines(with: "\"findings\"").last else { throw EndToEndError(program.log) }
      return try JSONDecoder().decode(TuneAnswer.self, from: Data(line.utf8))
    }

    /// Puts the proposal into the agent's configuration.
    private static func apply(_ world: World, _ agent: RunningAgent) async throws {
      let program = try world.start(
        "tune", try World.godwit(),
        [
          "tune", "--url", "http://127.0.0.1:\(agent.port)/metrics", "--watch", "5s", "--config.file",
          world.path("agent.yml"), "--write",
        ])
      let exit = try await program.waitForExit(within: .seconds(60))
      guard exit == .code(0) else { throw EndToEndError("\(exit): \(program.log)") }
    }

    @Test(
      "What cannot be done ends with 2 and says what to do",
      arguments: [[], ["--rate", "0"], ["--metrics", "/nowhere"]])
    func refused(_ flags: [String]) async throws {
      try await withWorld { world in
        let program = try world.start("tune", try World.godwit(), ["tune"] + flags)
        let exit = try await program.waitForExit(within: .seconds(30))
        // A flag that is no flag ends with 64, as everywhere on this command line.
        #expect(exit == .code(2) || exit == .code(64))
        #expect(program.log.contains("--rate") || program.log.contains("/nowhere"))
      }
    }

    @Test("A plot is an SVG file that the same flags make again to the byte")
    func plot() async throws {
      try await withWorld { world in
        var plots: [Data] = []
        for name in ["one.svg", "two.svg"] {
          let flags = ["tune", "--rate", "200k", "--latency", "400ms", "--memory", "1GB", "--plot", world.path(name)]
          let program = try world.start("tune", try World.godwit(), flags)
          #expect(try await program.waitForExit(within: .seconds(60)) == .code(0))
          plots.append(try Data(contentsOf: URL(fileURLWithPath: world.path(name))))
        }
        #expect(plots[0] == plots[1])
        #expect(String(decoding: plots[0], as: UTF8.self).hasPrefix("<svg "))
      }
    }
  }
}
