import GodwitTesting
import Testing
@testable import Discovery

@Suite("When updates are handed over")
struct UpdateScheduleTests {
  @Test("A source's first word is due at once, what it says later waits its turn and is gathered")
  func story() {
    var schedule = UpdateSchedule(interval: .seconds(5))
    #expect(schedule.take(.update(job: "a", source: 0), now: .zero).due == [], "nobody knows the job")
    #expect(schedule.take(.replaced(job: "a"), now: .zero) == .init())
    #expect(schedule.take(.update(job: "a", source: 0), now: .seconds(1)) == .init(due: ["a"]))
    #expect(schedule.take(.update(job: "a", source: 1), now: .seconds(2)) == .init(due: ["a"]))
    let waiting = UpdateSchedule.Decision(wakeAt: .seconds(7), isDelayed: true)
    #expect(schedule.take(.update(job: "a", source: 0), now: .seconds(3)) == waiting)
    #expect(schedule.take(.update(job: "a", source: 1), now: .seconds(4)) == waiting)
    #expect(schedule.take(.timePassed, now: .milliseconds(6999)) == .init(wakeAt: .seconds(7)))
    #expect(schedule.take(.timePassed, now: .seconds(7)) == .init(due: ["a"]))
    #expect(schedule.take(.timePassed, now: .seconds(30)) == .init())
    #expect(schedule.take(.update(job: "a", source: 0), now: .seconds(31)) == .init(due: ["a"]))
  }

  @Test("Jobs do not wait for each other; one that is removed is forgotten")
  func jobs() {
    var schedule = UpdateSchedule(interval: .seconds(5))
    for job in ["a", "b"] { _ = schedule.take(.replaced(job: job), now: .zero) }
    for job in ["a", "b"] { #expect(schedule.take(.update(job: job, source: 0), now: .zero).due == [job]) }
    for job in ["a", "b"] { #expect(schedule.take(.update(job: job, source: 0), now: .seconds(1)).isDelayed) }
    #expect(schedule.take(.removed(job: "b"), now: .seconds(2)) == .init(wakeAt: .seconds(5)))
    #expect(schedule.take(.update(job: "a", source: 0), now: .seconds(9)) == .init(due: ["a"]))
  }

  @Test("At random: nothing is lost, nothing is handed over too often", arguments: SeededRandom.seeds)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var schedule = UpdateSchedule(interval: .seconds(5))
    _ = schedule.take(.replaced(job: "a"), now: .zero)
    var now = Duration.zero
    var handOvers: [Duration] = []
    var waiting: Duration?
    for _ in 0..<5000 {
      now += .milliseconds(Int.random(in: 0...3000, using: &random))
      let event: UpdateSchedule.Event =
        random.oneIn(2) ? .update(job: "a", source: Int.random(in: 0..<3, using: &random)) : .timePassed
      let decision = schedule.take(event, now: now)
      if case .update = event, waiting == nil { waiting = now }
      if decision.due.isEmpty {
        #expect((waiting == nil) == (decision.wakeAt == nil))
        if let waiting { #expect(now - waiting < .seconds(5), "seed \(seed)") }
      } else {
        #expect(waiting != nil)
        waiting = nil
        handOvers.append(now)
      }
    }
    // Three sources may each begin at once.
    let tooSoon = zip(handOvers, handOvers.dropFirst()).count { $1 - $0 < .seconds(5) }
    #expect(tooSoon <= 3, "seed \(seed)")
    #expect(handOvers.count > 100)
  }
}
