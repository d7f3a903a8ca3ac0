import DurableLog
import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Deliveries that are stopped and started")
struct DeliveryRestartTests {
  private static let rounds = 400

  // An append once told a listening task under a lock that the cancellation of that task, under a lock of its own,
  // wanted too: about one stop in a thousand stopped all appending for good.
  @Test("Appending goes on however often a delivery is stopped and started beside it")
  func restarts() async throws {
    // A delivery begins to read where its segment begins.
    let world = try World(segmentBytesMax: 20_000)
    let courier = ScriptedCourier()
    let threads = DiskThreads(name: "test", count: 3)
    let progress = Progress()
    let settings = World.settings { $0.queue.maxSamplesPerSend = 500 }
    // Before anything is appended: an endpoint that the log does not know yet begins at its end.
    let books = try EndpointBooks(settings, log: world.log)
    // On threads of their own: what waits for a lock for ever must not keep those of the other tests.
    let appending = Task(executorPreference: threads) {
      var count = 0
      while !progress.isOver.load(ordering: .relaxed) {
        count += try world.append([1, 2], lane: UInt32(count % 5)).count
        if count % 64 == 0 { await Task.yield() }
      }
      return count
    }
    let restarting = Task(executorPreference: threads) {
      for round in 0..<Self.rounds {
        let delivery = try world.delivery(settings, to: courier, books: books)
        let running = Task(executorPreference: threads) { await delivery.run() }
        for _ in 0..<round % 8 { await Task.yield() }
        if round % 2 == 0 { delivery.stop() } else { running.cancel() }
        await running.value
        progress.roundsDone.add(1, ordering: .relaxed)
      }
      progress.isOver.store(true, ordering: .relaxed)
    }
    // So long nothing happens only where nothing ever will: a delivery also has tasks on the threads that all tests
    // share, and there each step may have to wait for most of the others.
    var (last, lastChange) = (0, ContinuousClock.now)
    while !progress.isOver.load(ordering: .relaxed), lastChange + .seconds(300) > .now {
      try await Task.sleep(for: .milliseconds(20))
      let done = progress.roundsDone.load(ordering: .relaxed)
      if done != last { (last, lastChange) = (done, .now) }
    }
    let isThrough = progress.isOver.load(ordering: .relaxed)
    try #require(isThrough, "stuck in round \(last): a stop and an append wait for each other")
    try await restarting.value
    let taken = try await appending.value
    threads.shutdown()
    let delivery = try world.delivery(to: courier)
    await delivery.runToEnd()
    let status = delivery.status
    #expect(status.isBalanced)
    #expect(status.taken == UInt64(taken))
    #expect(status.waiting == 0)
    expectOrder(courier.record.accepted)
  }

  /// How far the restarts have come.
  private final class Progress: Sendable {
    let isOver = Atomic(false)
    let roundsDone = Atomic(0)
  }
}
