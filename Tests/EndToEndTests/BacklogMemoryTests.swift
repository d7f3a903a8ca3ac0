import Foundation
import Testing

extension EndToEnd {
  /// What a backlog costs: memory while it grows, time at a start on it, and the delay of the other endpoints.
  ///
  /// `make bench-backlog` runs it, a quarter of an hour.
  @Suite("Backlog", .enabled(if: Bench.isAskedFor("backlog")))
  struct Backlog {
    /// An hour of 20,000 samples a second, in as few minutes as the machine needs: `BACKLOG_SAMPLES` (72,000,000) from
    /// 100 targets with 1,000 series each, scraped every 500 ms (`BACKLOG_INTERVAL`, in milliseconds).
    @Test("Memory does not grow with an outage", .timeLimit(.minutes(30)))
    func memory() async throws {
      let interval = Bench.number("BACKLOG_INTERVAL", 500)
      let wanted = Bench.number("BACKLOG_SAMPLES", 72_000_000)
      let calmSeconds = Bench.number("BACKLOG_CALM", 90)
      let (targets, series) = (100, 1000)
      try await withWorld { world in
        let receiver = try await world.startReceiver()
        let pages = RigPages(targets: targets, seriesPerTarget: series)
        let site = try world.serve(pages.answer)
        let agent = try await world.startAgent(
          rigConfiguration(site, targets: targets, interval: "\(interval)ms", endpoint: receiver.url))
        try await eventually("all are scraped") { pages.served >= 2 * targets }

        let calm = try await phase(agent, atMost: .seconds(calmSeconds), samples: .max)
        try receiver.misbehave(("status", "503"))
        let outage = try await phase(agent, atMost: .seconds(1500), samples: wanted)
        let end = try #require(agent.program.memory)
        let waiting = try agent.delivery().endpoint("rig").waiting

        let ratio = outage.peak.resident / calm.peak.resident
        let anonymousRatio = outage.peak.anonymous / calm.peak.anonymous
        var table = FigureTable(
          "\(targets) targets × \(series) series every \(interval) ms; an hour's samples of 20,000 a second; "
            + "load of the machine \(Bench.load)",
          columns: ["figure", "calm", "outage"])
        table.add("seconds", calm.seconds.rounded(to: 0), outage.seconds.rounded(to: 0))
        table.add("samples taken", calm.samples.grouped, outage.samples.grouped)
        table.add("samples per second", calm.rate.grouped, outage.rate.grouped)
        table.add("CPU seconds", calm.cpu.rounded(to: 1), outage.cpu.rounded(to: 1))
        table.add("peak memory, MiB", calm.peak.resident.rounded(to: 1), outage.peak.resident.rounded(to: 1))
        table.add("of it anonymous, MiB", calm.peak.anonymous.rounded(to: 1), outage.peak.anonymous.rounded(to: 1))
        table.add("memory at the end, MiB", calm.end.resident.rounded(to: 1), end.resident.rounded(to: 1))
        table.add("peak, times that of the calm", "1", ratio.rounded(to: 2))
        table.add("samples waiting at the end", "", waiting.grouped)
        table.add("bytes of log per sample", "", outage.bytesPerSample.rounded(to: 2))
        try table.publish(as: "backlog-memory")
        #expect(waiting >= wanted)
        #expect(ratio <= 1.3 && anonymousRatio <= 1.3, "\(ratio), anonymous \(anonymousRatio)")
      }
    }

    /// What was measured over some time at one rate.
    private struct Phase {
      var seconds, cpu: Double
      var samples, logBytes: Int
      var peak: MemoryPeak
      var end: MemoryReading

      var rate: Int { Int(Double(samples) / seconds) }
      /// Means something where nothing is removed meanwhile.
      var bytesPerSample: Double { Double(logBytes) / Double(samples) }
    }

    private func phase(_ agent: RunningAgent, atMost limit: Duration, samples wanted: Int) async throws -> Phase {
      let (before, cpuBefore, started) = (try agent.delivery(), agent.program.cpuSeconds, ContinuousClock.now)
      try agent.program.forgetPeak()
      var peak = MemoryPeak()
      var now = before
      while .now - started < limit && now.samplesTaken - before.samplesTaken < wanted {
        try await Task.sleep(for: .seconds(1))
        peak.take(agent.program)
        now = try agent.delivery()
      }
      return Phase(
        seconds: (ContinuousClock.now - started).inSeconds, cpu: agent.program.cpuSeconds - cpuBefore,
        samples: now.samplesTaken - before.samplesTaken, logBytes: now.logBytes - before.logBytes, peak: peak,
        end: try #require(agent.program.memory))
    }
  }
}
