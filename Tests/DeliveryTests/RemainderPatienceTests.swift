import DurableLog
import Settings
import Testing

@testable import Delivery

@Suite("Waiting with what is left behind a full request", .timeLimit(.minutes(5)))
struct RemainderPatienceTests {
  private func place(_ offset: UInt64) -> LogPosition { LogPosition(segment: 1, offset: offset) }

  @Test("It is waited while waiting brings samples")
  func worthWhile() {
    var patience = RemainderPatience()
    for round in 0..<5 as Range<UInt64> {
      let spares = (0..<2).map { patience.sparesWait(at: place(100 * round + $0), untilMs: 0) }
      #expect(spares == [false, false])
      patience.endWait(at: place(100 * round + 2))
    }
  }

  @Test("A wait that brought nothing is not repeated, until samples come that it would have brought")
  func spared() {
    var patience = RemainderPatience()
    var spares = (0..<2).map { _ in patience.sparesWait(at: place(1), untilMs: 5_000) }
    patience.endWait(at: place(1))
    for round in 2..<6 as Range<Int64> {
      patience.note(appendedMs: round * 15_000)
      patience.endWait(at: place(UInt64(round)))
      spares.append(patience.sparesWait(at: place(UInt64(round)), untilMs: round * 15_000 + 5_000))
    }
    #expect(spares == [false, false, true, true, true, true])
    patience.note(appendedMs: 5 * 15_000 + 4_999)
    spares = [patience.sparesWait(at: place(9), untilMs: 95_000)]
    patience.endWait(at: place(9))
    spares.append(patience.sparesWait(at: place(9), untilMs: 96_000))
    #expect(spares == [false, true])
  }

  @Test("What is left of a burst goes with it once nothing has come behind the one before")
  func burst() async throws {
    let deadline = Duration.seconds(2)
    let world = try World(nowMs: { SystemDisk.nowMs() })
    let courier = ScriptedCourier()
    let settings = World.settings { $0.queue.batchSendDeadline = deadline }
    let delivery = try world.delivery(settings, to: courier, clock: { SystemDisk.nowMs() })
    let running = Task { await delivery.run() }
    var began = ContinuousClock.now
    _ = try world.append(Array(0..<10), lane: 0)
    await courier.wait { $0.accepted.count == 10 }
    // All but a moment, by which it may be early.
    #expect(.now - began >= deadline - Bell.moment)
    began = .now
    _ = try world.append(Array(0..<10), lane: 0)
    await courier.wait { $0.accepted.count == 20 }
    #expect(.now - began < deadline - Bell.moment)
    delivery.stop()
    await running.value
    expectSettled(delivery, taken: 20, acknowledged: 20)
  }
}
