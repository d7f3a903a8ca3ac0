import DurableLog
import GodwitTesting
import Relabeling
import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Delivery in a storm", .timeLimit(.minutes(5)))
struct DeliveryStormTests {
  @Test(
    "Whatever the endpoint answers and whenever delivery is stopped, every sample leaves once",
    arguments: 0..<30 as Range<UInt64>)
  func storm(seed: UInt64) async throws {
    let story: Comment = "seed \(seed)"
    let random = Mutex(SeededRandom(seed: seed))
    let world = try World(segmentBytesMax: random.withLock { UInt64.random(in: 200...5000, using: &$0) })
    let running = Mutex<EndpointDelivery?>(nil)
    let isCalm = Mutex(false)
    let courier = ScriptedCourier { _ in
      if isCalm.withLock({ $0 }) { return .accept }
      let dice = random.withLock { Int.random(in: 0..<20, using: &$0) }
      if dice == 0 { running.withLock { $0 }?.stop() }
      switch dice {
      case 1...3: return .status(503)
      case 4: return .status(400)
      case 5: return .unreachable
      case 6: return .status(409)
      default: return .accept
      }
    }
    let settings = World.settings {
      $0.relabelRules = [RelabelRule(sourceLabels: ["n"], regex: ".*7", action: "drop")]
      $0.sendNativeHistograms = seed % 3 > 0
      $0.queue.minShards = 1 + Int(seed % 4)
    }
    var kept: [Double] = []
    var taken = 0
    var dropped = 0
    func append() throws {
      let lane = random.withLock { Int.random(in: 0..<6, using: &$0) }
      let count = random.withLock { Int.random(in: 1...15, using: &$0) }
      let series = Array(lane * 100..<lane * 100 + count)
      let values = try world.append(series, lane: UInt32(lane), histograms: seed % 2 == 0)
      taken += count
      for (number, value) in zip(series, values) {
        let isHistogram = seed % 2 == 0 && number % 2 == 0
        if number % 10 == 7 || (isHistogram && !settings.sendNativeHistograms) {
          dropped += 1
        } else {
          kept.append(value)
        }
      }
    }
    for _ in 0..<8 {
      let delivery = try world.delivery(settings, to: courier)
      running.withLock { $0 = delivery }
      async let run: Void = delivery.run()
      for _ in 0..<20 { try append() }
      if random.withLock({ $0.oneIn(2) }) { delivery.stop() } else { delivery.drain() }
      await run
      #expect(delivery.status.isBalanced, story)
      running.withLock { $0 = nil }
    }
    isCalm.withLock { $0 = true }
    let delivery = try world.delivery(settings, to: courier)
    await delivery.runToEnd()
    let record = courier.record
    #expect((record.accepted + record.refused).map(\.value).sorted() == kept, story)
    expectOrder(record.accepted, story)
    expectSettled(
      delivery, taken: taken, acknowledged: record.accepted.count, refused: record.refused.count, dropped: dropped,
      story)
  }
}
