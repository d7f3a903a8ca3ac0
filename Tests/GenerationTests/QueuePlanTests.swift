import GodwitTesting
import Testing

@testable import Generation

@Suite("The queue for a rate")
struct QueuePlanTests {
  @Test("As many shards as rate × latency ÷ batch, with head room")
  func example() {
    let plan = QueuePlan(load: .init(rate: 200_000, latency: .milliseconds(120), memoryBytes: nil), batch: 2_000)
    #expect(plan.needed == 12)
    #expect(plan.minShards == 12 && plan.maxShards == 48)
    #expect(plan.capacity == 10_000)
    #expect(plan.throughput == 800_000 && plan.carriesRate && plan.fitsIntoMemory)
    #expect(plan.recovery(after: .seconds(3_600)) == .seconds(1_200))
  }

  @Test("Whatever the load, the plan keeps its bounds, and carries the rate unless it says so")
  func random() {
    var random = SeededRandom(seed: 20_261_123)
    for round in 0..<5_000 {
      let load = QueuePlan.Load(
        rate: Int.random(in: 1...20_000_000, using: &random),
        latency: .milliseconds(Int.random(in: 0...20_000, using: &random)),
        memoryBytes: Bool.random(using: &random) ? UInt64.random(in: 1...(8 << 30), using: &random) : nil)
      let batch = Int.random(in: 100...10_000, using: &random)
      let plan = QueuePlan(load: load, batch: batch)
      #expect((1...plan.maxShards).contains(plan.minShards), "seed 20261123, round \(round): \(plan)")
      #expect((1...QueuePlan.shardsMax).contains(plan.maxShards), "round \(round): \(plan)")
      #expect((3...10).contains(plan.capacity / batch) && plan.capacity % batch == 0, "round \(round): \(plan)")
      // What is needed is at work from the start, within what is sensible.
      #expect(Double(plan.minShards) >= min(plan.needed, Double(QueuePlan.shardsMax)), "round \(round): \(plan)")
      if load.memoryBytes == nil && plan.needed * QueuePlan.headroomLeast <= Double(QueuePlan.shardsMax) {
        #expect(plan.carriesRate, "round \(round): \(plan)")
      }
      if plan.carriesRate { #expect(plan.throughput >= Double(load.rate), "round \(round): \(plan)") }
    }
  }

  @Test("Less memory makes smaller queues, then fewer shards, never too few for the rate")
  func memory() {
    let load = QueuePlan.Load(rate: 1_000_000, latency: .milliseconds(100), memoryBytes: nil)
    let free = QueuePlan(load: load, batch: 5_000)
    var last = free
    for mebibytes in stride(from: 1_024, through: 16, by: -16) {
      var bounded = load
      bounded.memoryBytes = UInt64(mebibytes) << 20
      let plan = QueuePlan(load: bounded, batch: 5_000)
      #expect(plan.memoryBytes <= last.memoryBytes && plan.minShards == free.minShards)
      #expect(plan.maxShards == free.maxShards || plan.capacity == 15_000)
      last = plan
    }
    #expect(!last.fitsIntoMemory && last.carriesRate && last.maxShards == 30 && last.minShards == 20)
  }

  @Test("What was measured is what is planned with")
  func footprint() {
    // 1,000 × 1,000 series every 15 s took 113 MiB, 10,000 series 22; a fifth to two fifths more is planned with.
    let large = AgentFootprint(rate: 66_667, interval: .seconds(15))
    #expect(large.series == 1_000_005)
    #expect((150.0...165).contains(large.memoryBytes / 1_048_576))
    #expect((26.0...29).contains(AgentFootprint(rate: 667, interval: .seconds(15)).memoryBytes / 1_048_576))
    #expect(large.milliCPU == 534 && AgentFootprint(rate: 1, interval: .seconds(15)).milliCPU == 50)
    #expect(large.logBytes(of: .seconds(10)) == 66_667 * 160)
    #expect(AgentFootprint(rate: 1, interval: .seconds(15)).logBoundBytes(of: .seconds(1)) == 256 * 1_048_576)
  }
}
