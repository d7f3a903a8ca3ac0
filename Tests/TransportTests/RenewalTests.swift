import GodwitTesting
import NIOCore
import Synchronization
import Testing
@testable import Transport

@Suite("Values that expire")
struct RenewalTests {
  private typealias Table = RenewalTable<String, Int>

  /// What a step amounts to, in a word.
  private func word(_ step: Table.Step) -> String {
    switch step {
    case .use(let value): "use \(value)"
    case .fetch: "fetch"
    case .wait: "wait"
    }
  }

  @Test("One fetches, the others wait, and the value serves until ten seconds before its end")
  func life() {
    var table = Table(margin: 10)
    #expect(word(table.ask("a", at: 100)) == "fetch")
    #expect(word(table.ask("a", at: 100)) == "wait")
    #expect(word(table.ask("b", at: 100)) == "fetch")
    table.fetched("a", Expiring(value: 1, expiry: 200))
    #expect(word(table.ask("a", at: 101)) == "use 1")
    #expect(word(table.ask("a", at: 190)) == "use 1")
    #expect(word(table.ask("a", at: 191)) == "fetch")
    #expect(word(table.ask("a", at: 191)) == "wait")
    table.fetched("a", Expiring(value: 2, expiry: nil))
    #expect(word(table.ask("a", at: .max)) == "use 2")
  }

  @Test("A fetch that failed is tried again by who asks next")
  func failure() {
    var table = Table(margin: 10)
    _ = table.ask("a", at: 0)
    table.fetched("a", nil)
    #expect(word(table.ask("a", at: 0)) == "fetch")
  }

  @Test("A refused value goes, once within a minute, and only when it is the one held")
  func renunciation() {
    var table = Table(margin: 10)
    _ = table.ask("a", at: 0)
    table.fetched("a", Expiring(value: 1, expiry: nil))
    let first = table.renounce("a", 1, at: 1_000)
    #expect(first && table.held("a", at: 1_000) == nil)
    // A second one that was sent with the same value: somebody was faster.
    let second = table.renounce("a", 1, at: 1_000)
    #expect(second)
    _ = table.ask("a", at: 1_000)
    table.fetched("a", Expiring(value: 2, expiry: nil))
    let late = table.renounce("a", 1, at: 1_001)
    #expect(late && table.held("a", at: 1_001) == 2)
    let tooSoon = table.renounce("a", 2, at: 1_059)
    #expect(!tooSoon && table.held("a", at: 1_059) == 2)
    let later = table.renounce("a", 2, at: 1_060)
    #expect(later)
  }

  @Test("The table starts over before it grows without end, and forgets nobody who fetches")
  func bound() {
    var table = Table(margin: 10)
    _ = table.ask("first", at: 0)
    for number in 1..<Table.entriesMax {
      _ = table.ask("\(number)", at: 0)
      table.fetched("\(number)", Expiring(value: number, expiry: nil))
    }
    #expect(table.count == Table.entriesMax)
    #expect(word(table.ask("one more", at: 0)) == "fetch")
    #expect(table.count == 2)
    #expect(word(table.ask("first", at: 0)) == "wait")
  }

  @Test("Many who ask at once cause one fetch and get its value")
  func sharing() async throws {
    let door = Door()
    let fetches = Counter()
    let renewal = SharedRenewal<String, Int>(margin: 10, now: { 0 })
    let fetch: @Sendable () async -> Result<Expiring<Int>, TransportError> = {
      fetches.next()
      await door.pass()
      // Expired as it comes: who waited gets it all the same.
      return .success(Expiring(value: 7, expiry: -1))
    }
    let values = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 {
        group.addTask { try await renewal.value(for: "k", place: "p", deadline: .distantFuture, fetch: fetch) }
      }
      while renewal.waitingCount < 50 { await Task.yield() }
      door.open()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(values == Array(repeating: 7, count: 50))
    #expect(fetches.next() == 2)
  }

  @Test("Who runs out of time or is cancelled leaves, and the fetch goes on for the others")
  func impatience() async throws {
    let door = Door()
    let renewal = SharedRenewal<String, Int>(margin: 10, now: { 0 })
    let fetch: @Sendable () async -> Result<Expiring<Int>, TransportError> = {
      await door.pass()
      return .success(Expiring(value: 1, expiry: nil))
    }
    let patient = Task { try await renewal.value(for: "k", place: "p", deadline: .distantFuture, fetch: fetch) }
    let cancelled = Task { try await renewal.value(for: "k", place: "p", deadline: .distantFuture, fetch: fetch) }
    while renewal.waitingCount < 2 { await Task.yield() }
    cancelled.cancel()
    await #expect(throws: TransportError(.cancelled, at: "", "")) { try await cancelled.value }
    await #expect(throws: TransportError(.timedOut, at: "", "")) {
      try await renewal.value(for: "k", place: "p", deadline: .now(), fetch: fetch)
    }
    door.open()
    #expect(try await patient.value == 1)
    #expect(try await renewal.value(for: "k", place: "p", deadline: .now(), fetch: fetch) == 1)
  }
}

/// Counts from 1.
final class Counter: Sendable {
  private let last = Atomic(0)

  @discardableResult func next() -> Int { last.add(1, ordering: .relaxed).newValue }
}
