import GodwitTesting
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings
import Telemetry
import Testing

@testable import Delivery

@Suite("Endpoints that send the same", .timeLimit(.minutes(5)))
struct SharedRequestsTests {
  private static let names = ["a", "b", "c"]

  private static func settings(_ name: String, _ change: (inout EndpointSettings) -> Void) -> EndpointSettings {
    World.settings {
      $0.name = name
      $0.message = .version2
      $0.queue.maxSamplesPerSend = 20
      change(&$0)
    }
  }

  /// How many requests an endpoint sent that another one had made.
  private func taken(by name: String, in world: World) -> Int {
    Int(
      world.telemetry.counter(
        "godwit_endpoint_requests_taken_total", help: "",
        labels: [("remote_name", name), ("url", "http://localhost/write")]
      ).value)
  }

  /// Three endpoints that run while `append` fills the log, and then deliver what is left.
  private func deliver(
    _ world: World, to couriers: [ScriptedCourier], change: (Int, inout EndpointSettings) -> Void = { _, _ in },
    external: (Int) -> LabelSet = { _ in LabelSet() }, append: () async throws -> Void
  ) async throws -> [EndpointDelivery] {
    let shared = SharedRequests()
    let deliveries = try couriers.indices.map { index in
      try world.delivery(
        Self.settings(Self.names[index]) { change(index, &$0) }, to: couriers[index], external: external(index),
        shared: shared)
    }
    let running = deliveries.map { delivery in Task { await delivery.run() } }
    try await append()
    for delivery in deliveries { delivery.drain() }
    for task in running { await task.value }
    return deliveries
  }

  @Test("Three endpoints in step make each request once")
  func inStep() async throws {
    let world = try World()
    let couriers = Self.names.map { _ in ScriptedCourier() }
    let rounds = 50
    let deliveries = try await deliver(world, to: couriers, change: { $1.queue.batchSendDeadline = .seconds(60) }) {
      for round in 1...rounds {
        try world.append(Array(0..<20), lane: UInt32(round % 3))
        for courier in couriers { await courier.wait { $0.posts.count == round } }
      }
    }
    for (delivery, courier) in zip(deliveries, couriers) {
      expectSettled(delivery, taken: 20 * rounds, acknowledged: 20 * rounds)
      expectOrder(courier.record.accepted)
      #expect(courier.record.posts.map(\.body) == couriers[0].record.posts.map(\.body))
    }
    // Where two come to the same samples at the same time, each makes its own.
    let taken = Self.names.reduce(0) { $0 + self.taken(by: $1, in: world) }
    #expect(taken > rounds && taken <= 2 * rounds)
  }

  @Test("Endpoints that would not send the same make their own", arguments: ["labels", "rules", "message", "size"])
  func different(what: String) async throws {
    let world = try World()
    let couriers = [ScriptedCourier(), ScriptedCourier()]
    let deliveries = try await deliver(
      world, to: couriers,
      change: { index, settings in
        guard index == 1 else { return }
        switch what {
        case "rules": settings.relabelRules = [RelabelRule(sourceLabels: ["n"], regex: "1.", action: "drop")]
        case "message": settings.message = .version1
        case "size": settings.queue.maxSamplesPerSend = 10
        default: break
        }
      }, external: { LabelSet($0 == 1 && what == "labels" ? ["zone": "z"] : [:]) }
    ) {
      for round in 1...20 {
        try world.append(Array(0..<20), lane: 1)
        for (courier, fewest) in zip(couriers, [20, what == "rules" ? 10 : 20]) {
          await courier.wait { $0.accepted.count >= fewest * round }
        }
      }
    }
    let dropped = what == "rules" ? 200 : 0
    expectSettled(deliveries[0], taken: 400, acknowledged: 400)
    expectSettled(deliveries[1], taken: 400, acknowledged: 400 - dropped, dropped: dropped)
    for name in Self.names { #expect(taken(by: name, in: world) == 0) }
    if what == "labels" {
      #expect(couriers[0].record.posts.allSatisfy { $0.labels.allSatisfy { !$0.contains("zone") } })
      #expect(couriers[1].record.posts.allSatisfy { $0.labels.allSatisfy { $0.contains("zone") } })
    }
  }

  @Test("What endpoints with the same rules and labels share has both applied")
  func alike() async throws {
    let world = try World()
    let couriers = Self.names.map { _ in ScriptedCourier() }
    let rule = RelabelRule(sourceLabels: ["n"], regex: "1.", action: "drop")
    let deliveries = try await deliver(
      world, to: couriers, change: { $1.relabelRules = [rule] }, external: { _ in LabelSet(["zone": "z"]) }
    ) {
      for round in 1...30 {
        try world.append(Array(0..<40), lane: UInt32(round % 2))
        for courier in couriers { await courier.wait { $0.accepted.count >= 20 * round } }
      }
    }
    for (delivery, courier) in zip(deliveries, couriers) {
      expectSettled(delivery, taken: 1200, acknowledged: 900, dropped: 300)
      expectOrder(courier.record.accepted)
      #expect(courier.record.posts.allSatisfy { $0.labels.allSatisfy { $0.contains("zone") } })
    }
    #expect(Self.names.contains { taken(by: $0, in: world) > 0 })
  }

  /// Everything that takes endpoints out of step: failures, refusals, requests that are too large, records of all
  /// sizes, several shards, many segments.
  @Test("Every endpoint gets each of its samples once and in order, however far they are apart", arguments: 0..<12)
  func storm(seed: Int) async throws {
    let world = try World(segmentBytesMax: seed % 3 == 0 ? 4096 : 128 << 20)
    let couriers = Self.names.indices.map { endpoint in
      ScriptedCourier { post in
        var random = SeededRandom(seed: UInt64(seed * 1000 + post.number * 10 + endpoint))
        if random.oneIn(9) { return .status(503) }
        if random.oneIn(15) { return .unreachable }
        if endpoint == 1 && seed % 4 == 1 && post.arrivals.count > 1 && random.oneIn(12) { return .status(413) }
        if endpoint == 2 && seed % 4 == 2 && random.oneIn(12) { return .status(422) }
        return .accept
      }
    }
    var random = SeededRandom(seed: UInt64(seed))
    var count = 0
    let deliveries = try await deliver(
      world, to: couriers, change: { $1.queue.minShards = 1 + seed % 3 }
    ) {
      for _ in 0..<120 {
        let lane = Int.random(in: 0..<5, using: &random)
        let series = (0..<Int.random(in: 1...45, using: &random)).map { lane * 100 + $0 }
        count += series.count
        try world.append(series, lane: UInt32(lane))
        if random.oneIn(4) {
          let target = count
          let chosen = couriers[Int.random(in: 0..<couriers.count, using: &random)]
          await chosen.wait { $0.accepted.count + $0.refused.count >= target / 2 }
        }
      }
      // Who is told to end gives up at the next failure.
      let all = count
      for courier in couriers { await courier.wait { $0.accepted.count + $0.refused.count == all } }
    }
    for (delivery, courier) in zip(deliveries, couriers) {
      let refused = courier.record.refused.count
      expectSettled(delivery, taken: count, acknowledged: count - refused, refused: refused, "seed \(seed)")
      expectOrder(courier.record.accepted, "seed \(seed)")
      let arrived = courier.record.accepted.map(\.value) + courier.record.refused.map(\.value)
      let isEachOnce = arrived.sorted() == (1...count).map(Double.init)
      #expect(isEachOnce, "seed \(seed)")
    }
  }
}
