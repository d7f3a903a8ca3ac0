import NIOCore

/// When a connection has to be given up. It only computes: what happens goes in with its time, a deadline comes out.
///
/// A client owes something in each phase: the head of a request once it has begun one, the rest of the request, taking
/// the answer, or, when nothing is under way, another request before the connection counts as abandoned. While the
/// answer is being made nothing is owed.
struct ConnectionClock {
  let headTimeout: TimeAmount
  let readTimeout: TimeAmount
  let headBytesMax: Int

  private var headDeadline: NIODeadline?
  private var bodyDeadline: NIODeadline?
  private var answerDeadline: NIODeadline?
  private var idleDeadline: NIODeadline?
  private var headBytes = 0
  /// Requests whose head came and whose answer is not complete.
  private var unansweredCount = 0

  /// A new connection owes the head of a request at once.
  init(headTimeout: TimeAmount, readTimeout: TimeAmount, headBytesMax: Int, now: NIODeadline) {
    self.headTimeout = min(headTimeout, readTimeout)
    self.readTimeout = readTimeout
    self.headBytesMax = headBytesMax
    headDeadline = now + self.headTimeout
  }

  /// The time at which the client has broken its word; nil while it owes nothing.
  var deadline: NIODeadline? {
    let first = Self.earlier(headDeadline, bodyDeadline)
    return Self.earlier(Self.earlier(first, answerDeadline), unansweredCount == 0 ? idleDeadline : nil)
  }

  var isReadingBody: Bool { bodyDeadline != nil }

  /// Whether the head that is arriving is longer than it may be.
  var isHeadTooLarge: Bool { headBytes > headBytesMax }

  /// Whether no answer to an earlier request is still to come before that to the last one.
  var isFirstInLine: Bool { unansweredCount <= 1 }

  /// Bytes came, before it is known of what.
  mutating func bytesArrived(_ count: Int, now: NIODeadline) {
    guard !isReadingBody else { return }
    headBytes += count
    // Who sends ahead while the answer to the last request is being made is in no hurry of ours.
    if headDeadline == nil && unansweredCount == 0 { headDeadline = now + headTimeout }
    idleDeadline = nil
  }

  mutating func headRead(now: NIODeadline) {
    headBytes = 0
    headDeadline = nil
    idleDeadline = nil
    bodyDeadline = now + readTimeout
    unansweredCount += 1
  }

  mutating func requestRead(now: NIODeadline) {
    bodyDeadline = nil
    rest(now: now)
  }

  mutating func answerBegun(now: NIODeadline) { answerDeadline = now + readTimeout }

  mutating func answerEnded(now: NIODeadline) {
    answerDeadline = nil
    unansweredCount = max(0, unansweredCount - 1)
    rest(now: now)
  }

  private static func earlier(_ one: NIODeadline?, _ other: NIODeadline?) -> NIODeadline? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  private mutating func rest(now: NIODeadline) {
    guard unansweredCount == 0, bodyDeadline == nil else { return }
    // What the last chunk had beyond its request is the beginning of the next; a head that is complete was counted.
    headBytes = 0
    headDeadline = nil
    idleDeadline = now + readTimeout
  }
}
