import Foundation
import Testing

extension EndToEnd.Backlog {
  @Test("An endpoint that is dead and one that is slow do not delay a healthy one", .timeLimit(.minutes(15)))
  func neighbours() async throws {
    let alone = try await healthyDelay(besideOthers: false)
    let beside = try await healthyDelay(besideOthers: true)
    var table = FigureTable(
      "100 targets × 1,000 series every 5 s for \(Self.neighbourSeconds) s: how long the oldest waiting sample of a "
        + "healthy endpoint had waited, asked every 0.5 s; load of the machine \(Bench.load)",
      columns: ["seconds", "alone", "beside a dead and a slow endpoint"])
    table.add("median", alone.quantile(0.5).rounded(to: 2), beside.quantile(0.5).rounded(to: 2))
    table.add("99 of 100", alone.quantile(0.99).rounded(to: 2), beside.quantile(0.99).rounded(to: 2))
    table.add("most", alone.quantile(1).rounded(to: 2), beside.quantile(1).rounded(to: 2))
    table.add("samples acknowledged", alone.acknowledged.grouped, beside.acknowledged.grouped)
    table.add("waiting for the slow one", "", beside.waitingSlow.grouped)
    table.add("waiting for the dead one", "", beside.waitingDead.grouped)
    try table.publish(as: "backlog-neighbours")
    #expect(beside.waitingDead > 0 && beside.waitingSlow > 0)
    #expect(beside.quantile(0.99) <= alone.quantile(0.99) + 1)
    // Scraping is not held back either: as many samples but for one scrape of every target.
    #expect(beside.acknowledged >= alone.acknowledged - 100_500)
  }

  private static var neighbourSeconds: Int { Bench.number("BACKLOG_NEIGHBOURS", 60) }

  /// What became of the healthy endpoint.
  private struct Delay {
    var seconds: [Double] = []
    var acknowledged = 0
    var waitingSlow = 0
    var waitingDead = 0

    /// - Complexity: O(n log n).
    func quantile(_ share: Double) -> Double {
      let sorted = seconds.sorted()
      return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
  }

  private func healthyDelay(besideOthers: Bool) async throws -> Delay {
    var delay = Delay()
    try await withWorld { world in
      let healthy = try await world.startReceiver(name: "healthy")
      let slow = try await world.startReceiver(name: "slow")
      try slow.misbehave(("read_bytes_per_second", "20000"))
      let pages = RigPages(targets: 100, seriesPerTarget: 1000)
      let site = try world.serve(pages.answer)
      let others = """
        - {name: slow, url: "\(slow.url)"}
        - {name: dead, url: "http://127.0.0.1:\(try freePort())/api/v1/write"}
        """
      let text = rigConfiguration(site, targets: 100, interval: "5s", endpoint: healthy.url)
      let agent = try await world.startAgent(
        besideOthers ? text.replacing("scrape_configs:", with: "\(others)\nscrape_configs:") : text)
      try await eventually("the healthy one gets samples") { try healthy.page().samples > 0 }
      let end = ContinuousClock.now + .seconds(Self.neighbourSeconds)
      while .now < end {
        delay.seconds.append(try agent.delivery().endpoint("rig").oldestWaitingSeconds)
        try await Task.sleep(for: .milliseconds(500))
      }
      let page = try agent.delivery()
      delay.acknowledged = try page.endpoint("rig").acknowledged
      if besideOthers {
        delay.waitingSlow = try page.endpoint("slow").waiting
        delay.waitingDead = try page.endpoint("dead").waiting
      }
      let received = try healthy.page()
      #expect(received.duplicates == 0 && received.outOfOrder == 0 && received.violations.isEmpty)
    }
    return delay
  }
}
