import MetricModel
import Settings
import Synchronization
import Testing
@testable import Discovery

/// A source that says what the test says.
private final class ToldSource: DiscoverySource {
  private let listeners = Mutex<[AsyncStream<[String: [TargetGroup]]>.Continuation]>([])

  var starts: Int { listeners.withLock { $0.count } }

  func updates() -> AsyncStream<[String: [TargetGroup]]> {
    AsyncStream { continuation in listeners.withLock { $0.append(continuation) } }
  }

  func tell(_ addresses: String...) {
    let groups = ["x": [TargetGroup(addresses: addresses, labels: LabelSet())]]
    for listener in listeners.withLock({ $0 }) { listener.yield(groups) }
  }
}

/// What a job was handed, one list of addresses each time.
private final class Handed: Sendable {
  private let stream: AsyncStream<[String]>
  private let input: AsyncStream<[String]>.Continuation
  init() { (stream, input) = AsyncStream.makeStream() }
  var apply: @Sendable ([TargetGroup]) -> Void { { [input] in input.yield($0.flatMap(\.addresses)) } }
  func next() async -> [String]? {
    for await addresses in stream { return addresses }
    return nil
  }
}

@Suite("The scheduler of discovery", .timeLimit(.minutes(10)))
struct DiscoverySchedulerTests {
  private func key(_ name: String) -> DiscoverySettings { .http(HTTPDiscoverySettings(url: "http://\(name)/")) }

  private func source(_ name: String, _ source: ToldSource) -> DiscoveryScheduler.Source {
    DiscoveryScheduler.Source(key: key(name)) { source }
  }

  private func waitUntil(_ condition: () -> Bool) async {
    // It comes at once, unless other tests keep every thread busy: then it takes as long as they do.
    let deadline = ContinuousClock.now + .seconds(180)
    while !condition() && ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(1)) }
    #expect(condition())
  }

  @Test("First words come at once, further ones gathered; what is handed over is all that is known")
  func gathering() async {
    let clock = HandClock()
    let notes = Mutex<[DiscoveryNote]>([])
    let scheduler = DiscoveryScheduler(interval: .seconds(5), clock: clock) { note in notes.withLock { $0.append(note) }
    }
    let (a, b, handed) = (ToldSource(), ToldSource(), Handed())
    scheduler.run("job", sources: [source("a", a), source("b", b)], apply: handed.apply)
    await waitUntil { a.starts == 1 && b.starts == 1 }
    a.tell("a:1")
    #expect(await handed.next() == ["a:1"])
    b.tell("b:1")
    #expect(await handed.next() == ["a:1", "b:1"])
    a.tell("a:2")
    await waitUntil { notes.withLock { $0.contains(.delayed(job: "job")) } }
    b.tell("b:2")
    await waitUntil { notes.withLock { $0.count { $0 == .delayed(job: "job") } } == 2 }
    // The first alarm was cancelled for the second; both sleeps end.
    for _ in 0..<2 { clock.advance(by: .seconds(5)) }
    #expect(await handed.next() == ["a:2", "b:2"])
    #expect(notes.withLock { $0.count { $0 == .received(job: "job") } } == 4)
    #expect(notes.withLock { $0.last } == .handedOver(job: "job", targets: 2))
    scheduler.endAll()
  }

  @Test("A job with new settings keeps the sources that are as before, with what they know")
  func keeping() async {
    let scheduler = DiscoveryScheduler(interval: .zero) { _ in }
    let (a, b, c) = (ToldSource(), ToldSource(), ToldSource())
    let (first, second) = (Handed(), Handed())
    scheduler.run("job", sources: [source("a", a), source("b", b)], apply: first.apply)
    await waitUntil { a.starts == 1 && b.starts == 1 }
    a.tell("a:1")
    #expect(await first.next() == ["a:1"])
    b.tell("b:1")
    #expect(await first.next() == ["a:1", "b:1"])
    scheduler.run("job", sources: [source("c", c), source("a", a)], apply: second.apply)
    #expect(await second.next() == ["a:1"])
    await waitUntil { c.starts == 1 }
    b.tell("b:2")
    c.tell("c:1")
    #expect(await second.next() == ["c:1", "a:1"])
    #expect(a.starts == 1, "it runs on")
    scheduler.end("job")
    a.tell("a:2")
    let (other, third) = (ToldSource(), Handed())
    scheduler.run("other", sources: [source("o", other)], apply: third.apply)
    await waitUntil { other.starts == 1 }
    other.tell("o:1")
    #expect(await third.next() == ["o:1"])
    scheduler.endAll()
  }
}
