import DurableLog
import Foundation
import GodwitTesting
import SimulatedDisk
import Testing

@Suite("Threads for the disk", .timeLimit(.minutes(5)))
struct DiskThreadsTests {
  private static func threadName() -> String {
    let name = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
    return name.trimmingCharacters(in: .newlines)
  }

  @Test("Tasks run on its threads, which have names, and come back to the others")
  func names() async throws {
    let threads = DiskThreads(name: "a-disk", count: 2)
    defer { threads.shutdown() }
    let inside = await withTaskExecutorPreference(threads) { await Self.nameInTask() }
    #expect(["a-disk-1", "a-disk-2"].contains(inside))
    #expect(await Task(executorPreference: threads) { Self.threadName() }.value.hasPrefix("a-disk-"))
    #expect(await !Task { Self.threadName() }.value.hasPrefix("a-disk-"))
  }

  @concurrent private static func nameInTask() async -> String {
    await Task.yield()
    return threadName()
  }

  @Test("Many tasks run, each once, on no more threads than there are", arguments: [1, 2, 8])
  func many(count: Int) async throws {
    let threads = DiskThreads(count: count)
    defer { threads.shutdown() }
    #expect(threads.threads == 0)
    let names = Shared<[String: Int]>([:])
    await withTaskGroup { group in
      for _ in 0..<2_000 {
        group.addTask(executorPreference: threads) {
          await Task.yield()
          names.change { $0[Self.threadName(), default: 0] += 1 }
        }
      }
    }
    #expect(names.value.values.reduce(0, +) == 2_000)
    #expect(names.value.count <= count)
    #expect(threads.threads <= count)
  }

  @Test("Jobs of one thread begin in the order in which they came")
  func order() async throws {
    let threads = DiskThreads(count: 1)
    defer { threads.shutdown() }
    let gate = Gate()
    let blocked = Task(executorPreference: threads) { gate.pass() }
    try await waitUntil("the thread is blocked") { gate.waiting == 1 }
    let begun = Shared<[Int]>([])
    let tasks = (0..<500).map { number in
      Task(executorPreference: threads) { begun.change { $0.append(number) } }
    }
    gate.open()
    await blocked.value
    for task in tasks { await task.value }
    #expect(begun.value == Array(0..<500))
  }

  @Test("A blocked thread stops neither the others nor the tasks elsewhere", arguments: [2, 4])
  func blocked(count: Int) async throws {
    let threads = DiskThreads(count: count)
    defer { threads.shutdown() }
    let gate = Gate()
    let blocked = (1..<count).map { _ in Task(executorPreference: threads) { gate.pass() } }
    try await waitUntil("all threads but one are blocked") { gate.waiting == count - 1 }
    for number in 0..<100 { #expect(await Task(executorPreference: threads) { number }.value == number) }
    gate.open()
    for task in blocked { await task.value }
  }

  @Test("Jobs from before and after the shutdown run, and then no thread is left")
  func shutdown() async throws {
    let threads = DiskThreads(count: 3)
    let gate = Gate()
    let before = (0..<50).map { _ in Task(executorPreference: threads) { gate.pass() } }
    try await waitUntil("all threads are blocked") { gate.waiting == 3 }
    threads.shutdown()
    let after = (0..<50).map { number in Task(executorPreference: threads) { number } }
    gate.open()
    for task in before { await task.value }
    #expect(await after.asyncValues() == Array(0..<50))
    try await waitUntil("the threads have ended") { threads.threads == 0 }
    #expect(await Task(executorPreference: threads) { 7 }.value == 7)
    try await waitUntil("the late thread has ended") { threads.threads == 0 }
  }
}

extension [Task<Int, Never>] {
  fileprivate func asyncValues() async -> [Int] {
    var values: [Int] = []
    for task in self { values.append(await task.value) }
    return values
  }
}
