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

  /// Runs a delivery beside scrapes until the end, and drains it.
  private func posts(
    seconds: Int, _ message: WriteMessage, _ change: (inout EndpointSettings) -> Void = { _ in },
    answering script: @escaping @Sendable (ScriptedCourier.Post) async -> ScriptedCourier.Answer
  ) async throws -> (posts: [ScriptedCourier.Post], waiting: UInt64) {
    let world = try World(nowMs: { Self.nowMs() })
    let courier = ScriptedCourier(script)
    let delivery = try world.delivery(
      SenderChecklist.settings(message) {
        $0.queue.batchSendDeadline = Self.second * 5
        $0.queue.maxSamplesPerSend = 2000
        change(&$0)
      }, to: courier, clock: { Self.nowMs() })
    async let running: Void = delivery.run()
    let began = ContinuousClock.now
    for scrape in 0..<seconds {
      try world.append(Array(0..<20).map { $0 * 2 + 1 }, lane: 0, timestampMs: Self.nowMs())
      try await Task.sleep(until: began + Self.second * (scrape + 1), clock: .continuous)
    }
    delivery.drain()
    await running
    #expect(delivery.status.isBalanced)
    return (courier.record.posts, delivery.status.waiting)
  }

  @Test(
    "A refusal for good leads to two requests at most in eight scrapes, the flush at the end included",
    arguments: [400, 401, 403, 404, 413, 422], WriteMessage.allCases)
  func refusals(status: Int, message: WriteMessage) async throws {
    let (posts, _) = try await posts(seconds: 8, message) { _ in .status(status) }
    #expect((1...2).contains(posts.count), "\(posts.map { ($0.version, $0.arrivals.count) })")
  }

  @Test("What waits for the batch deadline is flushed at the end", arguments: WriteMessage.allCases)
  func flush(message: WriteMessage) async throws {
    let (posts, waiting) = try await posts(seconds: 3, message) { _ in .accept }
    #expect(posts.map(\.arrivals.count) == [60])
    #expect(waiting == 0)
  }

  @Test("An endpoint that fails all the time hears three requests at least, and is left at once at the end")
  func endlessFailure() async throws {
    let (posts, waiting) = try await posts(
      seconds: 20, .version2,
      {
        $0.queue.minBackoff = .milliseconds(30) / 5
        $0.queue.maxBackoff = .seconds(1)
      }, answering: { _ in .status(503) })
    #expect(posts.count >= 3)
    #expect(waiting == 20 * 20)
    for (before, after) in zip(posts, posts.dropFirst()) { #expect(after.at > before.at) }
  }
}
