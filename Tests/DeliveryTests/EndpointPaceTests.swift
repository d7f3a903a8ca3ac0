import GodwitTesting
import Settings
import Synchronization
import Testing

@testable import Delivery

@Suite("Several shards at one endpoint's pace", .timeLimit(.minutes(5)))
struct EndpointPaceTests {
  /// How many requests were under way at a time.
  private final class Watch: Sendable {
    private let state = Mutex((underWay: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func enter() {
      state.withLock { state in
        state.underWay += 1
        state.most = max(state.most, state.underWay)
      }
    }

    func leave() { state.withLock { $0.underWay -= 1 } }
    func forget() { state.withLock { $0.most = $0.underWay } }
  }

  private static func settings(shards: Int, _ change: (inout EndpointSettings) -> Void = { _ in }) -> EndpointSettings {
    World.settings {
      $0.queue.minShards = shards
      $0.queue.retryOnRateLimit = true
      change(&$0)
    }
  }

  private func fill(_ world: World, lanes: Int, records: Int) throws -> Int {
    for _ in 0..<records {
      for lane in 0..<lanes { try world.append(Array(lane * 10..<lane * 10 + 7), lane: UInt32(lane)) }
    }
    return lanes * records * 7
  }

  @Test("Inside the window of a Retry-After not one request comes from any shard", arguments: [429, 503])
  func window(status: Int) async throws {
    let world = try World()
    let door = Door()
    let firstRound = Mutex(0)
    let arrivals = Mutex<[ContinuousClock.Instant]>([])
    let courier = ScriptedCourier { _ in
      arrivals.withLock { $0.append(.now) }
      let isFirst = firstRound.withLock { count in
        count += 1
        return count <= 4
      }
      guard isFirst else { return .accept }
      // All four shards have a request under way before any of them is answered.
      if firstRound.withLock({ $0 }) == 4 { door.open() }
      await door.pass()
      return .status(status, retryAfter: "1")
    }
    let delivery = try world.delivery(Self.settings(shards: 4), to: courier)
    let taken = try fill(world, lanes: 4, records: 5)
    async let running: Void = delivery.run()
    await courier.wait { $0.accepted.count == taken }
    delivery.drain()
    await running
    let times = arrivals.withLock { $0 }
    #expect(times[4] - times[3] >= .seconds(1))
    expectSettled(delivery, taken: taken, acknowledged: taken)
  }

  @Test("While the endpoint is down one request at a time tries it, from however many shards", arguments: [0, 500])
  func probing(status: Int) async throws {
    let world = try World()
    let watch = Watch()
    let isDown = Mutex(true)
    let courier = ScriptedCourier { post in
      watch.enter()
      defer { watch.leave() }
      for _ in 0..<20 { await Task.yield() }
      if post.number == 12 { watch.forget() }
      guard isDown.withLock({ $0 }) else { return .accept }
      return status == 0 ? .unreachable : .status(status)
    }
    let delivery = try world.delivery(Self.settings(shards: 8), to: courier)
    let taken = try fill(world, lanes: 8, records: 3)
    async let running: Void = delivery.run()
    await courier.wait { $0.posts.count >= 60 }
    #expect(watch.most == 1)
    isDown.withLock { $0 = false }
    await courier.wait { $0.accepted.count == taken }
    delivery.drain()
    await running
    expectSettled(delivery, taken: taken, acknowledged: taken)
  }

  @Test("A place that becomes free goes to whoever has waited, so that no shard starves")
  func nobodyStarves() async throws {
    let world = try World()
    let lanes = Mutex<[String]>([])
    let courier = ScriptedCourier { post in
      if post.number < 8 { return .status(429) }
      lanes.withLock { $0.append(post.arrivals[0].series) }
      for _ in 0..<5 { await Task.yield() }
      return .accept
    }
    let delivery = try world.delivery(Self.settings(shards: 4), to: courier)
    let taken = try fill(world, lanes: 4, records: 50)
    async let running: Void = delivery.run()
    await courier.wait { $0.accepted.count == taken }
    delivery.drain()
    await running
    // Each shard has fifty requests to send: none of them is done before all have begun in earnest.
    let first = lanes.withLock { $0 }.prefix(100)
    for lane in 0..<4 { #expect(first.contains("\(lane * 10)"), "lane \(lane)") }
    expectSettled(delivery, taken: taken, acknowledged: taken)
  }

  enum End: CaseIterable { case stop, drain, cancel }

  @Test(
    "Stopping, draining and cancelling end every wait at once: for Retry-After, for a backoff, for one's own pause",
    arguments: End.allCases, [(503, "300"), (503, nil), (429, nil)] as [(Int, String?)])
  func endsWhileWaiting(end: End, answer: (status: Int, retryAfter: String?)) async throws {
    let world = try World()
    let courier = ScriptedCourier { _ in .status(answer.status, retryAfter: answer.retryAfter) }
    let delivery = try world.delivery(
      Self.settings(shards: 6) {
        $0.queue.minBackoff = .seconds(300)
        $0.queue.maxBackoff = .seconds(300)
      }, to: courier)
    let taken = try fill(world, lanes: 6, records: 3)
    let running = Task { await delivery.run() }
    await courier.wait { $0.posts.count >= (answer.status == 429 ? 6 : 1) }
    let began = ContinuousClock.now
    switch end {
    case .stop: delivery.stop()
    case .drain: delivery.drain()
    case .cancel: running.cancel()
    }
    await running.value
    #expect(.now - began < .seconds(30))
    #expect(delivery.status.waiting == UInt64(taken))
    #expect(delivery.status.isBalanced)
  }

  @Test("A drain of a healthy endpoint that allows one request at a time delivers everything")
  func drainWithOnePlace() async throws {
    let world = try World()
    let courier = ScriptedCourier { $0.number < 30 ? .status(429) : .accept }
    let delivery = try world.delivery(Self.settings(shards: 5), to: courier)
    let taken = try fill(world, lanes: 5, records: 20)
    async let running: Void = delivery.run()
    // Every shard has been answered since the last 429, and only waits for its place.
    await courier.wait { Set($0.posts.dropFirst(30).map { $0.arrivals[0].series }).count == 5 }
    delivery.drain()
    await running
    expectSettled(delivery, taken: taken, acknowledged: taken)
  }
}
