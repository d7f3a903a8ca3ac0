import GodwitTesting
import MetricModel
import RemoteWriteProtocol
import Settings
import Synchronization
import Telemetry
import Testing

@testable import Delivery

@Suite("The sender's checklist: answers", .timeLimit(.minutes(5)))
struct SenderChecklistAnswerTests {
  @Test(
    "S7 does not care for what a 2xx says", arguments: WriteMessage.allCases,
    ["", "error: try again", "{\"status\":503}"])
  func successBody(message: WriteMessage, text: String) async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .said(200, text) }
    let delivery = try world.delivery(SenderChecklist.settings(message), to: courier)
    try world.append([1, 3], lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.count == 1)
    expectSettled(delivery, taken: 2, acknowledged: 2)
  }

  @Test(
    "S8 does not retry 2xx, nor 4xx other than 429", arguments: WriteMessage.allCases,
    [200, 202, 204, 400, 401, 403, 404, 409, 410, 422, 431, 451, 499])
  func notRetried(message: WriteMessage, status: Int) async throws {
    let world = try World()
    // A 2.0 endpoint that says what it wrote: without that a 400 may be about the message, see S16.
    let courier = ScriptedCourier { .written(status: status, samples: status < 300 ? $0.arrivals.count : 0) }
    let delivery = try world.delivery(SenderChecklist.settings(message), to: courier)
    let values = try world.append([1, 3], lane: 0)
    await delivery.runToEnd()
    let later = try world.append([1, 3], lane: 0)
    let again = try world.delivery(SenderChecklist.settings(message), to: courier)
    await again.runToEnd()
    #expect(courier.record.posts.map { $0.arrivals.map(\.value) } == [values, later])
    #expect(courier.record.posts.map(\.earlierAttempts) == [0, 0])
    expectSettled(again, taken: 4, acknowledged: status < 300 ? 4 : 0, refused: status < 300 ? 0 : 4)
  }

  @Test("S8 sends what is too large in smaller requests, never the same one again", arguments: WriteMessage.allCases)
  func tooLarge(message: WriteMessage) async throws {
    let posts = try await SenderChecklist.posts(message, answering: { $0.arrivals.count > 2 ? .status(413) : .accept })
    {
      try $0.append(Array(0..<8), lane: 0)
    }
    #expect(posts.map(\.arrivals.count) == [8, 4, 2, 2, 2, 2])
    #expect(posts.allSatisfy { $0.earlierAttempts == 0 })
  }

  @Test(
    "S9 retries 5xx until there is another answer", arguments: WriteMessage.allCases, [500, 501, 502, 503, 504, 599])
  func retried(message: WriteMessage, status: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number < 4 ? .status(status) : .accept }
    let delivery = try world.delivery(SenderChecklist.settings(message), to: courier)
    async let running: Void = delivery.run()
    let values = try world.append([1, 3], lane: 0)
    await courier.wait { $0.accepted.count == 2 }
    delivery.drain()
    await running
    #expect(courier.record.posts.map { $0.arrivals.map(\.value) } == Array(repeating: values, count: 5))
    #expect(courier.record.posts.map { $0.headers[HeaderName.retryAttempt] } == [nil, "1", "2", "3", "4"])
    expectSettled(delivery, taken: 2, acknowledged: 2)
  }

  @Test("S10 backs off: each pause is the least one doubled, no attempt comes early", arguments: WriteMessage.allCases)
  func backsOff(message: WriteMessage) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number < 6 ? .status(503) : .accept }
    let delivery = try world.delivery(
      SenderChecklist.settings(message) {
        $0.queue.minBackoff = .milliseconds(10)
        $0.queue.maxBackoff = .milliseconds(80)
      }, to: courier)
    async let running: Void = delivery.run()
    try world.append([1], lane: 0)
    await courier.wait { $0.accepted.count == 1 }
    delivery.drain()
    await running
    let times = courier.record.posts.map(\.at)
    for (pause, milliseconds) in zip(zip(times, times.dropFirst()), [10, 20, 40, 80, 80, 80]) {
      #expect(pause.1 - pause.0 >= .milliseconds(milliseconds) * 0.9)
    }
  }

  @Test(
    "S10 waits for as long as Retry-After asks, after 503 and, where it is to be retried, 429", arguments: [503, 429])
  func retryAfter(status: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number == 0 ? .status(status, retryAfter: "1") : .accept }
    let delivery = try world.delivery(
      SenderChecklist.settings(.version2) { $0.queue.retryOnRateLimit = true }, to: courier)
    async let running: Void = delivery.run()
    try world.append([1], lane: 0)
    await courier.wait { $0.accepted.count == 1 }
    delivery.drain()
    await running
    let times = courier.record.posts.map(\.at)
    #expect(times[1] - times[0] >= .seconds(1))
  }

  @Test("S11 does not interpret the text of an error, and keeps it as it is", arguments: WriteMessage.allCases)
  func errorText(message: WriteMessage) async throws {
    let world = try World()
    let text = "503 Please retry; Unsupported Media Type; 0 of 2 samples written: 100% ü"
    let courier = ScriptedCourier { _ in .said(422, text) }
    let delivery = try world.delivery(SenderChecklist.settings(message), to: courier)
    try world.append([1, 3], lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.count == 1)
    #expect(try QuarantinedBatch.all(in: world).map(\.answer) == [text])
    expectSettled(delivery, taken: 2, acknowledged: 0, refused: 2)
  }

  @Test("S12 does not look at what version a response claims")
  func responseVersion() {
    let asked = Mutex<Set<String>>([])
    _ = WriteResponse(status: 200, receivedAtSeconds: 0) { name in
      asked.withLock { _ = $0.insert(name) }
      return nil
    }
    #expect(
      asked.withLock { $0 } == [
        HeaderName.retryAfter, HeaderName.samplesWritten, HeaderName.histogramsWritten, HeaderName.exemplarsWritten,
      ])
  }

  @Test("S13 takes a 2xx to a 1.0 request for all of it, with whatever counts or none", arguments: [nil, 0, 1])
  func noCounts1(samples: Int?) async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .written(status: 200, samples: samples) }
    let delivery = try world.delivery(SenderChecklist.settings(.version1), to: courier)
    try world.append([1, 3], lane: 0)
    await delivery.runToEnd()
    expectSettled(delivery, taken: 2, acknowledged: 2)
  }

  @Test("S14 takes a 2xx without counts to a 2.0 request for a 415")
  func noCounts2() async throws {
    let posts = try await SenderChecklist.posts(
      .version2, answering: { $0.version == .v2 ? .written(status: 204, samples: nil) : .accept })
    #expect(posts.map(\.version) == [.v2, .v1])
    #expect(posts.first?.arrivals == posts.last?.arrivals)
  }

  @Test("S15 counts what the endpoint says it has written, and the rest as refused", arguments: [200, 400])
  func partialWrite(status: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .written(status: status, samples: 1) }
    let delivery = try world.delivery(SenderChecklist.settings(.version2), to: courier)
    try world.append([1, 3, 5], lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.count == 1)
    expectSettled(delivery, taken: 3, acknowledged: 1, refused: 2)
    #expect(delivery.metrics.samplesFailed.value == 2)
  }

  @Test("S16 falls back to 1.0 on 415, and on 400 from an endpoint that never took 2.0", arguments: [415, 400])
  func fallback(status: Int) async throws {
    let posts = try await SenderChecklist.posts(
      .version2, answering: { $0.version == .v2 ? .written(status: status, samples: nil) : .accept })
    #expect(posts.map(\.version) == [.v2, .v1])
    #expect(posts.first?.arrivals == posts.last?.arrivals)
  }

  @Test(
    "S16 takes a 400 for one about samples where 2.0 was taken before, or counts say it was read",
    arguments: [true, false])
  func noFallback(hasCounts: Bool) async throws {
    let world = try World()
    let courier = ScriptedCourier { post in
      post.number == 0 && !hasCounts ? .accept : .written(status: 400, samples: hasCounts ? 0 : nil)
    }
    let delivery = try world.delivery(
      SenderChecklist.settings(.version2) { $0.queue.maxSamplesPerSend = 2 }, to: courier)
    for _ in 0..<2 { try world.append([1, 3], lane: 0) }
    await delivery.runToEnd()
    #expect(courier.record.posts.map(\.version) == [.v2, .v2])
    expectSettled(delivery, taken: 4, acknowledged: hasCounts ? 0 : 2, refused: hasCounts ? 4 : 2)
  }

  @Test(
    "S17 keeps the order of a series over requests, shards and retries", arguments: WriteMessage.allCases,
    [1, 2, 3] as [UInt64])
  func order(message: WriteMessage, seed: UInt64) async throws {
    let world = try World()
    let random = Mutex(SeededRandom(seed: seed))
    let courier = ScriptedCourier { _ in
      random.withLock { $0.oneIn(3) } ? .status(503) : .accept
    }
    let delivery = try world.delivery(
      SenderChecklist.settings(message) {
        $0.queue.minShards = 3
        $0.queue.maxSamplesPerSend = 4
      }, to: courier)
    async let running: Void = delivery.run()
    for _ in 0..<20 {
      for lane in 0..<5 { try world.append([lane * 2 + 1, lane * 2 + 101], lane: UInt32(lane)) }
    }
    await courier.wait { $0.accepted.count == 200 }
    delivery.drain()
    await running
    expectOrder(courier.record.accepted, "seed \(seed)")
    for post in courier.record.posts {
      for times in post.timestampsMs { #expect(times == times.sorted(), "seed \(seed)") }
    }
    expectSettled(delivery, taken: 200, acknowledged: 200)
  }
}
