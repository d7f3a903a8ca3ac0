import Testing

@testable import Bench

@Suite("Medians and ratios")
struct StandingTests {
  private func measurement(
    _ agent: String, cpu: Double, memory: Double = 50, samples: Int = 1000, delivered: Int = 1000
  ) -> Measurement {
    Measurement(
      workload: "w", agent: agent, round: 1, seconds: 10, samples: samples * 3, samplesPerEndpoint: samples,
      requests: 3, bytes: samples * 30, cpuSeconds: cpu, playersCPUSeconds: 1, residentMebibytes: memory,
      peakMebibytes: memory, delayMs: SpreadFigures(Spread()), samplesPerRequest: SpreadFigures(Spread()),
      receivedInAll: 1000, deliveredInAll: delivered, series: 100)
  }

  @Test(
    "The median is the middle one, or the mean of two",
    arguments: [([3], 3), ([1, 9], 5), ([7, 1, 3], 3), ([4, 1, 3, 2], 2.5), ([5, 5, 5, 1, 9], 5)]
      as [([Double], Double)])
  func medians(numbers: [Double], median: Double) { #expect(numbers.median == median) }

  @Test("Nothing has no median")
  func noMedian() { #expect([Double]().median == nil) }

  @Test("A measurement divides by what it says")
  func derived() {
    let one = measurement("godwit", cpu: 0.5)
    #expect(one.samplesPerSecond == 100)
    #expect(one.samplesPerCPUSecond == 2000)
    #expect(one.bytesPerSample == 10)
    #expect(one.memoryPerSeries == 50 * 1_048_576 / 100)
    #expect(measurement("godwit", cpu: 0).samplesPerCPUSecond == 0)
  }

  @Test("Ratios compare medians with Godwit's, and a round that does not balance shows")
  func ratios() throws {
    let standings = Standing.of([
      measurement("godwit", cpu: 1), measurement("vmagent", cpu: 4, memory: 100),
      measurement("godwit", cpu: 3), measurement("vmagent", cpu: 9, memory: 300, delivered: 999),
      measurement("godwit", cpu: 2), measurement("vmagent", cpu: 8, memory: 200),
    ])
    #expect(standings.map(\.agent) == ["godwit", "vmagent"])
    let other = try #require(standings.last)
    #expect(other.rounds == 3 && other.godwitIsFaster == 4 && other.godwitIsSmaller == 4)
    #expect(standings[0].samplesPerCPUSecond == 500 && standings[0].isBalanced && !other.isBalanced)
  }

  @Test("Without Godwit there is nothing to compare with")
  func alone() { #expect(Standing.of([measurement("vmagent", cpu: 1)]).first?.godwitIsFaster == nil) }

  @Test("The sum of a metric takes its series and none of a longer name")
  func sums() {
    let page = "a_total{x=\"1\"} 2\na_total{x=\"2\"} 3e2\na_total_more 7\nb 1\n# HELP a_total 5\na_total 1\n"
    #expect(BenchWindow.sum("a_total", in: page) == 303)
    #expect(BenchWindow.sum("none", in: page) == 0)
  }

  @Test("Memory is read from the status of a process")
  func memory() {
    #expect(ProcessUsage.mebibytes("VmRSS:", in: "VmHWM:\t 4096 kB\nVmRSS:\t    2048 kB\n") == 2)
    #expect(ProcessUsage.mebibytes("VmRSS:", in: "") == 0)
  }

  @Test("Workloads have names of their own, and a quick one is shorter")
  func workloads() {
    #expect(Set(Workload.all.map(\.name)).count == Workload.all.count)
    for workload in Workload.all {
      #expect(Workload.named(workload.name) == workload)
      #expect(workload.quick.rounds == 1 && workload.quick.windowSeconds < workload.windowSeconds)
    }
  }

  @Test("What is special about a workload is measured against a baseline of the same length, beside Godwit alone")
  func baselines() throws {
    let entrants = [Contestant(.vmagent, executable: "v"), Contestant(.godwit, executable: "g")]
    for workload in Workload.all.map(\.quick) {
      let turns = BenchSeries.Turn.all(of: workload, entrants)
      #expect(turns.prefix(2).map(\.name) == ["vmagent", "godwit"] && turns[1].workload == workload)
      guard let name = workload.baseline else {
        #expect(turns.count == 2)
        continue
      }
      let baseline = try #require(turns.last)
      #expect(turns.count == 3 && baseline.name == "godwit, \(name)" && baseline.contestant.kind == .godwit)
      #expect(baseline.workload.name == name && baseline.workload.windowSeconds == workload.windowSeconds)
      #expect(baseline.workload.source != workload.source || workload.endpoints > 1 || workload.rules > 0)
    }
    #expect(Workload.all.contains { $0.baseline != nil })
  }
}
