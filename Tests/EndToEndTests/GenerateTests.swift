import Foundation
import Testing

extension EndToEnd {
  /// What the program writes is taken by the programs it is written for.
  @Suite("godwit generate")
  struct Generate {
    struct Backend: Sendable, CustomTestStringConvertible {
      var name: String
      var flags: [String]
      var testDescription: String { name }

      init(_ name: String, _ flags: String) {
        self.name = name
        self.flags = flags.split(separator: " ").map(String.init)
      }
    }

    private static let basic = "--auth basic --username 7 --password-file secret"
    static let backends = [
      Backend("amazon", "--region eu-central-1 --workspace ws-1"),
      Backend(
        "azure",
        "--host a.example --rule dcr-1 --directory d-1 --auth oauth2 --client-id c-1 --client-secret-file secret"),
      Backend("cortex", "--host c.example:80 --tenant a \(basic)"),
      Backend("datadog-gateway", "--host g.example \(basic)"),
      Backend("godwit", "--url http://127.0.0.1:9095 --auth none"),
      // Prometheus 2.42 has no 2.0, which is what Google is known to take.
      Backend("google", "--project p-1 --token-file secret --message 1"),
      Backend("grafana-cloud", "--host g.example \(basic)"),
      Backend("influxdb", "--host i.example:8086 --database d \(basic)"),
      Backend("mimir", "--host m.example --tenant a --auth bearer-file --token-file secret --ca-file secret"),
      Backend("new-relic", "--source s --token-file secret"), Backend("prometheus", "--host p.example:9090 \(basic)"),
      Backend("thanos", "--host t.example:19291 --auth mtls --cert-file secret --key-file secret"),
      Backend("victoriametrics", "--host v.example:8428 \(basic)"),
      Backend("victoriametrics-cluster", "--host v.example:8480 --tenant 1:2 \(basic)"),
    ]

    /// Runs the program in the folder of the world; its output is the log.
    private func run(_ world: World, _ arguments: [String], _ code: Int32 = 0) async throws -> String {
      let program = try world.start("generate", World.godwit(), ["generate"] + arguments)
      #expect(try await program.waitForExit(within: .seconds(20)) == .code(code), "\(program.log)")
      return program.log
    }

    @Test("Every profile is listed, and is one that the next test tries")
    func profiles() async throws {
      struct Shape: Decodable {
        struct Profile: Decodable { var name: String }
        struct Contents: Decodable { var profiles: [Profile] }
        var data: Contents
      }
      try await withWorld { world in
        let json = try await run(world, ["profiles", "--format", "json"])
        let shape = try JSONDecoder().decode(Shape.self, from: Data(json.utf8))
        #expect(shape.data.profiles.map(\.name) == Self.backends.map(\.name))
      }
    }

    @Test("The reference checker takes what is written for its version", arguments: backends)
    func promtool(backend: Backend) async throws {
      try await withWorld { world in
        try world.write("secret", to: "secret")
        for (mode, load) in [
          ("agent", ""), ("agent", "--rate 40k --latency 80ms --outage 1h"), ("server", "--rate 10"),
        ] {
          let flags =
            ["config", "--backend", backend.name, "--for", "prometheus:2.42", "--mode", mode, "--cluster", "eu"]
            + ["--replica", "a", "--scrape", "db.example:9100", "--out", world.path("p.yml"), "--force"]
            + backend.flags + load.split(separator: " ").map(String.init)
          _ = try await run(world, flags)
          let check = ["check", "config", world.path("p.yml")] + (mode == "agent" ? ["--agent"] : [])
          let promtool = try world.start("promtool", World.service("promtool"), check)
          #expect(try await promtool.waitForExit(within: .seconds(20)) == .code(0), "\(promtool.log)")
        }
      }
    }

    @Test("The agent runs with what is written for it, both files of it, and delivers")
    func agent() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let site = try world.serve { _ in .text("depth 3\n") }
        _ = try await run(
          world,
          [
            "config", "--backend", "godwit", "--url", "http://127.0.0.1:\(receiver.port)", "--auth", "none", "--rate",
            "100", "--outage", "1h", "--interval", "1s", "--fresh-first", "--no-own", "--cluster", "eu", "--scrape",
            site.address, "--out", world.path("agent.yml"),
          ])
        let agent = try await world.startAgent(flags: ["--godwit.config", world.path("godwit.yml")])
        try await eventually("depth arrives") { try receiver.series("depth", of: site.address).lastValue == "3" }
        #expect(try receiver.series("depth", of: site.address).labels["cluster"] == "eu")
        #expect(try await agent.shutDown() == .code(0))
      }
    }

    @Test("A file that is there is not replaced unless that is asked for, nor is the one beside it")
    func overwriting() async throws {
      try await withWorld { world in
        let flags = [
          "config", "--backend", "prometheus", "--url", "http://127.0.0.1:1", "--auth", "none", "--rate", "10",
          "--outage", "1h", "--out", world.path("p.yml"),
        ]
        try world.write("mine", to: "godwit.yml")
        #expect(try await run(world, flags, 2).contains("godwit.yml is there and differs; give --force"))
        #expect(!FileManager.default.fileExists(atPath: world.path("p.yml")))
        _ = try await run(world, flags + ["--force"])
        #expect(try String(contentsOfFile: world.path("p.yml"), encoding: .utf8).contains("remote_write:"))
        #expect(try String(contentsOfFile: world.path("godwit.yml"), encoding: .utf8).contains("backlog:"))
        // The same again changes nothing, and needs no force.
        _ = try await run(world, flags)
        try world.write("mine", to: "p.yml")
        #expect(try await run(world, flags, 2).contains("p.yml is there and differs; give --force"))
      }
    }

    @Test(
      "What is missing ends the run with 2 and is named by its flag",
      arguments: [
        ("config", "--backend"), ("config --backend amazon", "--region"),
        ("config --backend mimir --host h", "--username"),
        ("config --backend new-relic --token-file t", "--source"), ("unit", "--rate"),
        ("kubernetes --rate 5", "--image"),
        ("kubernetes --rate 5 --image i", "--config-file"),
      ])
    func missing(arguments: String, flag: String) async throws {
      try await withWorld { world in
        let words = try await run(world, arguments.split(separator: " ").map(String.init), 2)
        #expect(words.contains("give \(flag)") || words.contains("with \(flag)"), "\(words)")
      }
    }

    @Test("Manifests hold the configuration that was written, and say what nothing mounts")
    func kubernetes() async throws {
      try await withWorld { world in
        _ = try await run(
          world,
          [
            "config", "--backend", "mimir", "--host", "m.example", "--tenant", "a", "--auth", "bearer-file",
            "--token-file", "/etc/godwit/secrets/mimir/token", "--rate", "50k", "--out", world.path("p.yml"),
          ])
        let flags = ["kubernetes", "--rate", "50k", "--image", "i:1", "--config-file", world.path("p.yml")]
        let manifests = try await run(world, flags + ["--secret", "mimir"])
        #expect(manifests.contains("kind: StatefulSet") && manifests.contains("url: https://m.example/api/v1/push"))
        #expect(!manifests.contains("GW914"))
        #expect(try await run(world, flags + ["--strict"], 1).contains("GW914"))
      }
    }
  }
}
