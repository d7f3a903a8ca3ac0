import DurableLog
import Foundation
import GodwitTesting
import MetricModel
import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Delivery over restarts, changes and bounds", .timeLimit(.minutes(5)))
struct DeliveryContinuityTests {
  @Test("A restart sends nothing twice and loses nothing, wherever it comes", arguments: 0..<12)
  func restart(stopAfter: Int) async throws {
    let world = try World(segmentBytesMax: 600)
    let settings = World.settings { $0.queue.minShards = 1 + stopAfter % 3 }
    let stopping = Mutex<EndpointDelivery?>(nil)
    let first = ScriptedCourier { post in
      if post.number >= stopAfter { stopping.withLock { $0 }?.stop() }
      return .accept
    }
    let delivery = try world.delivery(settings, to: first)
    stopping.withLock { $0 = delivery }
    var values: [Double] = []
    // Ten samples do not divide into requests of seven: it stops in the middle of records.
    for round in 0..<30 {
      values += try world.append(Array(round % 4 * 10..<round % 4 * 10 + 10), lane: UInt32(round % 4))
    }
    await delivery.run()
    stopping.withLock { $0 = nil }
    #expect(first.record.accepted.count < 300)

    let second = ScriptedCourier()
    let resumed = try world.delivery(settings, to: second)
    #expect(resumed.status.waiting == UInt64(300 - first.record.accepted.count))
    await resumed.runToEnd()
    let all = first.record.accepted + second.record.accepted
    #expect(all.map(\.value).sorted() == values)
    expectOrder(all)
    expectSettled(resumed, taken: 300, acknowledged: 300)
  }

  @Test("Death at any moment sends again at most what was in flight", arguments: 0..<8)
  func death(at request: Int) async throws {
    let world = try World(segmentBytesMax: 600)
    let copy = world.folder + "-copy"
    defer { try? FileManager.default.removeItem(atPath: copy) }
    let folder = world.folder
    let courier = ScriptedCourier { post in
      if post.number == request {
        do { try FileManager.default.copyItem(atPath: folder, toPath: copy) } catch { Issue.record("\(error)") }
      }
      return .accept
    }
    let delivery = try world.delivery(to: courier)
    var values: [Double] = []
    for round in 0..<12 { values += try world.append(Array(0..<10), lane: UInt32(round % 4)) }
    await delivery.runToEnd()
    let before = courier.record.posts.prefix(request).flatMap(\.arrivals)
    let inFlight = courier.record.posts[request].arrivals

    let after = try World(folder: copy)
    let second = ScriptedCourier()
    let resumed = try after.delivery(to: second)
    await resumed.runToEnd()
    let sentAgain = second.record.accepted
    #expect((before + sentAgain).map(\.value).sorted() == values, "lost, or more than what was in flight came twice")
    #expect(sentAgain.prefix(inFlight.count).map(\.value) == inFlight.map(\.value))
    expectSettled(resumed, taken: 120, acknowledged: 120)
  }

  @Test(
    "Changing the number of shards keeps every series in order and the balance exact",
    arguments: [(1, 5), (6, 2), (3, 4)])
  func resharding(from: Int, to: Int) async throws {
    let world = try World(segmentBytesMax: 2000)
    let courier = ScriptedCourier()
    func settings(_ shards: Int) -> EndpointSettings {
      World.settings {
        $0.queue.minShards = shards
        $0.queue.maxShards = shards
      }
    }
    let before = try world.delivery(settings(from), to: courier)
    for round in 0..<40 { try world.append([round % 10, 10 + round % 10], lane: UInt32(round % 10)) }
    await before.runToEnd()
    #expect(before.status.shards == from)

    let delivery = try world.delivery(settings(to), to: courier, planInterval: .milliseconds(1))
    async let running: Void = delivery.run()
    var round = 0
    while delivery.status.shards != to {
      try world.append([round % 10, 10 + round % 10], lane: UInt32(round % 10))
      round += 1
      let count = 80 + 2 * round
      await courier.wait { $0.accepted.count == count }
    }
    for round in 0..<100 { try world.append([round % 10, 10 + round % 10], lane: UInt32(round % 10)) }
    delivery.drain()
    await running
    let taken = 80 + 2 * round + 200
    #expect(courier.record.accepted.count == taken)
    expectOrder(courier.record.accepted)
    expectSettled(delivery, taken: taken, acknowledged: taken)
  }

