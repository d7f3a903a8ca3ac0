import DurableLog
import GodwitTesting
import MetricModel
import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Requests that are refused for some of their series", .timeLimit(.minutes(5)))
struct SplitRejectedTests {
  private static func settings(_ change: (inout EndpointSettings) -> Void = { _ in }) -> EndpointSettings {
    World.settings {
      $0.delivery.splitRejected = true
      $0.queue.maxSamplesPerSend = 60
      change(&$0)
    }
  }

  /// Whether one of the guilty series is in the request.
  private static func isTainted(_ post: ScriptedCourier.Post, _ guilty: Set<String>) -> Bool {
    post.arrivals.contains { guilty.contains($0.series) }
  }

  @Test(
    "Every innocent sample arrives in order, every guilty series is in quarantine alone",
    arguments: 0..<24 as Range<UInt64>)
  func guilty(seed: UInt64) async throws {
    let story: Comment = "seed \(seed)"
    let random = Mutex(SeededRandom(seed: seed))
    let (seriesCount, rounds) = (20, 3)
    let guiltyCount = Int(seed % 7)
    let guilty = random.withLock { Set((0..<seriesCount).shuffled(using: &$0).prefix(guiltyCount).map(String.init)) }
    let world = try World()
    let courier = ScriptedCourier { post in
      // The way to the endpoint is bad, too.
      if seed % 2 == 0 && random.withLock({ $0.oneIn(6) }) { return .status(503) }
      return Self.isTainted(post, guilty) ? .status(seed % 3 == 0 ? 400 : 422) : .accept
    }
    let delivery = try world.delivery(Self.settings(), to: courier)
    var values: [Double] = []
    for _ in 0..<rounds { values += try world.append(Array(0..<seriesCount), lane: 0) }
    async let running: Void = delivery.run()
    await courier.wait { $0.accepted.count == (seriesCount - guiltyCount) * rounds }
    while delivery.status.waiting > 0 { await Task.yield() }
    delivery.drain()
    await running

    let arrived = courier.record.accepted
    expectOrder(arrived, story)
    let batches = try QuarantinedBatch.all(in: world)
    #expect(batches.flatMap(\.values.keys).sorted() == guilty.sorted(), story)
    for batch in batches {
      #expect(batch.values.count == 1 && batch.series.count == 1, story)
      #expect(batch.samples == rounds && batch.refused == rounds, story)
      #expect(batch.series == batch.values.keys.map { "m{n=\"\($0)\"}" }, story)
    }
    let refused = batches.flatMap { $0.values.values.flatMap(\.self) }
    #expect((arrived.map(\.value) + refused).sorted() == values, story)
    expectSettled(
      delivery, taken: values.count, acknowledged: values.count - guiltyCount * rounds, refused: guiltyCount * rounds,
      story)
    // Twenty series are halved five times.
    let answered = courier.record.posts.count { $0.earlierAttempts == 0 }
    #expect(answered <= 1 + 2 * guiltyCount * 5, story)
  }

