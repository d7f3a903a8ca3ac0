import DurableLog
import Foundation
import SampleLog
import Settings
import Testing

@testable import Delivery

@Suite("Delivery of a log that is not whole", .timeLimit(.minutes(5)))
struct DeliveryDamageTests {
  /// Appends a record that no decoder understands.
  private func appendNonsense(_ world: World, kind: UInt8 = RecordKind.samples, samples: Int = 5) throws {
    _ = try world.log.append(lane: 0, kind: kind, sampleCount: samples) { _, bytes in bytes += [1, 2, 3] }
  }

  @Test("Records that cannot be decoded are counted as damaged, once, also over a restart in the same segment")
  func undecodable() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let first = try world.delivery(to: courier)
    try world.append([1, 2], lane: 0)
    try appendNonsense(world)
    try appendNonsense(world, kind: 200, samples: 3)
    try world.append([1, 2], lane: 0)
    await first.runToEnd()
    expectSettled(first, taken: 12, acknowledged: 4, damaged: 8)

    try world.append([1, 2], lane: 0)
    let second = try world.delivery(to: courier)
    await second.runToEnd()
    expectSettled(second, taken: 14, acknowledged: 6, damaged: 8)
  }

  @Test("A record with fewer samples than its header says is damaged as a whole")
  func wrongCount() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(to: courier)
    _ = try world.log.append(lane: 0, kind: RecordKind.samples, sampleCount: 4) { _, _ in }
    try world.append([1], lane: 0)
    await delivery.runToEnd()
    expectSettled(delivery, taken: 5, acknowledged: 1, damaged: 4)
  }

  @Test("A flipped byte costs its record and nothing else, for whichever shard owns it", arguments: [1, 2, 3])
  func flipped(shards: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let settings = World.settings { $0.queue.minShards = shards }
    let delivery = try world.delivery(settings, to: courier)
    var ends: [UInt64] = []
    for lane in 0..<6 {
      try world.append(Array(lane * 10..<lane * 10 + 4), lane: UInt32(lane))
      ends.append(world.log.end.offset)
    }
    let path = world.folder + "/segments/00000000000000000001.segment"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[Int(ends[3]) - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    await delivery.runToEnd()
    expectSettled(delivery, taken: 24, acknowledged: 20, damaged: 4)
    let again = try world.delivery(settings, to: courier)
    await again.runToEnd()
    expectSettled(again, taken: 24, acknowledged: 20, damaged: 4)
  }

  @Test(
    "Segments that were removed while an endpoint was not there have expired for it", arguments: [1, 3], [0, 2, 30])
  func removedMeanwhile(shards: Int, posts: Int) async throws {
    let world = try World(segmentBytesMax: 400)
    let settings = World.settings { $0.queue.minShards = shards }
    let some = ScriptedCourier { $0.number < posts ? .accept : .unreachable }
    let first = try world.delivery(settings, to: some)
    for lane in 0..<30 { try world.append(Array(lane % 3 * 10..<lane % 3 * 10 + 4), lane: UInt32(lane % 3)) }
    await first.runToEnd()
    let newest = try #require(world.log.segments().last)
    try world.log.remove(before: LogPosition(segment: newest.number, offset: 0))

    let courier = ScriptedCourier()
    let second = try world.delivery(settings, to: courier)
    for lane in 0..<3 { try world.append([lane * 10], lane: UInt32(lane)) }
    await second.runToEnd()
    let early = some.record.accepted.count { $0.value <= Double(newest.firstSequence) }
    let expired = Int(newest.firstSequence) - early
    expectSettled(second, taken: 123, acknowledged: 123 - expired, expired: expired)
    #expect(courier.record.accepted.allSatisfy { $0.value > Double(newest.firstSequence) })
    expectOrder(some.record.accepted + courier.record.accepted)
  }

  @Test("A ledger that cannot be read is an error that says so")
  func foreignLedger() throws {
    let world = try World()
    var file = try world.log.ledger(endpoint: "backend")
    try file.store([9, 9, 9])
    #expect(throws: EndpointError.self) { try world.delivery(to: ScriptedCourier()) }
  }
}
