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
