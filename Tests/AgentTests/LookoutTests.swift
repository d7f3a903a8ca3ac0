import Synchronization
import Testing

@testable import Agent

@Suite("The lookout")
struct LookoutTests {
  private final class Work: Sendable {
    let isDue = Mutex(false)
    let looks = Mutex(0)
    let times = Mutex(0)

    var look: Lookout.Look {
      {
        self.looks.withLock { $0 += 1 }
        return self.isDue.withLock { isDue in
          defer { isDue = false }
          return isDue ? nil : .milliseconds(2)
        }
      }
    }
  }

  private func waitUntil(_ what: String, _ condition: () -> Bool) async throws {
    for _ in 0..<10_000 where !condition() { try await Task.sleep(for: .milliseconds(1)) }
    #expect(condition(), "\(what)")
  }

  @Test("Who waits is called when something is due, each time and nobody else")
  func due() async throws {
    let lookout = Lookout()
    lookout.start()
    defer { lookout.stop() }
    let works = (0..<3).map { _ in Work() }
    let tasks = works.map { work in
      Task {
        while (try? await lookout.wait(work.look)) != nil { work.times.withLock { $0 += 1 } }
      }
    }
    for round in 1...20 {
      works[1].isDue.withLock { $0 = true }
      try await waitUntil("it is done") { works[1].times.withLock { $0 } == round }
    }
    #expect(works[0].times.withLock { $0 } == 0 && works[2].times.withLock { $0 } == 0)
    #expect(works[0].looks.withLock { $0 } > 1)
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  @Test("What is due at once is not waited for")
  func atOnce() async throws {
    // It is not started: nobody would call.
    try await Lookout().wait { nil }
  }

  @Test("A task that is cancelled waits no longer, before and while it waits")
  func cancellation() async throws {
    let lookout = Lookout()
    let waiting = Work()
    let task = Task { try await lookout.wait(waiting.look) }
    try await waitUntil("it looks") { waiting.looks.withLock { $0 } > 0 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let late = Task {
      while !Task.isCancelled { await Task.yield() }
      try await lookout.wait { .seconds(3600) }
    }
    late.cancel()
    await #expect(throws: CancellationError.self) { try await late.value }
  }

  /// One that has looked and has no reason to look again for an hour.
  private func startedLookout(counting looks: LookCount) async throws -> Lookout {
    let lookout = Lookout(always: {
      looks.add()
      return .seconds(3600)
    })
    lookout.start()
    try await waitUntil("it has looked") { looks.value > 0 }
    return lookout
  }

  @Test("Somebody who wants a look sooner than it was to come has it then, and nobody else has one before")
  func sooner() async throws {
    let always = LookCount()
    let lookout = try await startedLookout(counting: always)
    defer { lookout.stop() }
    let asked = Mutex(0)
    try await lookout.wait {
      asked.withLock { count in
        count += 1
        return count == 5 ? nil : .milliseconds(1)
      }
    }
    #expect(asked.withLock { $0 } == 5)
    let before = always.value
    lookout.look(within: .seconds(3600))
    lookout.look(within: .milliseconds(2))
    try await waitUntil("it looks again") { always.value > before }
  }

  @Test("A look that is asked for while others are being thought over is not forgotten", arguments: [1, 2])
  func meanwhile(round: Int) async throws {
    let lookouts = Mutex<[Lookout]>([])
    let always = Mutex(0)
    let lookout = Lookout(always: {
      let count = always.withLock { count in
        count += 1
        return count
      }
      // An append begins just now: in the first look, or when a task comes to wait.
      if count == round { lookouts.withLock { $0 }.first?.look(within: .milliseconds(2)) }
      return .seconds(3600)
    })
    lookouts.withLock { $0 = [lookout] }
    lookout.start()
    defer { lookout.stop() }
    try await waitUntil("it has looked") { always.withLock { $0 } > 0 }
    let task = Task { if round == 2 { try await lookout.wait { .seconds(3600) } } }
    try await waitUntil("it looks once more") { always.withLock { $0 } > round }
    task.cancel()
    _ = await task.result
    lookouts.withLock { $0 = [] }
  }

  @Test("A look that was asked for is called off by whoever comes back and has nothing due")
  func back() async throws {
    let always = LookCount()
    let lookout = try await startedLookout(counting: always)
    defer { lookout.stop() }
    lookout.look(within: .milliseconds(20))
    let task = Task { try await lookout.wait { .seconds(3600) } }
    try await waitUntil("the task waits") { always.value > 1 }
    let seen = always.value
    // Longer than the look was asked for.
    try await Task.sleep(for: .milliseconds(60))
    #expect(always.value == seen)
    task.cancel()
    _ = await task.result
  }
}

@Suite("When the log is looked after")
struct UpkeepPaceTests {
  private let start = ContinuousClock.now

  private func pace(isCalm: Bool) -> UpkeepPace {
    var pace = UpkeepPace(at: start, bytes: 0)
    pace.note(at: start, bytes: 1000, isCalm: isCalm)
    return pace
  }

  @Test("In passing within five seconds whatever happens, woken for it within thirty, and never within one")
  func bounds() {
    for isCalm in [false, true] {
      let pace = pace(isCalm: isCalm)
      #expect(!pace.isTime(at: start + .milliseconds(900), bytes: .max))
      #expect(pace.pause(at: start + .milliseconds(900), bytes: .max) == .milliseconds(100))
      #expect(pace.isTime(at: start + .seconds(5), bytes: 1000))
      #expect(pace.pause(at: start + .seconds(30), bytes: nil) == nil)
    }
    #expect(pace(isCalm: true).pause(at: start + .seconds(5), bytes: 1000) == .seconds(25))
  }

  @Test("After a second where something is wrong or much was appended, otherwise it may wait")
  func need() {
    let second = start + .seconds(1)
    let grown = 1000 + UpkeepPace.bytesStep
    #expect(pace(isCalm: false).isTime(at: second, bytes: 1000))
    #expect(pace(isCalm: false).pause(at: second, bytes: nil) == nil)
    #expect(pace(isCalm: true).isTime(at: second, bytes: grown))
    #expect(pace(isCalm: true).pause(at: second, bytes: grown) == nil)
    #expect(!pace(isCalm: true).isTime(at: second, bytes: grown - 1))
    // Somebody passes by; or what was removed meanwhile is no reason.
    for bytes in [nil, 0, grown - 1] { #expect(pace(isCalm: true).pause(at: second, bytes: bytes) == .seconds(29)) }
  }
}

/// How often a lookout has looked.
private final class LookCount: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func add() { count.withLock { $0 += 1 } }
}
