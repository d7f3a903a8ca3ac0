import DurableLog
import Settings
import Testing

@testable import Delivery

@Suite("Waiting with samples that fill no request", .timeLimit(.minutes(5)))
struct RemainderPatienceTests {
  private let deadline = Duration.seconds(5)

  @Test("It is waited while waiting brings samples, and first of all")
  func worthWhile() {
    var patience = RemainderPatience(batchDeadline: deadline)
    for round in 0..<5 as Range<Int64> {
      let spares = patience.sparesWait(fromMs: round * 7_000)
      #expect(!spares && patience.patience == deadline)
      patience.endWait([round * 7_000, round * 7_000 + 101, round * 7_000 + 4_950])
    }
  }

  @Test("A burst as often as the deadline does not make the wait for it worth while", arguments: [4_900, 4_998, 5_003])
  func asOftenAsTheDeadline(everyMs: Int64) {
    var patience = RemainderPatience(batchDeadline: deadline)
    patience.endWait([0, 20, everyMs, everyMs + 3])
    for round in 2..<6 as Range<Int64> {
      patience.note(appendedMs: round * everyMs)
      let spares = patience.sparesWait(fromMs: round * everyMs)
      #expect(spares && patience.patience == RemainderPatience.moment)
    }
  }

  @Test(
    "A wait that brought nothing is not repeated, until samples come that it would have brought",
    arguments: [(everyMs: 15_000, spares: true), (5_000, true), (4_901, true), (4_899, false), (100, false)])
  func spared(course: (everyMs: Int64, spares: Bool)) {
    var patience = RemainderPatience(batchDeadline: deadline)
    // What comes in the same burst is no reason to wait.
    patience.endWait([0, 99])
    #expect(patience.patience == RemainderPatience.moment)
    let first = patience.sparesWait(fromMs: 0)
    patience.note(appendedMs: course.everyMs)
    let second = patience.sparesWait(fromMs: course.everyMs)
    #expect(first && second == course.spares)
  }

  @Test("Nobody waits longer than the batch deadline")
  func shortDeadline() {
    let deadline = Duration.milliseconds(3)
    var patience = RemainderPatience(batchDeadline: deadline)
    patience.noteFull(fromMs: 0, toMs: 0)
    #expect(patience.deadline(fromMs: 0) == deadline)
    patience.endWait([0])
    #expect(!patience.isWorthWhile && patience.patience == deadline)
  }

  @Test(
    "What is left of a burst that filled a request waits a short time only",
    arguments: [
      (fullFromMs: 0, fullToMs: 30, remainderMs: 30, isShort: true), (0, 800, 1_600, true), (0, 30, 831, false),
      // Samples that trickle in fill a request too, in a while; there is no large one yet for what comes behind it.
      (0, 801, 801, false),
    ])
  func leftOfBurst(course: (fullFromMs: Int64, fullToMs: Int64, remainderMs: Int64, isShort: Bool)) {
    var patience = RemainderPatience(batchDeadline: deadline)
    #expect(patience.deadline(fromMs: course.remainderMs) == deadline)
    patience.noteFull(fromMs: course.fullFromMs, toMs: course.fullToMs)
    #expect(patience.deadline(fromMs: course.remainderMs) == (course.isShort ? RemainderPatience.burst : deadline))
  }

  @Test("Bursts further apart than what is left of one waits are no reason to wait for the next")
  func burstsApart() {
    var patience = RemainderPatience(batchDeadline: deadline)
    patience.noteFull(fromMs: 0, toMs: 30)
    patience.endWait([25, 30])
    #expect(!patience.isWorthWhile)
    for startMs in [1_800, 3_600] as [Int64] {
      patience.noteFull(fromMs: startMs, toMs: startMs + 30)
      patience.note(appendedMs: startMs + 30)
      let spares = patience.sparesWait(fromMs: startMs + 30)
      #expect(spares)
    }
    // A straggler: the burst was not over.
    patience.note(appendedMs: 3_700)
    #expect(patience.isWorthWhile && patience.deadline(fromMs: 3_700) == RemainderPatience.burst)
  }

  @Test("What is left of a burst does not wait for the batch deadline, and for nothing once that has brought nothing")
  func burstAndRemainder() async throws {
    let world = try World(nowMs: { SystemDisk.nowMs() })
    let courier = ScriptedCourier()
    let settings = World.settings { $0.queue.batchSendDeadline = .seconds(3_600) }
    let delivery = try world.delivery(settings, to: courier, clock: { SystemDisk.nowMs() })
    let running = Task { await delivery.run() }
    var count = 0
    // Seven fill a request.
    func appendTen() async throws -> Duration {
      let began = ContinuousClock.now
      _ = try world.append(Array(0..<10), lane: 0)
      count += 10
      await courier.wait { [count] in $0.accepted.count == count }
      return .now - began
    }
    // All but a moment, by which it may be early.
    #expect(try await appendTen() >= RemainderPatience.burst - Bell.moment)
    #expect(courier.record.posts.map(\.arrivals.count) == [7, 3])
    // A busy machine may be late with what does not wait.
    var isSpared = false
    while !isSpared && count < 200 { isSpared = try await appendTen() < RemainderPatience.burst - Bell.moment }
    #expect(isSpared)
    delivery.stop()
    await running.value
    expectSettled(delivery, taken: count, acknowledged: count)
  }

  @Test("What fills no request goes at once where nothing has come behind the one before")
  func sparedByDelivery() async throws {
    let deadline = Duration.seconds(2)
    let world = try World(nowMs: { SystemDisk.nowMs() })
    let courier = ScriptedCourier()
    let settings = World.settings { $0.queue.batchSendDeadline = deadline }
    let delivery = try world.delivery(settings, to: courier, clock: { SystemDisk.nowMs() })
    let running = Task { await delivery.run() }
    var count = 0
    func appendFive() async throws -> Duration {
      let began = ContinuousClock.now
      _ = try world.append(Array(0..<5), lane: 0)
      count += 5
      await courier.wait { [count] in $0.accepted.count == count }
      return .now - began
    }
    // All but a moment, by which it may be early.
    #expect(try await appendFive() >= deadline - Bell.moment)
    // A busy machine may be late with what does not wait.
    var isSpared = false
    while !isSpared && count < 100 { isSpared = try await appendFive() < deadline - Bell.moment }
    #expect(isSpared)
    delivery.stop()
    await running.value
    expectSettled(delivery, taken: count, acknowledged: count)
  }
}
