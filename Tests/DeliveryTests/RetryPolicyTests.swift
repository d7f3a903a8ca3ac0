import GodwitTesting
import Settings
import Testing

@testable import Delivery

@Suite("The retry policy")
struct RetryPolicyTests {
  private func policy(_ minBackoff: Duration = .milliseconds(30), _ maxBackoff: Duration = .seconds(5)) -> RetryPolicy {
    var queue = QueueSettings()
    queue.minBackoff = minBackoff
    queue.maxBackoff = maxBackoff
    return RetryPolicy(queue)
  }

  @Test(
    "Doubles from the least to the greatest delay",
    arguments: [
      (1, 30), (2, 60), (3, 120), (4, 240), (5, 480), (6, 960), (7, 1920), (8, 3840), (9, 5000), (10, 5000),
      (1000, 5000), (Int.max, 5000),
    ])
  func doubling(attempt: Int, milliseconds: Int) {
    // In the middle of the jitter nothing is added or taken away.
    let delay = policy().delay(afterAttempt: attempt, retryAfter: nil, random: 0.5)
    #expect(abs(delay.seconds - Double(milliseconds) / 1000) < 1e-9)
  }

  @Test("Jitter is a tenth at most, and a delay is never below 0.8 of the one before", arguments: 1...12)
  func jitter(attempt: Int) {
    let policy = policy()
    let middle = policy.delay(afterAttempt: attempt, retryAfter: nil, random: 0.5).seconds
    for random in [0, 0.25, 0.75, 0.999_999] {
      let delay = policy.delay(afterAttempt: attempt, retryAfter: nil, random: random).seconds
      #expect(delay >= middle * 0.9 - 1e-9 && delay <= middle * 1.1 + 1e-9)
      for next in [0, 0.5, 0.999_999] {
        #expect(policy.delay(afterAttempt: attempt + 1, retryAfter: nil, random: next).seconds >= 0.8 * delay)
      }
    }
  }

  @Test(
    "Over a whole course, the cap included, no delay is below 0.8 of the one before or above the cap by more than a tenth",
    arguments: [(1, 60_000), (30, 5000), (30, 30), (500, 60_000), (5000, 5001)], [1, 2, 3, 4] as [UInt64])
  func course(bounds: (Int, Int), seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let policy = policy(.milliseconds(bounds.0), .milliseconds(bounds.1))
    for _ in 0..<200 {
      var last: Duration = .zero
      for attempt in 1...40 {
        // The ends of the jitter as often as what lies between.
        let drawn = [0, 1.0.nextDown, Double.random(in: 0..<1, using: &random)].randomElement(using: &random) ?? 0
        let delay = policy.delay(afterAttempt: attempt, retryAfter: nil, random: drawn)
        #expect(delay >= last * 0.8, "seed \(seed), attempt \(attempt)")
        #expect(delay <= .milliseconds(bounds.1) * 1.1, "seed \(seed), attempt \(attempt)")
        last = delay
      }
    }
  }

  @Test("Without a word from the endpoint at least three attempts fall into twenty seconds of failures")
  func attemptsInTime() {
    let policy = RetryPolicy(QueueSettings())
    let delays = (1...40).map { policy.delay(afterAttempt: $0, retryAfter: nil, random: 1.0.nextDown) }
    var (time, attempts) = (Duration.zero, 1)
    for delay in delays where time + delay < .seconds(20) {
      time += delay
      attempts += 1
    }
    #expect(attempts >= 3)
    #expect(delays.allSatisfy { $0 >= .milliseconds(1) && $0 <= .seconds(60) })
  }

  @Test("Retry-After wins over the backoff and is cut at its bound")
  func retryAfter() {
    let policy = policy()
    #expect(policy.delay(afterAttempt: 1, retryAfter: .seconds(7), random: 0.9) == .seconds(7))
    #expect(policy.delay(afterAttempt: 20, retryAfter: .seconds(1), random: 0) == .seconds(1))
    #expect(policy.delay(afterAttempt: 1, retryAfter: .seconds(86_400), random: 0) == RetryPolicy.retryAfterMax)
    #expect(policy.delay(afterAttempt: 1, retryAfter: .zero, random: 0.5) == .milliseconds(30))
  }

  @Test("A greatest delay below the least one counts as the least one")
  func crossedBounds() {
    #expect(policy(.seconds(2), .seconds(1)).delay(afterAttempt: 5, retryAfter: nil, random: 0.5) == .seconds(2))
  }
}
