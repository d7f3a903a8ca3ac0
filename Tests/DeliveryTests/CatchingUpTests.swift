import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Catching up", .timeLimit(.minutes(5)))
struct CatchingUpTests {
  @Test("The number of shards grows in the middle of a backlog, and every series stays in order")
  func shardsGrow() async throws {
    let world = try World()
    let isSlow = Mutex(true)
    let courier = ScriptedCourier { _ in
      if isSlow.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(20)) }
      return .accept
    }
    let settings = World.settings { $0.queue.maxShards = 4 }
    let delivery = try world.delivery(settings, to: courier, planInterval: .milliseconds(20))
    var taken = 0
    for record in 0..<4000 {
      let lane = record % 5
      taken += try world.append((0..<5).map { 10 * lane + $0 }, lane: UInt32(lane)).count
    }
    let running = Task { await delivery.run() }
    while delivery.status.shards == 1 { try await Task.sleep(for: .milliseconds(1)) }
    let waiting = delivery.status.waiting
    #expect(waiting > UInt64(taken / 2), "only \(waiting) of \(taken) waited when the shards became more")
    isSlow.withLock { $0 = false }
    delivery.drain()
    await running.value
    expectSettled(delivery, taken: taken, acknowledged: taken)
    let accepted = courier.record.accepted
    #expect(accepted.count == taken)
    for (series, arrivals) in Dictionary(grouping: accepted, by: \.series) {
      #expect(zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.value < $1.value }, "\(series) is out of order")
    }
  }
}
