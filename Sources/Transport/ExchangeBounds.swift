import EventLoops
import NIOCore

/// Within what one exchange has to end, redirects included.
struct ExchangeBounds: Sendable {
  let deadline: LoopInstant
  /// What ``deadline`` was made from, for errors.
  let timeout: Duration
  let bodyBytesMax: Int
  let overflow: BodyOverflow

  /// From now on.
  init(timeout: Duration, bodyBytesMax: Int, overflow: BodyOverflow) {
    deadline = .now + timeout
    self.timeout = timeout
    self.bodyBytesMax = bodyBytesMax
    self.overflow = overflow
  }

  /// The same point in time for the library, whose clock is the same. Half of the range at most, so that adding to it
  /// cannot overflow.
  var libraryDeadline: NIODeadline { .uptimeNanoseconds(min(deadline.nanoseconds, UInt64(Int64.max / 2))) }

  /// What a compressed answer may grow to where only its beginning is wanted.
  private static let truncatedDecodedBytesMax = 1 << 20

  /// What a compressed answer may grow to while it is undone, so that a few kilobytes cannot become gigabytes.
  var decodedBytesMax: Int {
    overflow == .fail ? bodyBytesMax : max(bodyBytesMax, Self.truncatedDecodedBytesMax)
  }

  /// What an answer gathers in.
  func collection(at place: String, skipsRedirects: Bool) -> AnswerCollection {
    AnswerCollection(bodyBytesMax: bodyBytesMax, overflow: overflow, skipsRedirects: skipsRedirects, place: place)
  }
}
