import GodwitTesting
import Testing

@testable import Delivery

@Suite("The pace of an endpoint")
struct PaceTests {
  private static let start = ContinuousClock.Instant.now

  private func pace(_ shards: Int) -> Pace {
    var pace = Pace()
    pace.resize(to: shards)
    return pace
  }

  private func permit(
    _ pace: inout Pace, _ shard: Int, after time: Duration = .zero, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Pace.Permit {
    guard case .go(let permit) = pace.ask(shard, at: Self.start + time, random: 0.5) else {
      Issue.record("shard \(shard) has to wait", sourceLocation: sourceLocation)
      throw CancellationError()
    }
    return permit
  }

  @Test("While all is well every shard may have a request under way")
  func free() throws {
    var pace = pace(50)
    for shard in 0..<50 { _ = try permit(&pace, shard) }
    #expect(pace.underWay == 50)
    #expect(!pace.isAnyoneWaiting)
  }

  @Test("Retry-After holds all shards until then, and lets them come one by one over a tenth of the time")
  func hold() throws {
    var pace = pace(4)
    let first = try permit(&pace, 0)
    pace.end(first, .rateLimited(retryAfter: .seconds(5)), at: Self.start)
    let end = Self.start + .seconds(5)
    for (shard, random) in [0.0, 0.4, 0.8].enumerated() {
      let expected = Pace.Permission.wait(until: end + .milliseconds(500) * random, isTroubled: true)
      #expect(pace.ask(shard, at: Self.start + .seconds(1), random: random) == expected)
      // Asking again does not draw another lot.
      #expect(pace.ask(shard, at: end - .nanoseconds(1), random: 0.1) == expected)
    }
    _ = try permit(&pace, 0, after: .seconds(5))
    _ = try permit(&pace, 1, after: .milliseconds(5200))
  }

  @Test("A shorter wish does not shorten a longer one, nor does an answer end it")
  func longestHold() throws {
    var pace = pace(4)
    let permits = try (0..<3).map { try permit(&pace, $0) }
    pace.end(permits[0], .failed(retryAfter: .seconds(30), backoff: .seconds(30)), at: Self.start)
    pace.end(permits[1], .rateLimited(retryAfter: .seconds(1)), at: Self.start)
    pace.end(permits[2], .answered, at: Self.start)
    #expect(pace.heldUntil == Self.start + .seconds(30))
    guard case .wait = pace.ask(3, at: Self.start + .seconds(29), random: 0) else {
      Issue.record("sent in spite of a hold")
      return
    }
  }

  @Test("Each 429 halves what may be under way, down to one; answers raise it again, one for as many as are allowed")
  func halving() throws {
    var pace = pace(8)
    for expected in [4, 2, 1, 1] {
      pace.end(try permit(&pace, 0), .rateLimited(retryAfter: nil), at: Self.start)
      #expect(pace.allowed == expected)
    }
    var answersTo: [Int: Int] = [:]
    for answers in 1...100 where pace.allowed < 8 {
      pace.end(try permit(&pace, 0), .answered, at: Self.start)
      answersTo[pace.allowed] = answersTo[pace.allowed] ?? answers
    }
    #expect(answersTo == [1: 0, 2: 1, 3: 3, 4: 6, 5: 10, 6: 15, 7: 21, 8: 28].filter { $0.key > 1 })
  }

  @Test("Requests that were under way together halve it once")
  func together() throws {
    var pace = pace(8)
    let permits = try (0..<8).map { try permit(&pace, $0) }
    for permit in permits { pace.end(permit, .rateLimited(retryAfter: nil), at: Self.start) }
    #expect(pace.allowed == 4)
  }

  @Test("After a failure one request at a time goes out, a backoff apart, until one is answered")
  func probing() throws {
    var pace = pace(4)
    let permits = try (0..<4).map { try permit(&pace, $0) }
    for permit in permits {
      pace.end(permit, .failed(retryAfter: nil, backoff: .milliseconds(100)), at: Self.start)
    }
    #expect(pace.failures == 2, "the last one was alone under way, the others tell of one failure")
    #expect(
      pace.ask(2, at: Self.start, random: 0) == .wait(until: Self.start + .milliseconds(100), isTroubled: true))
    #expect(
      pace.ask(3, at: Self.start, random: 0) == .wait(until: Self.start + .milliseconds(100), isTroubled: true))
    let probe = try permit(&pace, 2, after: .milliseconds(100))
    #expect(pace.ask(3, at: Self.start + .seconds(9), random: 0) == .wait(until: nil, isTroubled: true))
    pace.end(probe, .answered, at: Self.start + .seconds(9))
    #expect(pace.nextInLine == [3])
    _ = try permit(&pace, 3, after: .seconds(9))
    _ = try permit(&pace, 0, after: .seconds(9))
  }

  @Test("Whoever waits is served in the order of asking, and nobody goes ahead")
  func order() throws {
    var pace = pace(2)
    pace.end(try permit(&pace, 0), .rateLimited(retryAfter: nil), at: Self.start)
    let running = try permit(&pace, 1)
    #expect(pace.ask(0, at: Self.start, random: 0) == .wait(until: nil, isTroubled: false))
    pace.end(running, .unsent, at: Self.start)
    #expect(pace.nextInLine == [0])
    #expect(pace.ask(1, at: Self.start, random: 0) == .wait(until: nil, isTroubled: false))
    pace.leave(0)
    #expect(pace.nextInLine == [1])
    _ = try permit(&pace, 1)
  }

  @Test("Another number of shards keeps what was learnt")
  func resizing() throws {
    var pace = pace(8)
    pace.resize(to: 12)
    #expect(pace.allowed == 12)
    pace.end(try permit(&pace, 0), .rateLimited(retryAfter: nil), at: Self.start)
    pace.resize(to: 20)
    #expect(pace.allowed == 6)
    pace.resize(to: 3)
    #expect(pace.allowed == 3)
    pace.resize(to: 0)
    #expect(pace.allowed == 1)
  }

  /// Shards as they are in life: who waits asks again when its time has come or its bell was rung, and not else.
  private struct Shards {
    var pace: Pace
    var permits: [Int: Pace.Permit] = [:]
    /// Who waits, and until when.
    var waiting: [Int: ContinuousClock.Instant?] = [:]
    var rung: Set<Int> = []
    var sent: [Int]

    func mayAsk(_ shard: Int, at now: ContinuousClock.Instant) -> Bool {
      guard let until = waiting[shard] else { return permits[shard] == nil }
      return rung.contains(shard) || (until.map { $0 <= now } ?? false)
    }

    /// - Returns: whether the shard may send.
    mutating func ask(_ shard: Int, at now: ContinuousClock.Instant, random: Double) -> Bool {
      rung.remove(shard)
      switch pace.ask(shard, at: now, random: random) {
      case .wait(let until, _):
        waiting[shard] = .some(until)
        return false
      case .go(let permit):
        waiting[shard] = nil
        permits[shard] = permit
        sent[shard] += 1
        rung.formUnion(pace.nextInLine)
        return true
      }
    }

    mutating func end(_ shard: Int, _ permit: Pace.Permit, _ ending: Pace.Ending, at now: ContinuousClock.Instant) {
      permits[shard] = nil
      pace.end(permit, ending, at: now)
      rung.formUnion(pace.nextInLine)
    }

    mutating func leave(_ shard: Int) {
      pace.leave(shard)
      waiting[shard] = nil
      rung.formUnion(pace.nextInLine)
    }

    /// Whether somebody will do something without being asked to.
    var isAlive: Bool { !permits.isEmpty || waiting.isEmpty || waiting.contains { $1 != nil || rung.contains($0) } }
  }

  @Test(
    "Whatever is answered: never more under way than allowed, nothing inside a hold, everybody gets on",
    arguments: 0..<100 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let shardCount = Int.random(in: 1...12, using: &random)
    var shards = Shards(pace: pace(shardCount), sent: [Int](repeating: 0, count: shardCount))
    var now = Self.start
    var heldUntil = now
    let troubles = [2, 10, 100][Int(seed % 3)]
    for step in 0..<3000 {
      let story: Comment = "seed \(seed), step \(step)"
      let shard = Int.random(in: 0..<shardCount, using: &random)
      if let permit = shards.permits[shard] {
        let wish: Duration? = random.oneIn(2) ? nil : .milliseconds(Int.random(in: 1...3000, using: &random))
        var ending = Pace.Ending.answered
        if random.oneIn(troubles) {
          ending = random.oneIn(2) ? .rateLimited(retryAfter: wish) : .failed(retryAfter: wish, backoff: .seconds(1))
          heldUntil = max(heldUntil, now + (wish ?? .zero))
        } else if random.oneIn(10) {
          ending = .unsent
        }
        shards.end(shard, permit, ending, at: now)
        if case .failed = ending { #expect(shards.pace.limit == 1, story) }
      } else if random.oneIn(30) {
        shards.leave(shard)
      } else if shards.mayAsk(shard, at: now) {
        let (limit, underWay) = (shards.pace.limit, shards.permits.count)
        if shards.ask(shard, at: now, random: .random(in: 0..<1, using: &random)) {
          #expect(now >= heldUntil, story)
          #expect(underWay < limit, story)
        }
      }
      #expect(shards.pace.underWay == shards.permits.count, story)
      #expect((1...shardCount).contains(shards.pace.allowed), story)
      #expect(shards.isAlive, story)
      now += .milliseconds(Int.random(in: 0...50, using: &random))
    }
    #expect(shards.sent.allSatisfy { $0 > 0 }, "seed \(seed): \(shards.sent)")
  }
}
