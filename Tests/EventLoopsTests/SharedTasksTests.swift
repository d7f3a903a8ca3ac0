import Testing

@testable import EventLoops

/// The executor alone: a process has its shared tasks moved once, and the tests' own are to stay where they are.
@Suite("The threads of shared tasks", .timeLimit(.minutes(5)))
struct SharedTasksTests {
  @Test("Tasks run and sleep on its threads, and many that wait for each other all end", arguments: [1, 3])
  func runs(count: Int) async throws {
    let threads = LoopThreads(count: count, name: "task")
    let tasks = SharedTasks(threads)
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<100 {
        group.addTask(executorPreference: tasks) {
          for _ in 0..<5 { await Task.yield() }
          let began = ContinuousClock.now
          try await Task.sleep(for: .milliseconds(1))
          #expect(.now - began >= .milliseconds(1))
          return (0..<count).contains { threads[$0].isCurrent } ? number : 0
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 99 * 100 / 2)
    threads.shutdown()
  }
}
