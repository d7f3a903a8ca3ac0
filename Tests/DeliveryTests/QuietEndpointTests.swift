import Foundation
import RemoteWriteProtocol
import Settings
import Testing

@testable import Delivery

/// The sender suite of the specification's compliance tests in a fifth of its time: scrapes every second, a batch deadline
/// of five, and the end after eight.
@Suite("How much an endpoint hears", .timeLimit(.minutes(5)), .serialized)
struct QuietEndpointTests {
  private static let second: Duration = .milliseconds(200)

  private static func nowMs() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  private func settings(_ message: WriteMessage, batchDeadline: Duration) -> EndpointSettings {
    SenderChecklist.settings(message) {
      $0.queue.batchSendDeadline = batchDeadline
      $0.queue.maxSamplesPerSend = 2000
    }
  }

  @Test(
    "A refusal for good leads to two requests at most in eight scrapes, the flush at the end included",
    arguments: [400, 401, 403, 404, 413, 422], WriteMessage.allCases)
  func refusals(status: Int, message: WriteMessage) async throws {
    let world = try World(nowMs: { Self.nowMs() })
    let courier = ScriptedCourier { _ in .status(status) }
    let deadline = Self.second * 5
    let delivery = try world.delivery(
      settings(message, batchDeadline: deadline), to: courier, clock: { Self.nowMs() })
    let began = ContinuousClock.now
    async let running: Void = delivery.run()
    for scrape in 0..<8 {
      try world.append(Array(0..<20).map { $0 * 2 + 1 }, lane: 0, timestampMs: Self.nowMs())
      try await Task.sleep(until: began + Self.second * (scrape + 1), clock: .continuous)
    }
    delivery.drain()
    await running
    // One for each deadline that has passed, and one for the end. On a busy machine the eight scrapes take longer than
    // eight seconds; the clock of the log goes in milliseconds, so a deadline may seem to pass one earlier.
    let deadlines = Int((ContinuousClock.now - began + .milliseconds(10)) / deadline)
    #expect(
      (1...deadlines + 1).contains(courier.record.posts.count),
      "\(deadlines) deadlines; \(courier.record.posts.map { ($0.version, $0.arrivals.count) })")
    #expect(delivery.status.isBalanced)
  }

  @Test("What waits for the batch deadline is flushed at the end", arguments: WriteMessage.allCases)
  func flush(message: WriteMessage) async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let delivery = try world.delivery(settings(message, batchDeadline: .seconds(3600)), to: courier)
    async let running: Void = delivery.run()
    for _ in 0..<3 { try world.append(Array(0..<20), lane: 0) }
    delivery.drain()
    await running
    #expect(courier.record.posts.map(\.arrivals.count) == [60])
    expectSettled(delivery, taken: 60, acknowledged: 60)
  }

  @Test("An endpoint that fails all the time hears three requests at least, and is left at once at the end")
  func endlessFailure() async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .status(503) }
    let delivery = try world.delivery(settings(.version2, batchDeadline: .zero), to: courier)
    async let running: Void = delivery.run()
    for _ in 0..<20 { try world.append(Array(0..<20), lane: 0) }
    await courier.wait { $0.posts.count >= 3 }
    delivery.drain()
    await running
    #expect(delivery.status.waiting == 20 * 20)
    #expect(delivery.status.isBalanced)
  }
}