  @Test("A request refused whole ends within its bound, and every sample of it is kept")
  func allGuilty() async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .status(400) }
    let delivery = try world.delivery(Self.settings { $0.queue.maxSamplesPerSend = 2000 }, to: courier)
    let values = try world.append(Array(0..<2000), lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.count <= 1 + 64 + 2 * 11)
    let kept = try QuarantinedBatch.all(in: world).flatMap { $0.values.values.flatMap(\.self) }
    #expect(kept.sorted() == values)
    expectSettled(delivery, taken: 2000, acknowledged: 0, refused: 2000)
  }

  @Test(
    "A refusal that is not about series, a 2.0 request and an endpoint where it is off are not taken apart",
    arguments: [
      (401, WriteMessage.version1, true), (404, .version1, true), (400, .version2, true), (400, .version1, false),
    ])
  func whole(status: Int, message: WriteMessage, isOn: Bool) async throws {
    let world = try World()
    // Without a count of what was written a 2.0 request would be tried as 1.0 first.
    let courier = ScriptedCourier {
      $0.number == 0 ? .written(status: status, samples: message == .version2 ? 0 : nil) : .accept
    }
    let delivery = try world.delivery(
      Self.settings {
        $0.message = message
        $0.delivery.splitRejected = isOn
      }, to: courier)
    try world.append(Array(0..<8), lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.count == 1)
    expectSettled(delivery, taken: 8, acknowledged: 0, refused: 8)
  }

  @Test("Where a part meets a refusal of another kind, that part is kept as it is")
  func otherRefusal() async throws {
    let world = try World()
    let courier = ScriptedCourier { [.status(400), .status(403), .accept][min($0.number, 2)] }
    let delivery = try world.delivery(Self.settings(), to: courier)
    try world.append(Array(0..<8), lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.map(\.arrivals.count) == [8, 4, 4])
    let batches = try QuarantinedBatch.all(in: world)
    #expect(batches.map(\.status) == [403])
    #expect(batches.map(\.series.count) == [4])
    expectSettled(delivery, taken: 8, acknowledged: 4, refused: 4)
  }

  @Test("Stopped in the middle, the whole cut stays in the log and is sent again", arguments: 1..<8, [false, true])
  func stopInTheMiddle(request: Int, gives: Bool) async throws {
    let world = try World()
    let running = Mutex<EndpointDelivery?>(nil)
    let first = ScriptedCourier { post in
      if post.number == request {
        if !gives { running.withLock { $0 }?.stop() }
        return .status(503)
      }
      return Self.isTainted(post, ["5"]) ? .status(400) : .accept
    }
    let delivery = try world.delivery(Self.settings(), to: first)
    running.withLock { $0 = delivery }
    for _ in 0..<2 { try world.append(Array(0..<16), lane: 0) }
    if gives { delivery.drain() }
    await delivery.run()
    running.withLock { $0 = nil }
    #expect(delivery.status.waiting == 32)
    #expect(delivery.status.settled.total == 0)

    let second = ScriptedCourier { Self.isTainted($0, ["5"]) ? .status(400) : .accept }
    let resumed = try world.delivery(Self.settings(), to: second)
    await resumed.runToEnd()
    expectSettled(resumed, taken: 32, acknowledged: 30, refused: 2)
    expectOrder(second.record.accepted)
  }

  @Test("A part that is too large is cut anew; what was decided before is not sent again")
  func tooLargePart() async throws {
    let world = try World()
    let courier = ScriptedCourier { post in
      if post.number == 2 { return .status(413) }
      return Self.isTainted(post, ["9"]) ? .status(400) : .accept
    }
    let delivery = try world.delivery(Self.settings(), to: courier)
    let values = try world.append(Array(0..<12), lane: 0)
    await delivery.runToEnd()
    let arrived = courier.record.accepted.map(\.value)
    #expect(Set(arrived).count == arrived.count)
    #expect(arrived.sorted() == values.filter { $0 != 10 })
    #expect(courier.record.posts.dropFirst(3).allSatisfy { $0.arrivals.count <= 3 })
    expectSettled(delivery, taken: 12, acknowledged: 11, refused: 1)
  }

  @Test("What falls out of the log's bounds in the middle expires; what had arrived by then counts as arrived")
  func floorInTheMiddle() async throws {
    let world = try World(segmentBytesMax: 300)
    let running = Mutex<EndpointDelivery?>(nil)
    let courier = ScriptedCourier { post in
      // The first half arrives, the second one has to be tried again while the floor is raised.
      if post.number == 2 {
        running.withLock { $0 }?.expire(before: LogPosition(segment: 2, offset: 0))
        return .status(500)
      }
      return post.number == 0 ? .status(400) : .accept
    }
    let delivery = try world.delivery(Self.settings(), to: courier)
    running.withLock { $0 = delivery }
    while world.log.end.segment < 3 { try world.append(Array(0..<4), lane: 0) }
    let taken = Int(world.log.endSequence)
    let before = Int(try #require(world.log.segments().first { $0.number == 2 }).firstSequence)
    async let run: Void = delivery.run()
    while delivery.status.waiting > 0 { await Task.yield() }
    delivery.stop()
    await run
    running.withLock { $0 = nil }
    // Of the first segment the first half of the series has arrived, the other half has expired.
    #expect(before > 0 && before < taken)
    expectSettled(delivery, taken: taken, acknowledged: taken - before / 2, expired: before / 2)
    expectOrder(courier.record.accepted)
  }
}
