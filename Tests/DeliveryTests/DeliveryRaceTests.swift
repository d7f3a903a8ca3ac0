import DurableLog
import GodwitTesting
import MetricModel
import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Moments at which delivery is disturbed", .timeLimit(.minutes(5)))
struct DeliveryRaceTests {
  @Test(
    "What was taken before a drain is delivered, wherever the shards are reading then",
    arguments: 0..<40 as Range<UInt64>)
  func drainAtTheEnd(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed)
    let world = try World(segmentBytesMax: 400)
    let courier = ScriptedCourier()
    let delivery = try world.delivery(World.settings { $0.queue.minShards = 4 }, to: courier)
    async let running: Void = delivery.run()
    // The shards have come to the end and wait, or are on their way there.
    try world.append([0], lane: 0)
    if random.oneIn(2) { await courier.wait { $0.accepted.count == 1 } }
    let records = Int.random(in: 1...30, using: &random)
    for record in 0..<records { try world.append([record], lane: UInt32(record % 7)) }
    delivery.drain()
    await running
    expectSettled(delivery, taken: records + 1, acknowledged: records + 1, "seed \(seed)")
    expectOrder(courier.record.accepted, "seed \(seed)")
  }

  @Test("Appending goes on during a drain: what came before is delivered, what came later waits or is delivered")
  func appendingDuringDrain() async throws {
    let world = try World(segmentBytesMax: 1000)
    let courier = ScriptedCourier()
    let delivery = try world.delivery(World.settings { $0.queue.minShards = 3 }, to: courier)
    let isOver = Mutex(false)
    let appending = Task {
      var values: [Double] = []
      while !isOver.withLock({ $0 }) {
        values += try world.append([1, 2], lane: UInt32(values.count % 5))
        await Task.yield()
      }
      return values
    }
    async let running: Void = delivery.run()
    await courier.wait { $0.accepted.count > 100 }
    let before = world.log.endSequence
    delivery.drain()
    await running
    #expect(UInt64(courier.record.accepted.count) >= before)
    #expect(delivery.status.isBalanced)
    isOver.withLock { $0 = true }
    let values = try await appending.value

    let rest = ScriptedCourier()
    let resumed = try world.delivery(World.settings { $0.queue.minShards = 3 }, to: rest)
    await resumed.runToEnd()
    #expect((courier.record.accepted + rest.record.accepted).map(\.value).sorted() == values)
    expectSettled(resumed, taken: values.count, acknowledged: values.count)
  }

  @Test(
    "A floor raised while a request is under way: what arrives counts as arrived, what does not as expired",
    arguments: [true, false])
  func floorInFlight(arrives: Bool) async throws {
    let world = try World(segmentBytesMax: 300)
    let door = Door()
    let courier = ScriptedCourier { post in
      guard post.number == 0 else { return .accept }
      await door.pass()
      return arrives ? .accept : .status(500)
    }
    let delivery = try world.delivery(to: courier)
    while world.log.end.segment < 4 { try world.append(Array(0..<7), lane: 0) }
    let taken = Int(world.log.endSequence)
    let floor = try #require(world.log.segments().first { $0.number == 3 })
    async let running: Void = delivery.run()
    await courier.wait { !$0.posts.isEmpty }
    delivery.expire(before: LogPosition(segment: 3, offset: 0))
    door.open()
    await courier.wait { $0.accepted.last?.value == Double(taken) }
    delivery.drain()
    await running
    let expired = Int(floor.firstSequence) - (arrives ? 7 : 0)
    expectSettled(delivery, taken: taken, acknowledged: taken - expired, expired: expired)
    expectOrder(courier.record.accepted)
  }

  @Test("While the ledger cannot be stored delivery goes on; a restart sends again what it did not know, in order")
  func ledgerNotStored() async throws {
    let disk = LedgerTrouble()
    let world = try World(disk: disk)
    let courier = ScriptedCourier { post in
      if post.number == 3 { disk.fails = true }
      return .accept
    }
    let delivery = try world.delivery(to: courier)
    var values: [Double] = []
    for _ in 0..<10 { values += try world.append(Array(0..<7), lane: 0) }
    await delivery.runToEnd()
    #expect(courier.record.accepted.map(\.value) == values)
    expectSettled(delivery, taken: 70, acknowledged: 70)

    disk.fails = false
    let second = ScriptedCourier()
    let resumed = try world.delivery(to: second)
    await resumed.runToEnd()
    // Three requests were known to be settled.
    #expect(second.record.accepted.map(\.value) == Array(values.dropFirst(21)))
    expectSettled(resumed, taken: 70, acknowledged: 70)
  }
}
