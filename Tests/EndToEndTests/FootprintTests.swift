import Foundation
import Synchronization
import Testing

extension EndToEnd {
  /// What the program takes of memory, disk and time, above all before it has much to do.
  @Suite("Footprint")
  struct Footprint {
    @Test("An idle agent has less than 20 MB of memory")
    func idleMemory() async throws {
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let agent = try await world.startAgent(configuration(to: [("here", receiver.url)], from: []))
        try await eventually("it gives back what only the start needed", every: .milliseconds(250)) {
          agent.program.memory.map { $0.resident * 1_048_576 < 20_000_000 } ?? false
        }
        // What it gave back it can have again.
        #expect(try agent.ask("/-/ready").status == 200)
        #expect(try agent.metric("prometheus_config_last_reload_successful") == 1)
        #expect(try await agent.shutDown() == .code(0))
      }
    }

    /// The most that it ever took, from the start on: the code that only the start runs is given back before series come.
    @Test("An agent of 100 targets with 1,000 series each never has more than 45 MB")
    func peakMemory() async throws {
      let (targets, series) = (100, 1000)
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let pages = RigPages(targets: targets, seriesPerTarget: series)
        let agent = try await world.startAgent(
          rigConfiguration(try world.serve(pages.answer), targets: targets, interval: "5s", endpoint: receiver.url))
        try await eventually("all were scraped three times", within: .seconds(60), every: .milliseconds(250)) {
          (0..<targets).allSatisfy { pages.served(of: $0) >= 3 }
        }
        let peak = agent.program.peakMebibytes * 1_048_576
        #expect(peak < 45_000_000, "\(peak) bytes")
        #expect(peak > 10_000_000)
        #expect(try await agent.shutDown() == .code(0))
      }
    }

    @Test("Without the symbols for debuggers the program has less than 60 MB")
    func size() async throws {
      try await withWorld { world in
        let small = world.path("stripped")
        let strip = try world.start("strip", try World.service("strip"), ["-o", small, try World.godwit()])
        #expect(try await strip.waitForExit(within: .seconds(60)) == .code(0), "\(strip.log)")
        let bytes = try #require(FileManager.default.attributesOfItem(atPath: small)[.size] as? Int)
        #expect(bytes < 60_000_000)
        #expect(bytes > 1_000_000)
      }
    }

    /// The bound is for a machine that does nothing else; of several starts the fastest is the one that was disturbed
    /// least. An interval of 10 ms is what the first scrape may wait for its turn.
    @Test("The first scrape goes out less than 100 ms after the start")
    func start() async throws {
      try await withWorld { world in
        let scraped = Mutex<ContinuousClock.Instant?>(nil)
        let site = try world.serve { _ in
          scraped.withLock { $0 = $0 ?? .now }
          return .text("depth 1\n")
        }
        try world.write(
          """
          global: {scrape_interval: 10ms, scrape_timeout: 10ms}
          scrape_configs: [{job_name: site, static_configs: [{targets: ["\(site.address)"]}]}]

          """, to: "agent.yml")
        var fastest = Duration.seconds(3600)
        for _ in 0..<20 where fastest >= .milliseconds(100) {
          scraped.withLock { $0 = nil }
          let started = ContinuousClock.now
          let agent = try world.launchAgent()
          try await eventually("it scrapes", every: .milliseconds(5)) { scraped.withLock { $0 } != nil }
          if let first = scraped.withLock({ $0 }) { fastest = min(fastest, first - started) }
          agent.send(SIGTERM)
          #expect(try await agent.waitForExit(within: .seconds(30)) == .code(0))
        }
        #expect(fastest < .milliseconds(100))
        FileHandle.standardError.write(Data("start to first scrape: \(fastest)\n".utf8))
      }
    }
  }
}
