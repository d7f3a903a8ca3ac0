/// How fast an endpoint may be sent to. It decides for all shards of the endpoint together when a request may begin, so
/// that catching up never exceeds what the endpoint allows. Pure: the caller brings the clock and the randomness.
///
/// - `Retry-After` holds every shard until then. Afterwards they come one by one, spread over a tenth of that time (one
///   second at most), as nobody is helped when all of them come in the same instant.
/// - A 429 halves the number of requests that may be under way, to no less than one. Requests that were under way
///   together say the same thing and halve it once. For as many answers as are allowed under way, one more is.
/// - After a 5xx, or none, one request at a time is let through, a backoff apart, until one is answered.
///
/// Shards that wait are served in the order in which they came.
///
/// - Complexity: O(1) while nobody waits, else linear in the number of waiting shards.
package struct Pace: Sendable {
  package typealias Instant = ContinuousClock.Instant

  /// The right to have one request under way.
  package struct Permit: Hashable, Sendable {
    /// How often the allowed number had been halved when the request began.
    fileprivate var halvings: Int
  }

  package enum Permission: Hashable, Sendable {
    case go(Permit)
    /// To ask again at that time, or when woken: see ``Pace/nextInLine``. `isTroubled` while the endpoint fails or asked for time; otherwise
    /// only the requests under way have to end.
    case wait(until: Instant?, isTroubled: Bool)
  }

  /// How a request ended, as far as it concerns the pace.
  package enum Ending: Hashable, Sendable {
    /// The endpoint works, whatever it thinks of the samples.
    case answered
    /// 429.
    case rateLimited(retryAfter: Duration?)
    /// 5xx, or no answer. No other request begins within `backoff`.
    case failed(retryAfter: Duration?, backoff: Duration)
    /// It was not sent after all.
    case unsent
  }

  private struct Waiter: Sendable {
    var shard: Int
    /// Where in the spread after a hold the shard has its turn: 0..<1.
    var offset: Double
  }

  private static let spreadMax: Duration = .seconds(1)

  private(set) var shardCount = 1
  /// How many requests may be under way while the endpoint works: 1...`shardCount`.
  private(set) var allowed = 1
  private(set) var underWay = 0
  /// Failures in a row, those counted once that were under way together.
  private(set) var failures = 0
  /// Nothing begins before.
  private(set) var heldUntil: Instant?
  private var spread: Duration = .zero
  private var backoffUntil: Instant?
  private var halvings = 0
  private var answers = 0
  private var waiters: [Waiter] = []

  package init() {}

  /// How many requests may be under way now.
  var limit: Int { failures > 0 ? 1 : allowed }
  var isAnyoneWaiting: Bool { !waiters.isEmpty }
  private var freePlaces: Int { max(0, limit - underWay) }

  /// Sets the number of shards, which is the most that is ever allowed under way. What was learnt about the endpoint
  /// is kept.
  package mutating func resize(to count: Int) {
    allowed = allowed == shardCount ? max(1, count) : max(1, min(allowed, count))
    shardCount = max(1, count)
  }

  /// Asks whether `shard` may begin a request now. If not it waits in line, until it may or ``leave(_:)``.
  package mutating func ask(_ shard: Int, at now: Instant, random: @autoclosure () -> Double) -> Permission {
    if waiters.isEmpty && underWay < limit && isOpen(offset: 0, at: now) { return begin() }
    let place: Int
    if let known = waiters.firstIndex(where: { $0.shard == shard }) {
      place = known
    } else {
      place = waiters.count
      waiters.append(Waiter(shard: shard, offset: random()))
    }
    if let opening = opening(offset: waiters[place].offset), now < opening {
      return .wait(until: opening, isTroubled: true)
    }
    let earlier = waiters[..<place].count { isOpen(offset: $0.offset, at: now) }
    guard earlier < freePlaces else { return .wait(until: nil, isTroubled: failures > 0) }
    waiters.remove(at: place)
    return begin()
  }

  /// The shard waits no more.
  package mutating func leave(_ shard: Int) { waiters.removeAll { $0.shard == shard } }

  package mutating func end(_ permit: Permit, _ ending: Ending, at now: Instant) {
    let wasAlone = underWay == 1
    underWay -= 1
    switch ending {
    case .unsent: break
    case .answered:
      failures = 0
      backoffUntil = nil
      guard allowed < shardCount else { return }
      answers += 1
      if answers >= allowed {
        allowed += 1
        answers = 0
      }
    case .rateLimited(let retryAfter):
      if permit.halvings == halvings {
        allowed = max(1, allowed / 2)
        halvings += 1
        answers = 0
      }
      hold(for: retryAfter, at: now)
    case .failed(let retryAfter, let backoff):
      failures = failures == 0 || wasAlone ? min(failures, 1 << 20) + 1 : failures
      backoffUntil = max(backoffUntil ?? now, now + backoff)
      hold(for: retryAfter, at: now)
    }
  }

  /// The endpoint asked for so much time.
  mutating func hold(for time: Duration?, at now: Instant) {
    guard let time, time > .zero, heldUntil.map({ $0 < now + time }) ?? true else { return }
    heldUntil = now + time
    spread = min(time / 10, Self.spreadMax)
  }

  /// The waiting shards whose turn is next, to be woken after every change: each asks again, and during a hold learns
  /// until when. Without that the first in line could wait for ever, as it was told no time while others were ahead.
  package var nextInLine: [Int] { waiters.isEmpty ? [] : waiters.prefix(freePlaces).map(\.shard) }

  private mutating func begin() -> Permission {
    underWay += 1
    return .go(Permit(halvings: halvings))
  }

  /// When hold and backoff are over for who stands at `offset`; nil where there was neither.
  private func opening(offset: Double) -> Instant? {
    let held = heldUntil.map { $0 + spread * offset }
    guard let held, let backoffUntil else { return held ?? backoffUntil }
    return max(held, backoffUntil)
  }

  private func isOpen(offset: Double, at now: Instant) -> Bool { opening(offset: offset).map { $0 <= now } ?? true }
}
