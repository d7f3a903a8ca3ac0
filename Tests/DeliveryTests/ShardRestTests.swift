import DurableLog
import Logging
import MetricModel
import Relabeling
import SampleLog
import Settings
import Synchronization
import Testing

@testable import Delivery

/// Time that passes when the test says so, and the alarms that are set for it.
private final class HandAlarm: Sendable {
  private struct State {
    var now = ContinuousClock.now
    var number = 0
    var alarms: [Int: (time: ContinuousClock.Instant, ring: @Sendable () -> Void)] = [:]
  }

  private let state = Mutex(State())

  var alarm: Alarm {
    Alarm(now: { self.state.withLock { $0.now } }) { time, _, ring in
      let number = self.state.withLock { state in
        state.number += 1
        state.alarms[state.number] = (time, ring)
        return state.number
      }
      return { self.state.withLock { $0.alarms[number] = nil } }
    }
  }

  /// How many have been set so far.
  var setCount: Int { state.withLock { $0.number } }

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now + duration
      let due = state.alarms.filter { $0.value.time <= state.now }
      for number in due.keys { state.alarms[number] = nil }
      return due.values.map(\.ring)
    }
    for ring in due { ring() }
  }

  /// Lets time pass; returns once whoever was woken by that has looked and set the next alarm.
  func advanceAndWait(by duration: Duration) async throws {
    let before = setCount
    advance(by: duration)
    while setCount == before { try await Task.sleep(for: .milliseconds(1)) }
  }
}

@Suite("A shard with nothing to do", .timeLimit(.minutes(5)))
struct ShardRestTests {
  private static func context(
    _ world: World, _ courier: ScriptedCourier, _ alarm: Alarm
  ) throws -> EndpointContext {
    let settings = World.settings()
    return EndpointContext(
      settings: settings, externalLabels: LabelSet(), program: try RelabelProgram([]), log: world.log,
      registry: world.registry, books: try EndpointBooks(settings, log: world.log), courier: courier.courier,
      metrics: DeliveryMetrics(registry: world.telemetry, endpoint: "backend", url: "http://localhost/write"),
      report: EndpointReport(
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, endpoint: "backend", place: "place"),
      group: RequestGroup(), threads: DeliveryThreads(alarm: { _ in alarm }), nowMs: { 1_000_000 })
  }

  @Test(
    "The memory for samples is given back when none have come for 90 seconds, and what comes then is sent as ever",
    arguments: [(seconds: 89, hasRested: false), (90, true)], [0, 3])
  func rest(passing: (seconds: Int, hasRested: Bool), recordsLater: Int) async throws {
    let world = try World()
    let courier = ScriptedCourier()
    let time = HandAlarm()
    let context = try Self.context(world, courier, time.alarm)
    let listening = world.log.listen { context.control.ring(for: $0) }
    defer { listening.end() }
    let shard = Shard(context, .main, index: 0, shardCount: 1)
    var values = try world.append(Array(0..<20), lane: 0)
    let before = values.count
    // Runs beside the shard, which goes on until it is told to stop.
    let course = Task {
      await courier.wait { $0.accepted.count == before }
      while time.setCount == 0 { try await Task.sleep(for: .milliseconds(1)) }
      try await time.advanceAndWait(by: .seconds(passing.seconds))
      var later: [Double] = []
      for _ in 0..<recordsLater { later += try world.append(Array(0..<20), lane: 0) }
      let all = before + later.count
      await courier.wait { $0.accepted.count == all }
      context.control.give { $0.stops = true }
      return later
    }
    await shard.run()
    values += try await course.value
    #expect(courier.record.accepted.map(\.value) == values)
    // Records that came later were taken at a time of their own.
    #expect((shard.lastTaken == nil) == (passing.hasRested && recordsLater == 0))
    if recordsLater == 0 {
      #expect((shard.decoded.values.capacity == 0) == passing.hasRested)
      #expect(shard.reader.bytes.isEmpty == passing.hasRested)
    }
  }
}
