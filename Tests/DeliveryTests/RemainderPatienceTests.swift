import DurableLog
import Settings
import Testing

@testable import Delivery

@Suite("Waiting with samples that fill no request", .timeLimit(.minutes(5)))
struct RemainderPatienceTests {
  private let deadline = Duration.seconds(5)

  @Test("It is waited while waiting brings samples, and first of all")
  func worthWhile() {
    var patience = RemainderPatience()
    for round in 0..<5 as Range<Int64> {
      let spares = patience.sparesWait(fromMs: round * 7_000, deadline: deadline)
      #expect(!spares && patience.patience(deadline: deadline) == deadline)
      patience.endWait([round * 7_000, round * 7_000 + 101, round * 7_000 + 4_950], deadline: deadline)
    }
  }

  @Test("A burst as often as the deadline does not make the wait for it worth while", arguments: [4_900, 4_998, 5_003])
  func asOftenAsTheDeadline(everyMs: Int64) {
    var patience = RemainderPatience()
    patience.endWait([0, 20, everyMs, everyMs + 3], deadline: deadline)
    for round in 2..<6 as Range<Int64> {
      patience.note(appendedMs: round * everyMs)
      let spares = patience.sparesWait(fromMs: round * everyMs, deadline: deadline)
      #expect(spares && patience.patience(deadline: deadline) == RemainderPatience.moment)
    }
  }

  @Test(
    "A wait that brought nothing is not repeated, until samples come that it would have brought",
    arguments: [(everyMs: 15_000, spares: true), (5_000, true), (4_901, true), (4_899, false), (100, false)])
  func spared(course: (everyMs: Int64, spares: Bool)) {
    var patience = RemainderPatience()
    // What comes in the same burst is no reason to wait.
    patience.endWait([0, 99], deadline: deadline)
    #expect(patience.patience(deadline: deadline) == RemainderPatience.moment)
    #expect(patience.patience(deadline: .milliseconds(3)) == .milliseconds(3))
    let first = patience.sparesWait(fromMs: 0, deadline: deadline)
    patience.note(appendedMs: course.everyMs)
    let second = patience.sparesWait(fromMs: course.everyMs, deadline: deadline)
    #expect(first && second == course.spares)
  }

  @Test("What is left of a burst goes with it once nothing has come behind the one before")
  func burst() async throws {
    let deadline = Duration.seconds(2)
    let world = try World(nowMs: { SystemDisk.nowMs() })
    let courier = ScriptedCourier()
    let settings = World.settings { $0.queue.batchSendDeadline = deadline }
    let delivery = try world.delivery(settings, to: courier, clock: { SystemDisk.nowMs() })
    let running = Task { await delivery.run() }
    var count = 0
    func appendTen() async throws -> Duration {
      let began = ContinuousClock.now
      _ = try world.append(Array(0..<10), lane: 0)
      count += 10
      await courier.wait { [count] in $0.accepted.count == count }
      return .now - began
    }
    // All but a moment, by which it may be early.
    #expect(try await appendTen() >= deadline - Bell.moment)
    // A busy machine may be late with what does not wait.
    var isSpared = false
    while !isSpared && count < 100 { isSpared = try await appendTen() < deadline - Bell.moment }
    #expect(isSpared)
    delivery.stop()
    await running.value
    expectSettled(delivery, taken: count, acknowledged: count)
  }
}
