import Delivery
import Diagnostics
import DurableLog
import LogReview
import Synchronization
import Testing

@Suite("Review of a log that is being written", .timeLimit(.minutes(5)))
struct RunningWriterTests {
  /// What the one who looks and the one who writes tell each other.
  private final class Progress: Sendable {
    let looks = Mutex(0)
    let isOver = Mutex(false)
  }

  @Test("Whenever it looks, the balance holds and nothing is amiss")
  func besideWriter() async throws {
    let world = try World(segmentBytesMax: 4000)
    try await world.deliver(to: "main", shards: 2)
    let folder = world.folder
    let progress = Progress()
    try await withThrowingTaskGroup { group in
      group.addTask {
        while !progress.isOver.withLock({ $0 }) {
          let report = try LogReview(directory: folder).verify()
          // A long pause of the machine can make a record that is just being written look torn for good.
          #expect(report.findings.filter { $0.severity != .info } == [])
          #expect(try report.delivery("main").balance == .holds)
          progress.looks.withLock { $0 += 1 }
          await Task.yield()
        }
      }
      var rounds = 0
      while rounds < 40 || progress.looks.withLock({ $0 }) < 5 {
        for lane in 0..<6 { try world.take(15, lane: UInt32(lane)) }
        try await world.deliver(to: "main", shards: 2, perRequest: 20)
        let document = try LogInspection.ledgerDocument(endpoint: "main", in: folder)
        let ledger = document.flatMap(DeliveryLedger.init(decoding:))
        if let ledger { try world.log.remove(before: ledger.lowWater) }
        rounds += 1
      }
      progress.isOver.withLock { $0 = true }
      try await group.waitForAll()
    }
  }
}
