import Glibc
import GodwitTesting
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

  @Test("An alarm rings once and on the thread, whoever sets it, unless it is called off", arguments: [true, false])
  func alarms(isSetThere: Bool) async {
    await withThreads(1) { threads in
      let thread = threads[0]
      let (rings, ring) = AsyncStream.makeStream(of: Int.self)
      let began = LoopInstant.now
      // Or it could ring before it is called off.
      let gate = Gate()
      if !isSetThere { thread.perform { gate.pass() } }
      await Task(executorPreference: isSetThere ? thread : nil) {
        thread.callOffAlarm(thread.setAlarm(at: began + .milliseconds(1)) { ring.yield(1) })
        _ = thread.setAlarm(at: began + .milliseconds(4)) { ring.finish() }
        _ = thread.setAlarm(at: began + .milliseconds(2)) {
          #expect(thread.isCurrent && LoopInstant.now >= began + .milliseconds(2))
          ring.yield(2)
        }
        _ = thread.setAlarm(at: .distantFuture) { ring.yield(3) }
      }.value
      gate.open()
      var heard: [Int] = []
      for await number in rings { heard.append(number) }
      #expect(heard == [2])
    }
  }

  @Test("A patient alarm rings once the thread is awake for something else, and not before its time")
  func patience() async {
    await withThreads(1) { threads in
      let thread = threads[0]
      let (rings, ring) = AsyncStream.makeStream(of: LoopInstant.self)
      let start = LoopInstant.now + .milliseconds(5)
      _ = thread.setAlarm(at: start, tolerance: .seconds(3600)) { ring.yield(.now) }
      // Something else, until it has rung.
      let others = Task {
        while !Task.isCancelled {
          thread.perform {}
          try? await Task.sleep(for: .milliseconds(1))
        }
      }
      for await time in rings {
        #expect(time >= start)
        break
      }
      others.cancel()
    }
  }

  @Test("A thread that was shut down ends once its last alarm has rung or was called off", arguments: [true, false])
  func shutdown(isCalledOff: Bool) async throws {
    weak var ended: LoopThread?
    do {
      let thread = LoopThread(name: "ends")
      ended = thread
      let (rings, ring) = AsyncStream.makeStream(of: Void.self)
      let alarm = thread.setAlarm(at: isCalledOff ? .distantFuture : .now + .milliseconds(2)) { ring.yield() }
      thread.shutdown()
      if isCalledOff { thread.callOffAlarm(alarm) } else { for await _ in rings { break } }
    }
    // The thread holds its loop for as long as it runs.
    for _ in 0..<10_000 where ended != nil { try await Task.sleep(for: .milliseconds(1)) }
    #expect(ended == nil)
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
