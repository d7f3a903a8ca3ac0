import Foundation
import Testing

extension EndToEnd {
  /// A site of a size that the environment sets, from pages to acknowledgements: what it costs, and that all arrives.
  ///
  /// `RIG_SECONDS` (120), `RIG_TARGETS` (100), `RIG_SERIES` (1000) and `RIG_INTERVAL` (5, in seconds) set the size,
  /// `RIG_MESSAGE` (2) the version of Remote Write.
  @Suite("Rig")
  struct Rig {
    @Test("Everything taken arrives once and in order", .timeLimit(.minutes(30)))
    func rig() async throws {
      let size = RigSize.fromEnvironment()
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let pages = RigPages(targets: size.targets, seriesPerTarget: size.series)
        let site = try world.serve(pages.answer)
        let started = ContinuousClock.now
        let agent = try await world.startAgent(
          rigConfiguration(
            site, targets: size.targets, interval: "\(size.interval)s", endpoint: receiver.url, message: size.message))
        var mostWaiting = 0
        let end = started + .seconds(size.seconds)
        try await eventually("the rig has run", within: .seconds(size.seconds + 30), every: .seconds(1)) {
          mostWaiting = max(mostWaiting, try agent.delivery().endpoint("rig").waiting)
          return ContinuousClock.now >= end
        }
        let (cpu, peak) = (agent.program.cpuSeconds, agent.program.peakMebibytes)
        let wire = try agent.metric("prometheus_remote_storage_bytes_total")
        let sent = try agent.metric("prometheus_remote_storage_samples_total")
        let retried = try agent.metric("prometheus_remote_storage_samples_retried_total")
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        #expect(try await agent.shutDown(within: .seconds(60)) == .code(0))

        let page = try receiver.page()
        let taken = try agent.balance("taken", of: "rig")
        #expect(try agent.balance("acknowledged", of: "rig") == taken)
        #expect(try agent.balance("waiting", of: "rig") == 0)
        #expect(page.samples == taken && page.duplicates == 0 && page.outOfOrder == 0)
        #expect(page.refused.isEmpty && page.violations.isEmpty, "\(page.violations) \(page.refused)")
        #expect(page.series == size.targets * (size.series + RigSize.reportSeries))
        // Every page that was served is there, but for one under way at the end, and none was left out.
        #expect(pages.served * (size.series + RigSize.reportSeries) - taken <= size.targets * 2 * size.series)
        let pagesMin = size.targets * (size.seconds / size.interval - 1)
        #expect(pages.served >= pagesMin, "\(pages.served) pages in \(seconds) s")
        let table = """

          rig: \(size.targets) targets × \(size.series) series every \(size.interval) s for \(Int(seconds)) s, \
          Remote Write \(size.message == version2 ? "2.0" : "1.0")
          | samples taken                 | \(taken) |
          | samples per second            | \(Int(Double(taken) / seconds)) |
          | CPU seconds of the agent      | \(cpu.rounded(to: 2)) |
          | samples per CPU second        | \(Int(sent / cpu)) |
          | peak memory                   | \(peak.rounded(to: 1)) MiB |
          | bytes per sample on the wire  | \((wire / sent).rounded(to: 2)) |
          | most samples waiting          | \(mostWaiting) |
          | samples sent again            | \(Int(retried)) |

          """
        FileHandle.standardError.write(Data(table.utf8))
      }
    }

    @Test("Killed again and again in the middle of it, nothing taken is missing", .timeLimit(.minutes(10)))
    func kills() async throws {
      let (targets, series, kills, shards) = (20, 1000, 5, 2)
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let pages = RigPages(targets: targets, seriesPerTarget: series)
        let site = try world.serve(pages.answer)
        // A slow answer, so that a kill nearly always finds requests under way.
        try receiver.misbehave(("delay", "30ms"))
        let text = rigConfiguration(
          site, targets: targets, interval: "1s", endpoint: receiver.url,
          queue: "min_shards: \(shards), max_shards: \(shards)")
        var agent = try await world.startAgent(text)
        var takenBefore = 0
        for _ in 0..<kills {
          let servedBefore = pages.served
          try await eventually("some more scrapes are taken") {
            let delivery = try agent.delivery()
            #expect(delivery.samplesTaken >= takenBefore)
            takenBefore = delivery.samplesTaken
            return pages.served >= servedBefore + 4 * targets
          }
          agent.program.send(SIGKILL)
          #expect(try await agent.program.waitForExit(within: .seconds(5)) == .signal(SIGKILL))
          agent = try await world.startAgent()
          // What was taken before a kill is in the log after it.
          #expect(try agent.delivery().samplesTaken >= takenBefore)
        }
        let servedBefore = pages.served
        try await eventually("the last life scrapes too") { pages.served >= servedBefore + 2 * targets }
        try receiver.behave()
        #expect(try await agent.shutDown() == .code(0))

        let page = try receiver.page()
        let taken = try agent.balance("taken", of: "rig")
        #expect(taken >= takenBefore)
        #expect(try agent.balance("waiting", of: "rig") == 0)
        #expect(page.samples - page.duplicates == taken, "\(page.samples) came, \(taken) were taken")
        #expect(page.outOfOrder == 0 && page.refused.isEmpty && page.violations.isEmpty && page.staleMarkers == 0)
        #expect(page.duplicates <= kills * shards * 5000)
        FileHandle.standardError.write(
          Data("\(kills) kills: \(taken) samples taken, \(page.duplicates) of them came twice\n".utf8))
        // Of each target every page is there that was served, but for one under way at each kill and at the end.
        let numbers = try receiver.series("rig_page_number")
        #expect(numbers.count == targets)
        for target in 0..<targets {
          let series = try #require(numbers.first { $0.labels["instance"] == RigPages.instance(target) })
          let missing = pages.served(of: target) - (series.samples - series.duplicates)
          #expect((0...kills + 1).contains(missing), "target \(target) lacks \(missing) pages")
        }
      }
    }
  }
}

/// What a rig is asked to be.
struct RigSize {
  /// The series that every target has about its scrapes.
  static let reportSeries = 5

  var seconds, targets, series, interval: Int
  var message: String

  static func fromEnvironment() -> RigSize {
    let environment = ProcessInfo.processInfo.environment
    func number(_ name: String, _ standard: Int) -> Int { environment[name].flatMap { Int($0) } ?? standard }
    return RigSize(
      seconds: number("RIG_SECONDS", 120), targets: number("RIG_TARGETS", 100), series: number("RIG_SERIES", 1000),
      interval: number("RIG_INTERVAL", 5), message: environment["RIG_MESSAGE"] == "1" ? version1 : version2)
  }
}
