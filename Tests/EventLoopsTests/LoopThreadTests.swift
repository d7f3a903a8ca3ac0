import Glibc
import Testing

@testable import EventLoops

@Suite("A thread with a loop", .timeLimit(.minutes(5)))
struct LoopThreadTests {
  /// The calling thread, so that two places can be compared.
  private func here() -> UInt { UInt(pthread_self()) }

  private func withThreads<Result: Sendable>(
    _ count: Int, _ body: @Sendable (LoopThreads) async throws -> Result
  ) async rethrows -> Result {
    let threads = LoopThreads(count: count)
    defer { threads.shutdown() }
    return try await body(threads)
  }

  @Test("A task stays on its thread through sleeps and through other tasks it waits for")
  func stays() async throws {
    try await withThreads(2) { threads in
      let task = Task(executorPreference: threads[1]) {
        var seen: Set<UInt> = [here()]
        for _ in 0..<3 {
          try await LoopThread.sleep(for: .milliseconds(1))
          seen.insert(here())
          await Task(executorPreference: threads[0]) {}.value
          seen.insert(here())
        }
        return seen
      }
      let seen = try await task.value
      #expect(seen.count == 1)
    }
  }

  @Test("Any number has a thread, and always the same", arguments: [0, 1, 2, 3, 4, -1, Int.max, Int.min])
  func numbers(_ number: Int) async {
    await withThreads(3) { threads in
      #expect(threads.count == 3)
      #expect(threads[number] === threads[number])
      #expect((0..<3).contains { threads[$0] === threads[number] })
    }
  }

  @Test("A sleep lasts as long as was asked, on such a thread and elsewhere")
  func lasts() async throws {
    try await withThreads(1) { threads in
      for preference in [threads[0], nil] as [LoopThread?] {
        let task = Task(executorPreference: preference) {
          let began = ContinuousClock.now
          try await LoopThread.sleep(for: .milliseconds(5))
          return ContinuousClock.now - began
        }
        let lasted = try await task.value
        #expect(lasted >= .milliseconds(5))
      }
    }
  }

  @Test("A cancelled sleep throws at once, whether it has begun or not", arguments: [true, false])
  func cancelled(hasBegun: Bool) async {
    await withThreads(1) { threads in
      let (begun, begins) = AsyncStream.makeStream(of: Void.self)
      let task = Task(executorPreference: threads[0]) {
        if !hasBegun { withUnsafeCurrentTask { $0?.cancel() } }
        begins.yield()
        try await LoopThread.sleep(for: .seconds(3600))
      }
      for await _ in begun { break }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test("An alarm rings once, unless it is called off; elsewhere there is none")
  func alarms() async {
    await withThreads(1) { threads in
      #expect(LoopThread.alarm(after: .zero, {}) == nil)
      let (rings, ring) = AsyncStream.makeStream(of: Int.self)
      await Task(executorPreference: threads[0]) {
        let cancel = LoopThread.alarm(after: .milliseconds(1)) { ring.yield(1) }
        cancel?()
        _ = LoopThread.alarm(after: .milliseconds(2)) { ring.yield(2) }
        _ = LoopThread.alarm(after: .milliseconds(3)) { ring.finish() }
      }.value
      var heard: [Int] = []
      for await number in rings { heard.append(number) }
      #expect(heard == [2])
    }
  }

  @Test("Many tasks on one thread that wake each other all end")
  func relay() async {
    await withThreads(1) { threads in
      let sum = await withTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask(executorPreference: threads[0]) {
            for _ in 0..<10 { await Task.yield() }
            return number
          }
        }
        return await group.reduce(0, +)
      }
      #expect(sum == 199 * 100)
    }
  }
}
