import DurableLog
import MetricModel
import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Fresh samples first", .timeLimit(.minutes(5)))
struct FreshFirstTests {
  static let fresh = 1000

  private static func settings(_ shards: Int) -> EndpointSettings {
    World.settings {
      $0.delivery.freshFirst = true
      $0.queue.minShards = shards
      $0.queue.maxShards = shards
    }
  }

  /// A minute after the records were appended, so that the endpoint is far behind.
  private static func delivery(_ world: World, to courier: ScriptedCourier, _ shards: Int) throws -> EndpointDelivery {
    try world.delivery(
      settings(shards), to: courier, planInterval: .milliseconds(5), nowMs: world.nowMs + 60_000)
  }

  private static func isFresh(_ arrival: ScriptedCourier.Arrival) -> Bool {
    arrival.series == "\(fresh)"
  }

  /// Waits for what another task brings about; the test's time limit ends a wait in vain.
  private static func wait(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(1)) }
  }

  /// What the script of a courier and the test tell each other.
  private final class Signals: Sendable {
    let wantsFresh = Mutex(false)
    let courier = Mutex<ScriptedCourier?>(nil)
  }

  /// Takes samples slowly until it wants something fresh, then nothing before that has come.
  private static func pickyCourier(_ signals: Signals) -> ScriptedCourier {
    let courier = ScriptedCourier { post in
      if post.arrivals.contains(where: isFresh) { return .accept }
      if signals.wantsFresh.withLock({ $0 }) {
        await signals.courier.withLock { $0 }?.wait { $0.accepted.contains(where: isFresh) }
      } else {
        try? await Task.sleep(for: .milliseconds(3))
      }
      return .accept
    }
    signals.courier.withLock { $0 = courier }
    return courier
  }

  /// Takes some, slowly, then nothing.
  private static func courierThatFails() -> ScriptedCourier {
    ScriptedCourier { post in
      try? await Task.sleep(for: .milliseconds(3))
      return post.number < 30 ? .accept : .status(503)
    }
  }

  @Test("New samples arrive before the backlog has, and both arrive once and in order", arguments: [1, 3])
  func freshGoesAhead(shards: Int) async throws {
    let world = try World()
    let signals = Signals()
    let courier = Self.pickyCourier(signals)
    let delivery = try Self.delivery(world, to: courier, shards)
    var taken = 0
    for record in 0..<1500 { taken += try world.append([record % 5, 5 + record % 5], lane: UInt32(record % 5)).count }
    let running = Task { await delivery.run() }
    try await Self.wait { delivery.books.keeper.ledger.backlog != nil }
    signals.wantsFresh.withLock { $0 = true }
    for lane in 0..<3 { taken += try world.append([Self.fresh], lane: UInt32(lane)).count }
    await courier.wait { $0.accepted.contains(where: Self.isFresh) }
    delivery.drain()
    await running.value
    expectSettled(delivery, taken: taken, acknowledged: taken)
    #expect(delivery.books.keeper.ledger.backlog == nil)
    let accepted = courier.record.accepted
    let (first, last) = (accepted.firstIndex(where: Self.isFresh), accepted.lastIndex { !Self.isFresh($0) })
    #expect(try #require(first) < #require(last))
    let old = courier.record.accepted.filter { !Self.isFresh($0) }
    for (series, arrivals) in Dictionary(grouping: old, by: \.series) {
      let values = arrivals.map(\.value)
      #expect(values == values.sorted(), "\(series) came out of order within the backlog")
    }
    #expect(Set(courier.record.accepted).count == taken && courier.record.accepted.count == taken)
  }

  @Test("A backlog that was left behind is gone on with by the next life", arguments: [1, 3])
  func nextLife(shards: Int) async throws {
    let world = try World(segmentBytesMax: 400)
    var taken = 0
    let first = Self.courierThatFails()
    do {
      let delivery = try Self.delivery(world, to: first, shards)
      for record in 0..<600 { taken += try world.append([record % 7], lane: UInt32(record % 5)).count }
      let running = Task { await delivery.run() }
      try await Self.wait { delivery.books.keeper.ledger.backlog != nil }
      taken += try world.append([Self.fresh], lane: 1).count
      delivery.stop()
      await running.value
    }
    let second = ScriptedCourier()
    let delivery = try world.delivery(Self.settings(shards), to: second)
    #expect(delivery.books.keeper.ledger.backlog != nil)
    await delivery.runToEnd()
    expectSettled(delivery, taken: taken, acknowledged: taken)
    #expect(delivery.books.keeper.ledger.backlog == nil && delivery.lowWater == world.log.end)
    #expect(first.record.accepted.count + second.record.accepted.count == taken)
  }

  @Test("Bounds of the log expire a backlog too, and what is lost is counted")
  func expiry() async throws {
    let world = try World(segmentBytesMax: 400)
    var taken = 0
    let courier = Self.courierThatFails()
    let delivery = try Self.delivery(world, to: courier, 2)
    for record in 0..<600 { taken += try world.append([record % 7], lane: UInt32(record % 5)).count }
    let running = Task { await delivery.run() }
    try await Self.wait { delivery.books.keeper.ledger.backlog != nil }
    delivery.expire(before: world.log.end)
    try await Self.wait { delivery.status.settled.expired > 0 }
    delivery.stop()
    await running.value
    let status = delivery.status
    #expect(status.isBalanced && status.taken == UInt64(taken))
    #expect(status.settled.acknowledged == UInt64(courier.record.accepted.count))
    #expect(status.settled.total + status.waiting == UInt64(taken))
  }

  @Test(
    "A backlog is left behind once the endpoint takes samples and is far behind",
    arguments: [
      (29.9, 100, false, false), (30, 100, false, true), (3600, 0, false, false), (3600, 1, true, false),
    ] as [(Double, UInt64, Bool, Bool)])
  func decision(seconds: Double, settled: UInt64, hasBacklog: Bool, leaves: Bool) {
    var ledger = DeliveryLedger(startSequence: 0, position: .start, shardCount: 1)
    if hasBacklog { ledger.leaveBacklog(before: LogPosition(segment: 2, offset: 0)) }
    #expect(FreshFirst.leavesBacklog(ledger, oldestWaitingSeconds: seconds, settled: settled) == leaves)
  }
}
