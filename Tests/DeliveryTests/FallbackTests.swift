import MetricModel
import RemoteWriteProtocol
import Settings
import Telemetry
import Testing

@testable import Delivery

@Suite("From 2.0 to 1.0 and back", .timeLimit(.minutes(5)))
struct FallbackTests {
  private static func settings(_ change: (inout EndpointSettings) -> Void = { _ in }) -> EndpointSettings {
    World.settings {
      $0.message = .version2
      change(&$0)
    }
  }

  /// How a receiver of 1.0 alone answers a 2.0 request.
  enum Deafness: CaseIterable {
    case unsupported, emptyAnswer, invalid

    var answer: ScriptedCourier.Answer {
      switch self {
      case .unsupported: .status(415)
      case .emptyAnswer: .written(status: 200, samples: nil)
      case .invalid: .written(status: 400, samples: nil)
      }
    }
  }

  @Test(
    "The same samples go out as 1.0, nothing is lost or counted twice, and 1.0 it stays", arguments: Deafness.allCases)
  func fallsBack(deafness: Deafness) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.version == .v2 ? deafness.answer : .accept }
    let delivery = try world.delivery(Self.settings(), to: courier)
    var values: [Double] = []
    for _ in 0..<3 { values += try world.append(Array(0..<7), lane: 0) }
    await delivery.runToEnd()
    #expect(courier.record.posts.map(\.version) == [.v2, .v1, .v1, .v1])
    #expect(courier.record.posts.map(\.earlierAttempts) == [0, 0, 0, 0])
    #expect(courier.record.accepted.map(\.value) == values)
    expectSettled(delivery, taken: 21, acknowledged: 21)
    #expect(try QuarantinedBatch.all(in: world).isEmpty)
    #expect(delivery.metrics.samplesFailed.value == 0)
    let page = String(decoding: world.telemetry.render(), as: UTF8.self)
    #expect(page.contains(#"{message="prometheus.WriteRequest",remote_name="backend",url="http://localhost/write"} 1"#))
    #expect(
      page.contains(#"{message="io.prometheus.write.v2.Request",remote_name="backend",url="http://localhost/write"} 0"#)
    )
  }

  @Test("What is known of an endpoint outlives a change of its other settings, not one of its URL or message")
  func reload() async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.version == .v2 ? .status(415) : .accept }
    let books = try EndpointBooks(Self.settings(), log: world.log)
    func versions(_ settings: EndpointSettings) async throws -> [WriteMessageVersion] {
      let before = courier.record.posts.count
      let delivery = try world.delivery(settings, to: courier, books: books)
      try world.append([1], lane: 0)
      await delivery.runToEnd()
      return courier.record.posts.dropFirst(before).map(\.version)
    }
    #expect(try await versions(Self.settings()) == [.v2, .v1])
    #expect(try await versions(Self.settings { $0.queue.maxShards = 7 }) == [.v1])
    #expect(try await versions(Self.settings { $0.url += "2" }) == [.v2, .v1])
    #expect(try await versions(Self.settings { ($0.url, $0.message) = ($0.url + "2", .version1) }) == [.v1])
    #expect(try await versions(Self.settings { $0.url += "2" }) == [.v2, .v1])
  }

  @Test("Where 1.0 is refused with 400 too the samples were to blame: they are kept as they were in 2.0, and 2.0 stays")
  func bothRefuse() async throws {
    let world = try World()
    let courier = ScriptedCourier { post in
      post.arrivals.contains { $0.series == "13" } ? .written(status: 400, samples: nil) : .accept
    }
    let delivery = try world.delivery(Self.settings(), to: courier)
    try world.append([13, 14], lane: 0)
    try world.append([1, 2], lane: 0)
    await delivery.runToEnd()
    // Each record is a request of its own: the batch deadline is zero.
    #expect(courier.record.posts.first?.version == .v2)
    #expect(courier.record.posts.dropFirst().first?.version == .v1)
    #expect(courier.record.posts.last?.version == .v2 || courier.record.posts.count == 2)
    let batches = try QuarantinedBatch.all(in: world)
    #expect(batches.map(\.status) == [400])
    #expect(batches.map(\.message) == [WriteMessageVersion.v2.messageName])
    #expect(delivery.message == .v2)
    #expect(delivery.status.isBalanced && delivery.status.waiting == 0)
  }

  @Test("A trial that 1.0 refuses with another status is a failed one too: after a few each sample is sent once")
  func otherRefusal() async throws {
    let world = try World()
    let courier = ScriptedCourier { .written(status: $0.version == .v2 ? 400 : 422, samples: nil) }
    let delivery = try world.delivery(Self.settings { $0.queue.maxSamplesPerSend = 2 }, to: courier)
    for _ in 0..<8 { try world.append([1, 2], lane: 0) }
    await delivery.runToEnd()
    #expect(courier.record.posts.count { $0.version == .v1 } == MessageChoice.trialsMax)
    #expect(courier.record.posts.count { $0.version == .v2 } == 8)
    expectSettled(delivery, taken: 16, acknowledged: 0, refused: 16)
    #expect(try QuarantinedBatch.all(in: world).map(\.refused) == Array(repeating: 2, count: 8))
  }

  @Test("A trial that meets trouble goes on until there is an answer")
  func trialInTrouble() async throws {
    let world = try World()
    let courier = ScriptedCourier {
      [.written(status: 400, samples: nil), .status(503), .unreachable, .accept][min($0.number, 3)]
    }
    let delivery = try world.delivery(Self.settings(), to: courier)
    async let running: Void = delivery.run()
    try world.append([1, 2], lane: 0)
    await courier.wait { $0.accepted.count == 2 }
    delivery.drain()
    await running
    #expect(courier.record.posts.map(\.version) == [.v2, .v1, .v1, .v1])
    expectSettled(delivery, taken: 2, acknowledged: 2)
  }

  @Test("An endpoint configured for 1.0 that answers 415 refuses for good")
  func configured1() async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .status(415) }
    let delivery = try world.delivery(World.settings(), to: courier)
    try world.append([1, 2], lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.map(\.version) == [.v1])
    expectSettled(delivery, taken: 2, acknowledged: 0, refused: 2)
  }

  @Test(
    "While draining a trial or a smaller request waits for nobody: the samples stay in the log", arguments: [400, 413])
  func drained(status: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number == 0 ? .status(status) : .accept }
    let books = try EndpointBooks(Self.settings(), log: world.log)
    let delivery = try world.delivery(
      Self.settings { $0.queue.batchSendDeadline = .seconds(3600) }, to: courier, books: books)
    try world.append([1, 2], lane: 0)
    await delivery.runToEnd()
    #expect(courier.record.posts.count == 1)
    #expect(delivery.status.waiting == 2)
    let next = try world.delivery(Self.settings(), to: courier, books: books)
    await next.runToEnd()
    expectSettled(next, taken: 2, acknowledged: 2)
  }
}
