import MetricModel
import Settings
import Synchronization
import Testing
@testable import Discovery

private func groups(_ addresses: String...) -> [TargetGroup] {
  [TargetGroup(addresses: addresses, labels: LabelSet())]
}

@Suite("Sources that are asked at an interval")
struct PeriodicDiscoveryTests {
  @Test("A part that fails keeps its last good answer; failure and recovery are told once")
  func state() {
    var state = RefreshState()
    #expect(state.changedSnapshot() == nil, "nothing is known, which is not the same as no targets")
    #expect(state.take("a", .failure(DiscoveryFailure("refused"))) == .unusable(part: "a", reason: "refused"))
    #expect(state.changedSnapshot() == nil)
    #expect(state.take("b", .success([])) == nil)
    #expect(state.changedSnapshot() == ["b": []])
    #expect(state.take("a", .success(groups("x:1"))) == .recovered(part: "a"))
    #expect(state.changedSnapshot() == ["a": groups("x:1"), "b": []])
    #expect(state.take("a", .success(groups("x:1"))) == nil)
    #expect(state.changedSnapshot() == nil)
    #expect(state.take("a", .failure(DiscoveryFailure("late"))) == .unusable(part: "a", reason: "late"))
    #expect(state.take("a", .failure(DiscoveryFailure("late"))) == nil)
    #expect(state.take("a", .failure(DiscoveryFailure("refused"))) == .unusable(part: "a", reason: "refused"))
    #expect(state.changedSnapshot() == nil)
    #expect(state.take("a", .success([])) == .recovered(part: "a"))
    #expect(state.changedSnapshot() == ["a": [], "b": []])
  }

  @Test("Rounds follow the clock; snapshots are told when they differ; every round is reported")
  func rounds() async {
    let clock = HandClock()
    let answers = Mutex<[String: Result<[TargetGroup], DiscoveryFailure>]>([
      "a": .success(groups("a:1")), "b": .failure(DiscoveryFailure("no")),
    ])
    let (reports, reporter) = AsyncStream<RefreshEvent>.makeStream()
    var report = reports.makeAsyncIterator()
    let source = PeriodicDiscovery(
      parts: ["a", "b", "a"], interval: .seconds(60), clock: clock,
      ask: { part in answers.withLock { $0[part] } ?? .success([]) }, report: { reporter.yield($0) })
    var updates = source.updates().makeAsyncIterator()
    #expect(await updates.next() == ["a": groups("a:1")])
    #expect(await report.next() == .unusable(part: "b", reason: "no"))
    #expect(await report.next() == .refreshed(took: .zero, failures: 1))
    clock.advance(by: .seconds(60))
    #expect(await report.next() == .refreshed(took: .zero, failures: 1))
    answers.withLock { $0["b"] = .success(groups("b:1")) }
    clock.advance(by: .seconds(60))
    #expect(await updates.next() == ["a": groups("a:1"), "b": groups("b:1")])
    #expect(await report.next() == .recovered(part: "b"))
  }

  @Test("Many parts are asked for a few at a time, and each once")
  func bound() async {
    let state = Mutex((running: 0, most: 0, asked: 0))
    let names = (0..<50).map { "n\($0)" }
    let source = PeriodicDiscovery(
      parts: names, interval: .seconds(60),
      ask: { part in
        state.withLock {
          $0.running += 1
          $0.asked += 1
          $0.most = max($0.most, $0.running)
        }
        for _ in 0..<10 { await Task.yield() }
        state.withLock { $0.running -= 1 }
        return .success(groups(part))
      }, report: { _ in })
    var updates = source.updates().makeAsyncIterator()
    #expect(await updates.next()?.count == 50)
    let (_, most, asked) = state.withLock { $0 }
    #expect(most <= PeriodicDiscovery.asksMax && asked == 50)
  }
}
