import DurableLog
import Settings
import Testing

@testable import Delivery

@Suite("Bounds of the log while an endpoint makes its shards wait", .timeLimit(.minutes(5)))
struct ExpiryWhileWaitingTests {
  @Test(
    "What has expired is settled at once, though the endpoint has asked for minutes",
    arguments: [
      ScriptedCourier.Answer.status(503, retryAfter: "300"), .status(429, retryAfter: "300"), .status(429),
      .status(503),
    ], [1, 3])
  func expiry(answer: ScriptedCourier.Answer, shards: Int) async throws {
    let world = try World(segmentBytesMax: 400)
    let courier = ScriptedCourier { _ in answer }
    let settings = World.settings {
      $0.queue.minShards = shards
      $0.queue.maxShards = shards
      $0.queue.minBackoff = .seconds(300)
      $0.queue.maxBackoff = .seconds(300)
    }
    let delivery = try world.delivery(settings, to: courier)
    var taken = 0
    for record in 0..<300 { taken += try world.append([record % 6], lane: UInt32(record % 6)).count }
    let running = Task { await delivery.run() }
    await courier.wait { !$0.posts.isEmpty }
    let floor = LogPosition(segment: world.log.end.segment, offset: 0)
    delivery.expire(before: floor)
    while delivery.lowWater < floor { try await Task.sleep(for: .milliseconds(1)) }
    let status = delivery.status
    #expect(status.isBalanced && status.settled.expired > 0 && status.settled.acknowledged == 0)
    #expect(status.settled.expired + status.waiting == UInt64(taken))
    #expect(courier.record.posts.count <= shards, "the endpoint was asked again before its time")
    delivery.stop()
    await running.value
    let count = try BacklogCount(of: delivery.books.keeper.ledger, in: world.log)
    #expect(count.difference(to: delivery.books.keeper.ledger) == 0)
  }
}
