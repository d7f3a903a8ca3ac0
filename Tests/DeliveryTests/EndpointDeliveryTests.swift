import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings
import Testing

@testable import Delivery

@Suite("Delivery to an endpoint", .timeLimit(.minutes(5)))
struct EndpointDeliveryTests {
  @Test("All samples arrive once and in order, whatever the message", arguments: [WriteMessage.version1, .version2])
  func everything(message: WriteMessage) async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(
      World.settings {
        $0.message = message
        $0.sendNativeHistograms = true
      }, to: courier)
    var values: [Double] = []
    for round in 0..<40 { values += try world.append(Array(0..<5), lane: UInt32(round % 3), histograms: true) }
    await delivery.runToEnd()
    #expect(courier.record.accepted.map(\.value).sorted() == values)
    expectOrder(courier.record.accepted)
    expectSettled(delivery, taken: 200, acknowledged: 200)
    #expect(courier.record.posts.allSatisfy { $0.arrivals.count <= 7 })
  }

  @Test("What is appended while delivery runs arrives without a drain")
  func live() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(to: courier)
    async let running: Void = delivery.run()
    for round in 1...200 {
      try world.append([1], lane: 0)
      await courier.wait { $0.accepted.count == round }
    }
    delivery.drain()
    await running
    expectSettled(delivery, taken: 200, acknowledged: 200)
  }

  @Test("An endpoint that the log meets now is not sent what was taken before")
  func beginsAtTheEnd() async throws {
    let world = try World()
    try world.append([1, 2, 3], lane: 0)
    let courier = ScriptedCourier()
    let delivery = try world.delivery(to: courier)
    let values = try world.append([1, 2], lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.accepted.map(\.value) == values)
    expectSettled(delivery, taken: 2, acknowledged: 2)
  }

  @Test("Trouble is tried again until it is over: status 500, 503, or no answer", arguments: [500, 503, 0])
  func retries(status: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number < 5 ? (status == 0 ? .unreachable : .status(status)) : .accept }
    let delivery = try world.delivery(to: courier)
    async let running: Void = delivery.run()
    try world.append([1, 2, 3], lane: 0)
    await courier.wait { $0.accepted.count == 3 }
    delivery.drain()
    await running
    #expect(courier.record.posts.map(\.earlierAttempts) == [0, 1, 2, 3, 4, 5])
    expectSettled(delivery, taken: 3, acknowledged: 3)
  }

  @Test("Status 429 waits as long as Retry-After says, where it is to be tried again")
  func rateLimit() async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number == 0 ? .status(429, retryAfter: "1") : .accept }
    let delivery = try world.delivery(World.settings { $0.queue.retryOnRateLimit = true }, to: courier)
    let began = ContinuousClock.now
    async let running: Void = delivery.run()
    try world.append([1], lane: 0)
    await courier.wait { $0.accepted.count == 1 }
    #expect(.now - began >= .seconds(1))
    delivery.drain()
    await running
    expectSettled(delivery, taken: 1, acknowledged: 1)
  }

  @Test("Status 400 is final: counted as refused and not sent again", arguments: [400, 404, 422])
  func refusal(status: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number == 1 ? .status(status) : .accept }
    let delivery = try world.delivery(to: courier)
    for _ in 0..<5 { try world.append(Array(0..<7), lane: 0) }
    await delivery.runToEnd()
    #expect(courier.record.posts.count == 5)
    expectSettled(delivery, taken: 35, acknowledged: 28, refused: 7)
  }

  @Test("Status 415 on 2.0 falls back to 1.0 at once, also while draining, and stays there")
  func fallback() async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.version == .v2 ? .status(415) : .accept }
    let delivery = try world.delivery(World.settings { $0.message = .version2 }, to: courier)
    for _ in 0..<3 { try world.append(Array(0..<7), lane: 0) }
    await delivery.runToEnd()
    #expect(courier.record.posts.map(\.version) == [.v2, .v1, .v1, .v1])
    expectSettled(delivery, taken: 21, acknowledged: 21)
  }

  @Test("An endpoint that knows neither message refuses for good")
  func neitherMessage() async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .status(415) }
    let delivery = try world.delivery(World.settings { $0.message = .version2 }, to: courier)
    try world.append([1, 2], lane: 0)
    await delivery.runToEnd()
    expectSettled(delivery, taken: 2, acknowledged: 0, refused: 2)
  }

  @Test("Rules drop, the age limit lets expire, histograms are left out: each is counted, and the rest is sent")
  func waysToLeave() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(
      World.settings {
        $0.relabelRules = [RelabelRule(sourceLabels: ["n"], regex: "1|3", action: "drop")]
        $0.queue.sampleAgeLimit = .seconds(100)
      }, to: courier, external: LabelSet(["region": "eu"]))
    for _ in 0..<10 { try world.append(Array(0..<6), lane: 0, timestampMs: 950_000, histograms: true) }
    for _ in 0..<10 { try world.append([1, 5, 7], lane: 1, timestampMs: 899_999) }
    await delivery.runToEnd()
    // Of the first kind 0, 2 and 4 are histograms, 1 and 3 dropped, 5 is sent; of the second 1 is dropped.
    expectSettled(delivery, taken: 90, acknowledged: 10, dropped: 60, expired: 20)
    #expect(courier.record.posts.flatMap(\.labels).allSatisfy { $0 == #"m{n="5",region="eu"}"# })
  }

  @Test("Where rules drop all but a few samples of a long backlog, memory stays small and nothing is miscounted")
  func sparse() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(
      World.settings {
        $0.relabelRules = [RelabelRule(sourceLabels: ["n"], regex: "0", action: "keep")]
        $0.queue.capacity = 100
      }, to: courier)
    for _ in 0..<60 { try world.append(Array(0..<50), lane: 0) }
    await delivery.runToEnd()
    expectSettled(delivery, taken: 3000, acknowledged: 60, dropped: 2940)
    expectOrder(courier.record.accepted)
    // 112 samples may be held, which is three records; seven are never together.
    #expect(courier.record.posts.allSatisfy { $0.arrivals.count <= 3 })
  }

  @Test("Samples that wait over many segments keep their labels, though their series was forgotten everywhere else")
  func labelsOverSegments() async throws {
    let world = try World(segmentBytesMax: 200)
    let courier = ScriptedCourier()
    let delivery = try world.delivery(
      World.settings { $0.queue.maxSamplesPerSend = 100 }, to: courier,
      external: LabelSet(["region": "eu"]))
    for number in 0..<50 {
      try world.append([number], lane: 0)
      // Two records of 200 bytes fill a segment; the series is never seen again.
      world.registry.withTable { table in
        let id = table.register(LabelSet(["__name__": "m", "n": "\(number)"]))
        table.release(id)
        table.release(id)
      }
    }
    await delivery.runToEnd()
    #expect(courier.record.posts.flatMap(\.labels) == (0..<50).map { "m{n=\"\($0)\",region=\"eu\"}" })
    expectSettled(delivery, taken: 50, acknowledged: 50)
    #expect(world.registry.withTable { $0.count } == 0)
  }

  @Test("A series that two lanes bring is known to the shards of both")
  func seriesInTwoLanes() async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(World.settings { $0.queue.minShards = 2 }, to: courier)
    for round in 0..<10 { try world.append([1, 2], lane: UInt32(round % 2)) }
    await delivery.runToEnd()
    expectSettled(delivery, taken: 20, acknowledged: 20)
  }
}
