import Exposition
import Foundation
import MetricModel
import Testing

extension EndToEnd {
  /// The programs that `godwit generate instrumentation` writes run, and what they show is read.
  @Suite("godwit generate: instrumentation")
  struct GenerateInstrumentation {
    /// A language whose toolchain is on this machine, and how its program becomes one that runs.
    enum Language: String, CaseIterable, Sendable {
      case python, go, javascript, java, swift

      /// The compiler or interpreter; nil where there is none.
      var tool: String? {
        switch self {
        case .python: try? World.python()
        case .go: (try? World.python()).map { URL(filePath: $0).deletingLastPathComponent().appending(path: "go").path }
        case .javascript: Self.find("node")
        case .java: Self.find("java")
        case .swift: Self.find("swiftc")
        }
      }

      private static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
      }

      func build(_ tool: String, in folder: String) -> [String]? {
        switch self {
        case .go: [tool, "build", "-o", "\(folder)/app", "\(folder)/main.go"]
        case .swift: [tool, "-O", "-parse-as-library", "\(folder)/app.swift", "-o", "\(folder)/app"]
        case .python, .javascript, .java: nil
        }
      }

      func run(_ tool: String, in folder: String) -> [String] {
        switch self {
        case .python: [tool, "-B", "\(folder)/app.py"]
        case .javascript: [tool, "\(folder)/app.mjs"]
        case .java: [tool, "\(folder)/App.java"]
        case .go, .swift: ["\(folder)/app"]
        }
      }

      static var present: [Language] {
        allCases.filter { language in language.tool.map(FileManager.default.isExecutableFile) ?? false }
      }
    }

    /// Writes the program, builds it where it must be, starts it, and asks it for orders of which two fail.
    private func start(
      _ world: World, _ language: Language, flags: [String] = [], environment: [String] = []
    ) async throws -> (program: Program, port: Int) {
      let tool = try #require(language.tool)
      let folder = world.path("app")
      let generate = try world.start(
        "generate", World.godwit(),
        ["generate", "instrumentation", "--language", language.rawValue, "--out", folder + "/"] + flags)
      try #require(try await generate.waitForExit(within: .seconds(20)) == .code(0), "\(generate.log)")
      if let build = language.build(tool, in: folder) {
        let compiler = try world.start("compiler", build[0], Array(build.dropFirst()))
        try #require(try await compiler.waitForExit(within: .seconds(240)) == .code(0), "\(compiler.log)")
        #expect(compiler.log.isEmpty, "\(compiler.log)")
      }
      let program = try world.start(
        "app", "/usr/bin/env", ["PORT=0"] + environment + language.run(tool, in: folder))
      var port: Int?
      try await eventually("the program listens", within: .seconds(60)) {
        port = program.log.firstMatch(of: #/listening on http://127\.0\.0\.1:(\d+)/#).flatMap { Int($0.1) }
        return port != nil
      }
      let found = try #require(port)
      for (order, status) in [(1, 200), (2, 200), (3, 200), (10, 500), (20, 500)] {
        #expect(try ask(port: found, "/orders/\(order)").status == status)
      }
      #expect(try ask(port: found, "/orders/a%22b").status == 404)
      return (program, found)
    }

    @Test("The page is read without an error, with the right types and counts", arguments: Language.present)
    func page(_ language: Language) async throws {
      try await withWorld { world in
        let (program, port) = try await start(world, language)
        // A request may be counted a moment after its answer has been read.
        try await eventually("all is counted") {
          try ask(port: port, "/metrics").text.contains(#/http_requests_total\{[^}]*404[^}]*\} 1/#)
        }
        let text = try ask(port: port, "/metrics").text
        var parser = ExpositionParser(Array(text.utf8), format: .prometheusText)
        var types: [String: MetricMetadata.MetricType] = [:]
        var values: [String: Double] = [:]
        while let entry = try parser.next() {
          if entry == .type {
            types[String(decoding: parser.metadataName, as: UTF8.self)] = parser.metadataType
          } else if entry == .series {
            let series = String(decoding: parser.body[parser.seriesText], as: UTF8.self)
            let sorted = series.split { "{},".contains($0) }.sorted().joined(separator: " ")
            values[sorted] = parser.value
          }
        }
        #expect(types["http_requests_total"] == .counter && types["orders_processed_total"] == .counter)
        #expect(types["http_response_bytes_total"] == .counter && types["http_requests_in_flight"] == .gauge)
        #expect(types["http_request_duration_seconds"] == .histogram && types["app_build_info"] == .gauge)
        #expect(values["orders_processed_total outcome=\"failure\""] == 2)
        #expect(values["orders_processed_total outcome=\"success\""] == 3)
        let failed = values.filter { $0.key.contains("http_requests_total") && $0.key.contains("500") }
        #expect(failed.values.reduce(0, +) == 2, "\(values.keys.sorted())")
        #expect(values["http_requests_in_flight"] == 0)
        #expect(!text.contains("/orders/1") && !text.contains("a%22b"))
        program.send(SIGTERM)
        _ = try await program.waitForExit(within: .seconds(10))
      }
    }

    @Test("What is pushed arrives, and a strict receiver has nothing against it", arguments: Language.present)
    func push(_ language: Language) async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let (program, _) = try await start(
          world, language, flags: ["--push"], environment: ["PUSH_URL=\(receiver.url)", "PUSH_SECONDS=1"])
        try await eventually("the failures arrive") {
          try receiver.series("orders_processed_total").contains {
            $0.labels["outcome"] == "failure" && $0.labels["job"] == "orders" && $0.lastValue.flatMap(Double.init) == 2
          }
        }
        // What the endpoint cannot take now is sent again, and what it takes later goes on from there.
        try receiver.misbehave(("status", "503"))
        try await eventually("a push was refused") { try receiver.page().misbehaved > 0 }
        try receiver.behave()
        let before = try receiver.page().samples
        try await eventually("pushes go on") { try receiver.page().samples > before }
        program.send(SIGTERM)
        _ = try await program.waitForExit(within: .seconds(20))
        let page = try receiver.page()
        #expect(page.violations.isEmpty && page.outOfOrder == 0 && page.refused.isEmpty, "\(page)")
      }
    }
  }
}
