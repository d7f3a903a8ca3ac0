import Settings
import Telemetry
import Testing

@testable import Delivery

@Suite("The size of requests", .timeLimit(.minutes(5)))
struct RequestSizeTests {
  @Test("Each refusal halves it, and the first acceptance has something to report")
  func halving() {
    var size = RequestSize(configured: 2000)
    size.refuse(samples: 2000)
    size.refuse(samples: 1000)
    #expect(size.samplesMax == 500)
    #expect(size.accept(samples: 500) == 2000)
    #expect(size.accept(samples: 500) == nil)
    #expect(size.samplesMax == 500)
    size.refuse(samples: 900)
    #expect(size.samplesMax == 450)
    #expect(size.accept(samples: 450) == 500)
  }

  @Test("A sample that is too large alone is to blame itself: the size comes back, up to where it is refused")
  func recovery() {
    var size = RequestSize(configured: 100)
    for samples in [100, 50, 25, 12, 6, 3, 1] { size.refuse(samples: samples) }
    #expect(size.samplesMax == 1)
    for _ in 0..<5 { _ = size.accept(samples: size.samplesMax) }
    #expect(size.samplesMax == 32)
    // One that is not full tells nothing.
    _ = size.accept(samples: 31)
    #expect(size.samplesMax == 32)
    _ = size.accept(samples: 32)
    size.refuse(samples: 64)
    for _ in 0..<10 { _ = size.accept(samples: size.samplesMax) }
    #expect(size.samplesMax == 32)
  }

  @Test("Never below one and never above what is configured", arguments: [0, 1, 2, 100])
  func bounds(configured: Int) {
    var size = RequestSize(configured: configured)
    for _ in 0..<10 { size.refuse(samples: size.samplesMax) }
    #expect(size.samplesMax == 1)
    for _ in 0..<20 { _ = size.accept(samples: size.samplesMax) }
    #expect(size.samplesMax == max(1, configured))
  }

  @Test(
    "After a 413 the endpoint gets smaller requests from all shards, and nothing is lost",
    arguments: [WriteMessage.version1, .version2])
  func tooLarge(message: WriteMessage) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.arrivals.count > 30 ? .status(413) : .accept }
    let delivery = try world.delivery(
      World.settings {
        $0.message = message
        $0.queue.minShards = 3
        $0.queue.maxSamplesPerSend = 100
      }, to: courier)
    for round in 0..<30 { try world.append(Array(round % 3 * 100..<round % 3 * 100 + 100), lane: UInt32(round % 3)) }
    await delivery.runToEnd()
    expectSettled(delivery, taken: 3000, acknowledged: 3000)
    expectOrder(courier.record.accepted)
    // 100 and 50 once for each shard at most: then all of them know.
    let refused = courier.record.posts.count { $0.arrivals.count > 30 }
    #expect(refused <= 6)
    #expect(delivery.metrics.requestSamplesMax.value == 25)
    #expect(try QuarantinedBatch.all(in: world).isEmpty)
  }

  @Test("An endpoint has shown that it takes requests until it finds a single sample too large")
  func hasTaken() {
    var size = RequestSize(configured: 100)
    size.refuse(samples: 100)
    #expect(!size.hasTaken)
    _ = size.accept(samples: 50)
    size.refuse(samples: 40)
    #expect(size.hasTaken)
    size.refuse(samples: 1)
    #expect(!size.hasTaken)
  }

  /// While draining nobody waits: what would have waited stays in the log.
  @Test(
    "An endpoint that takes requests gets smaller ones at once after a 413; one that took none yet, after a pause",
    arguments: [true, false])
  func pause(takesFirst: Bool) async throws {
    let world = try World()
    let courier = ScriptedCourier {
      $0.arrivals.count <= 30 || (takesFirst && $0.number == 0) ? .accept : .status(413)
    }
    let delivery = try world.delivery(
      World.settings {
        $0.queue.maxSamplesPerSend = 100
        $0.queue.batchSendDeadline = .seconds(3600)
      }, to: courier)
    for _ in 0..<2 { try world.append(Array(0..<100), lane: 0) }
    await delivery.runToEnd()
    if takesFirst {
      expectSettled(delivery, taken: 200, acknowledged: 200)
    } else {
      #expect(courier.record.posts.map(\.arrivals.count) == [100])
      #expect(delivery.status.waiting == 200)
    }
  }

  @Test("A single sample that is too large goes to quarantine alone, and the requests grow again")
  func oneTooLarge() async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.arrivals.contains { $0.series == "77" } ? .status(413) : .accept }
    let delivery = try world.delivery(World.settings { $0.queue.maxSamplesPerSend = 100 }, to: courier)
    for first in stride(from: 0, to: 3000, by: 100) { try world.append(Array(first..<first + 100), lane: 0) }
    await delivery.runToEnd()
    expectSettled(delivery, taken: 3000, acknowledged: 2999, refused: 1)
    let batches = try QuarantinedBatch.all(in: world)
    #expect(batches.map(\.status) == [413])
    #expect(batches.map(\.series) == [["m{n=\"77\"}"]])
    #expect(delivery.metrics.requestSamplesMax.value == 100)
    expectOrder(courier.record.accepted)
  }
}
