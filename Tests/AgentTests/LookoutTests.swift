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

  @Test("Somebody who wants a look sooner than it was to come has it then")
  func sooner() async throws {
    let always = Mutex(0)
    let lookout = Lookout(always: {
      always.withLock { $0 += 1 }
      return .seconds(3600)
    })
    lookout.start()
    defer { lookout.stop() }
    try await waitUntil("it has looked") { always.withLock { $0 } > 0 }
    let asked = Mutex(0)
    try await lookout.wait {
      asked.withLock { count in
        count += 1
        return count == 5 ? nil : .milliseconds(1)
      }
    }
    #expect(asked.withLock { $0 } == 5)
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

  @Test("Within five seconds whatever happens, and never within one")
  func bounds() {
    for isCalm in [false, true] {
      let pace = pace(isCalm: isCalm)
      #expect(pace.pause(at: start, bytes: .max) == .seconds(1))
      #expect(pace.pause(at: start + .milliseconds(900), bytes: .max) == .milliseconds(100))
      #expect(pace.pause(at: start + .seconds(5), bytes: 1000) == nil)
    }
  }

  @Test("After a second where something is wrong or much was appended, otherwise it may wait")
  func need() {
    let second = start + .seconds(1)
    #expect(pace(isCalm: false).pause(at: second, bytes: 1000) == nil)
    #expect(pace(isCalm: true).pause(at: second, bytes: 1000 + UpkeepPace.bytesStep) == nil)
    #expect(pace(isCalm: true).pause(at: second, bytes: 999 + UpkeepPace.bytesStep) == .seconds(1))
    // What was removed meanwhile is no reason.
    #expect(pace(isCalm: true).pause(at: second, bytes: 0) == .seconds(1))
  }
}