  @Test("A drain in the middle of a change of shards delivers everything", arguments: 0..<20)
  func drainWhileResharding(round: Int) async throws {
    let world = try World()
    let door = Door()
    let courier = ScriptedCourier { post in
      if post.number == 0 { await door.pass() }
      return .accept
    }
    let delivery = try world.delivery(
      World.settings { $0.queue.minShards = 3 }, to: courier, planInterval: .nanoseconds(1))
    async let running: Void = delivery.run()
    for lane in 0..<(20 + round) { try world.append([lane], lane: UInt32(lane)) }
    await courier.wait { !$0.posts.isEmpty }
    for lane in 0..<20 { try world.append([lane], lane: UInt32(lane)) }
    door.open()
    delivery.drain()
    await running
    expectSettled(delivery, taken: 40 + round, acknowledged: 40 + round)
    expectOrder(courier.record.accepted)
  }

  @Test("A drain with a dead endpoint returns and leaves everything in the log", arguments: [1, 4])
  func drainOfTheDead(shards: Int) async throws {
    let world = try World()
    let dead = ScriptedCourier { _ in .status(503, retryAfter: "300") }
    let settings = World.settings { $0.queue.minShards = shards }
    let delivery = try world.delivery(settings, to: dead)
    for lane in 0..<8 { try world.append(Array(0..<10), lane: UInt32(lane)) }
    async let running: Void = delivery.run()
    // The first answer may hold the other shards before they have sent anything.
    await dead.wait { !$0.posts.isEmpty }
    delivery.drain()
    await running
    #expect(delivery.status.waiting == 80)
    #expect(delivery.status.isBalanced)

    let alive = ScriptedCourier()
    let resumed = try world.delivery(settings, to: alive)
    await resumed.runToEnd()
    expectSettled(resumed, taken: 80, acknowledged: 80)
  }

  @Test("Expiry before a segment counts exactly, from wherever delivery stood", arguments: [0, 1, 2, 3, 4, 9], [1, 2])
  func expiry(accepted: Int, shards: Int) async throws {
    let world = try World(segmentBytesMax: 500)
    let settings = World.settings { $0.queue.minShards = shards }
    let failing = ScriptedCourier { $0.number < accepted ? .accept : .unreachable }
    let delivery = try world.delivery(settings, to: failing)
    for round in 0..<40 { try world.append(Array(round % 3 * 5..<round % 3 * 5 + 5), lane: UInt32(round % 3)) }
    await delivery.runToEnd()
    let done = failing.record.accepted
    let segments = world.log.segments()
    let middle = segments[segments.count / 2]

    let courier = ScriptedCourier()
    let resumed = try world.delivery(settings, to: courier)
    resumed.expire(before: LogPosition(segment: middle.number, offset: 0))
    await resumed.runToEnd()
    // Values are numbered like the samples of the log, from 1.
    let late = done.filter { $0.value > Double(middle.firstSequence) }
    let expired = Int(middle.firstSequence) - (done.count - late.count)
    #expect(courier.record.accepted.allSatisfy { $0.value > Double(middle.firstSequence) })
    expectSettled(resumed, taken: 200, acknowledged: 200 - expired, expired: expired)
    expectOrder(done + courier.record.accepted)
  }

  @Test("Expiry of what a retry holds in its hands gives up on it, and the log can go")
  func expiryDuringRetry() async throws {
    let world = try World(segmentBytesMax: 300)
    let dead = ScriptedCourier { _ in .unreachable }
    let delivery = try world.delivery(to: dead)
    for _ in 0..<20 { try world.append(Array(0..<5), lane: 0) }
    async let running: Void = delivery.run()
    await dead.wait { $0.posts.count > 3 }
    let newest = try #require(world.log.segments().last)
    delivery.expire(before: LogPosition(segment: newest.number, offset: 0))
    let firstNew = Double(newest.firstSequence) + 1
    await dead.wait { $0.posts.last?.arrivals.first.map { $0.value >= firstNew } ?? false }
    #expect(delivery.lowWater.segment >= newest.number)
    delivery.stop()
    await running
    #expect(delivery.status.settled.expired == newest.firstSequence)
    #expect(delivery.status.isBalanced)
  }

  @Test("A shard whose lanes are silent does not hold the log")
  func idleShards() async throws {
    let world = try World(segmentBytesMax: 300)
    let courier = ScriptedCourier()
    let delivery = try world.delivery(World.settings { $0.queue.minShards = 4 }, to: courier)
    async let running: Void = delivery.run()
    for _ in 0..<50 { try world.append(Array(0..<5), lane: 1) }
    await courier.wait { $0.accepted.count == 250 }
    // Idle shards move when they are woken and have read to the end, so they are woken until they have.
    var count = 250
    while delivery.lowWater.segment + 1 < world.log.end.segment {
      try world.append([1], lane: 1)
      count += 1
      let expected = count
      await courier.wait { $0.accepted.count == expected }
    }
    delivery.stop()
    await running
  }
}
