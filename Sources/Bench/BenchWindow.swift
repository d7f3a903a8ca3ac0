import Foundation

/// The window in which a running agent is measured, and the reckoning after it.
struct BenchWindow {
  private static let memoryInterval = Duration.milliseconds(500)

  var contestant: Contestant
  var workload: Workload
  var server: BenchServer
  var process: AgentProcess

  /// Measures for as long as the workload says.
  ///
  /// - Throws: ``BenchError`` when the agent ends or delivers nothing meanwhile.
  func measure(_ round: Int) async throws -> Measurement {
    let usage = process.usage
    let players = ProcessUsage(pid: getpid())
    let (earlier, cpu, playersCPU, start) = (
      server.received, usage.cpuSeconds, players.cpuSeconds, ContinuousClock.now
    )
    let end = start + .seconds(workload.windowSeconds)
    var resident = 0.0
    while ContinuousClock.now < end {
      resident = max(resident, usage.residentMebibytes)
      try await Task.sleep(until: min(end, .now + Self.memoryInterval))
      guard process.isRunning else { throw BenchError(description: "it ended while it was measured") }
    }
    let (later, cpuSeconds) = (server.received, usage.cpuSeconds - cpu)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let received = later - earlier
    guard received.samples > 0 else { throw BenchError(description: "it delivered nothing during the window") }
    let samples = received.samples + received.histograms
    return Measurement(
      workload: workload.name, agent: contestant.kind.rawValue, round: round, seconds: seconds, samples: samples,
      samplesPerEndpoint: samples / max(1, workload.endpoints), requests: received.requests, bytes: received.bytes,
      cpuSeconds: cpuSeconds, playersCPUSeconds: players.cpuSeconds - playersCPU,
      residentMebibytes: max(resident, usage.residentMebibytes), peakMebibytes: usage.peakMebibytes,
      delayMs: SpreadFigures(received.delaysMs), samplesPerRequest: SpreadFigures(received.samplesPerRequest),
      receivedInAll: samples, deliveredInAll: 0, series: workload.series)
  }

  /// Asks the agent what it delivered, until that is what arrived or the time is over: at any moment an answer may be
  /// on its way.
  func settle(_ measurement: inout Measurement, _ client: LoopbackClient, within limit: Duration) async throws {
    let end = ContinuousClock.now + limit
    repeat {
      // What arrived is read before and after, so that equality cannot be an accident of what lies between.
      let before = server.received
      let page = try await client.get("/metrics").body
      measurement.deliveredInAll = Self.sum(contestant.deliveredMetric, in: page)
      measurement.receivedInAll = before.samples + before.histograms
      if measurement.isBalanced && server.received.samples == before.samples { return }
      try await Task.sleep(for: .milliseconds(50))
    } while ContinuousClock.now < end
  }

  /// The sum of a metric over its labels on a page of text.
  static func sum(_ metric: String, in page: String) -> Int {
    var sum = 0.0
    for line in page.split(separator: "\n") where line.hasPrefix(metric) {
      guard let next = line.dropFirst(metric.count).first, next == "{" || next == " " else { continue }
      sum += line.split(separator: " ").last.flatMap { Double($0) } ?? 0
    }
    return Int(exactly: sum.rounded()) ?? 0
  }
}
