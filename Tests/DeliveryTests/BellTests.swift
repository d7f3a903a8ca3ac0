import Testing

@testable import Delivery

@Suite("The bell")
struct BellTests {
  @Test("A ring before the wait is kept, and several rings are one")
  func ringsFirst() async {
    let bell = Bell()
    bell.ring()
    bell.ring()
    await bell.wait(until: nil)
    #expect(!bell.isRung)
  }

  @Test("Samples wake only whoever has enough with them; any other ring does at once", .timeLimit(.minutes(5)))
  func samples() async {
    let bell = Bell()
    let waits = Task { await bell.wait(until: nil, orSamples: 100) }
    while !bell.isAwaited { await Task.yield() }
    bell.ring(samples: 60)
    bell.ring(samples: 39)
    #expect(bell.isAwaited)
    bell.ring(samples: 1)
    #expect(!bell.isAwaited)
    await waits.value
    let other = Task { await bell.wait(until: nil, orSamples: .max) }
    while !bell.isAwaited { await Task.yield() }
    bell.ring()
    await other.value
  }

  @Test("The first sample sets the time within which the others may come", .timeLimit(.minutes(5)))
  func patience() async {
    let bell = Bell()
    let waits = Task {
      await bell.wait(until: .now + .seconds(3600), tolerance: .seconds(3600), orSamples: 100, within: .milliseconds(3))
    }
    while !bell.isAwaited { await Task.yield() }
    let began = ContinuousClock.now
    bell.ring(samples: 1)
    #expect(bell.isAwaited)
    bell.ring(samples: 1)
    await waits.value
    #expect(.now - began >= .milliseconds(3))
    // With no time at all the first one is enough.
    let other = Task { await bell.wait(until: nil, orSamples: 100, within: .zero) }
    while !bell.isAwaited { await Task.yield() }
    bell.ring(samples: 1)
    await other.value
  }

  @Test("An alarm's pause lasts as long as was asked, and throws when it is cancelled", .timeLimit(.minutes(5)))
  func pause() async throws {
    let began = ContinuousClock.now
    try await Alarm.task.pause(for: .milliseconds(2), tolerance: .milliseconds(1))
    #expect(.now - began >= .milliseconds(2))
    let task = Task { try await Alarm.task.pause(for: .seconds(3600), tolerance: .zero) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("A wait ends at its deadline", .timeLimit(.minutes(5)))
  func deadline() async {
    let bell = Bell()
    let began = ContinuousClock.now
    await bell.wait(until: began + .milliseconds(2))
    #expect(.now - began >= .milliseconds(2))
    await bell.wait(until: began)
  }

  @Test("A cancelled task does not wait", .timeLimit(.minutes(5)))
  func cancelled() async {
    let bell = Bell()
    let task = Task { await bell.wait(until: nil) }
    task.cancel()
    await task.value
  }

  @Test("A deadline that was not needed any more does not ring later", .timeLimit(.minutes(5)))
  func calledOff() async {
    let bell = Bell()
    for _ in 0..<200 {
      bell.ring()
      await bell.wait(until: .now + .seconds(3600))
    }
    // Give the timers that were called off every chance to run.
    for _ in 0..<2000 { await Task.yield() }
    #expect(!bell.isRung)
  }

  @Test("No ring is lost between two tasks that wait for each other", .timeLimit(.minutes(5)))
  func pingPong() async {
    let (ping, pong) = (Bell(), Bell())
    async let other: Void = {
      for _ in 0..<2000 {
        await ping.wait(until: nil)
        pong.ring()
      }
    }()
    for round in 0..<2000 {
      ping.ring()
      await pong.wait(until: round % 2 == 0 ? nil : .now + .seconds(3600))
    }
    await other
  }
}
