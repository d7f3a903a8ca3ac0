import Foundation
import Testing

extension EndToEnd {
  /// What the program writes for people and machines about a folder, and about itself.
  @Suite("godwit advise, godwit man, godwit completions")
  struct AdviceCommand {
    private struct Answer: Decodable {
      struct Figures: Decodable {
        struct Piece: Decodable { var kind, path: String, line: Int }

        var winner: String?
        var evidence: [Piece]
      }

      var ok: Bool
      var data: Figures
    }

    private static func run(_ world: World, _ name: String, _ arguments: [String]) async throws -> (
      Program.Exit, String
    ) {
      let program = try world.start(name, World.godwit(), arguments)
      return (try await program.waitForExit(within: .seconds(20)), program.log)
    }

    private static func folder(_ files: [String: String]) throws -> URL {
      let folder = FileManager.default.temporaryDirectory.appending(path: "godwit-advice-\(UUID().uuidString)")
      for (path, text) in files {
        let place = folder.appending(path: path)
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
      }
      return folder
    }

    @Test("A folder is advised on with its evidence, and a secret in it is not shown")
    func advice() async throws {
      let folder = try Self.folder([
        "crontab": "0 3 * * * root /opt/report.py\n",
        "report.py": "from prometheus_client import push_to_gateway\npush_to_gateway('http://ann:hunter2@gw:9091')\n",
      ])
      defer { try? FileManager.default.removeItem(at: folder) }
      try await withWorld { world in
        let (exit, text) = try await Self.run(world, "json", ["advise", "--format", "json", folder.path])
        let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        #expect(exit == .code(0) && answer.ok && answer.data.winner == "pushgateway")
        #expect(answer.data.evidence.contains { $0.kind == "batch-job" && $0.path == "crontab" && $0.line == 1 })
        #expect(answer.data.evidence.contains { $0.path == "report.py" && $0.line == 2 })
        let (_, words) = try await Self.run(world, "text", ["advise", folder.path])
        #expect(words.contains("report.py:1") && words.contains("A Pushgateway fits"))
        #expect(!(text + words).contains("hunter2"))
      }
    }

    @Test("A folder that is not there ends it with 2, and it says which")
    func missing() async throws {
      try await withWorld { world in
        let (exit, text) = try await Self.run(world, "missing", ["advise", "/no/such/folder"])
        #expect(exit == .code(2) && text.contains("there is no folder /no/such/folder"), "\(text)")
      }
    }

    @Test("Pages are written for every command, and man can show one of them")
    func pages() async throws {
      let folder = try Self.folder([:])
      defer { try? FileManager.default.removeItem(at: folder) }
      try await withWorld { world in
        let (exit, text) = try await Self.run(world, "man", ["man", "--into", folder.path])
        #expect(exit == .code(0), "\(text)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(["godwit.1", "godwit-agent.1", "godwit-log-verify.1", "godwit-advise.1"]).isSubset(of: names))
        let (unknown, words) = try await Self.run(world, "unknown", ["man", "fly"])
        #expect(unknown == .code(2) && words.contains("there is no command fly"), "\(words)")
        let (completions, script) = try await Self.run(world, "completions", ["completions", "bash"])
        #expect(completions == .code(0) && script.contains("--storage.agent.path"))
      }
    }
  }
}
