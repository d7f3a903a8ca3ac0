/// What a receiver does wrong on purpose, so that a sender can be watched while it copes.
///
///     var outage = Misbehaviour()
///     outage.status = 503
///     outage.duration = .seconds(30)
///     receiver.misbehave(outage)
public struct Misbehaviour: Hashable, Sendable {
  /// How a connection ends instead of with an answer. The raw value is the word in `drop=…`.
  public enum Drop: String, Sendable, CaseIterable {
    /// Closed in good order, without an answer.
    case close
    /// Reset: what the sender sees when a machine or a process behind it dies.
    case reset
    /// Status line, headers and half of the promised body, then closed.
    case half
  }

  /// The status to answer with instead of the right one.
  public var status: Int?
  public var drop: Drop?
  /// How long to wait before anything is answered.
  public var delay: Duration = .zero
  /// How fast the body is read; nil reads as fast as it comes.
  public var readBytesPerSecond: Int?
  /// Goes into `Retry-After`, in whole seconds.
  public var retryAfter: Duration?
  /// Take the data first and misbehave then, so that only the answer is lost.
  public var takesData = false
  /// Answer as if the data was taken, and forget it: a sender cannot notice, whoever counts does. Goes before
  /// `takesData`, `status` and `drop`.
  public var forgets = false
  /// Misbehave at every n-th request only.
  public var every = 1
  /// For how long; nil until it is cleared.
  public var duration: Duration?

  public init() {}
}

/// Decides which requests meet a ``Misbehaviour``. A plain value: the clock is the caller's.
struct MisbehaviourPlan: Sendable {
  private(set) var current: Misbehaviour?
  private var startedAt: ContinuousClock.Instant?
  private var requestCount = 0

  /// Begins anew with `misbehaviour`, or behaves well from now on.
  mutating func set(_ misbehaviour: Misbehaviour?, at now: ContinuousClock.Instant) {
    current = misbehaviour
    startedAt = now
    requestCount = 0
  }

  /// What to do wrong with the request that arrives now; nil for nothing.
  mutating func next(at now: ContinuousClock.Instant) -> Misbehaviour? {
    guard let misbehaviour = current, let startedAt else { return nil }
    if let duration = misbehaviour.duration, startedAt.duration(to: now) >= duration {
      current = nil
      return nil
    }
    requestCount &+= 1
    return requestCount % max(1, misbehaviour.every) == 0 ? misbehaviour : nil
  }
}

/// Why the words of a request for misbehaviour were not understood.
struct MisbehaviourError: Error, Hashable, CustomStringConvertible {
  var description: String
}

extension Misbehaviour {
  /// The longest delay that may be asked for; a connection is not held for ever.
  static let delayMax = Duration.seconds(600)

  /// Reads the parameters of `POST /api/v1/receive/misbehave`. Nil for `status=0`, which clears.
  ///
  /// - Throws: `MisbehaviourError` that names the parameter and what it may be.
  init?(parameters: [(name: String, value: String)]) throws(MisbehaviourError) {
    self.init()
    var clears = parameters.isEmpty
    for (name, value) in parameters {
      switch name {
      case "status":
        guard let number = Int(value), number == 0 || (200...599).contains(number) else {
          throw MisbehaviourError(description: "status is 0 or a number from 200 to 599, not \(value)")
        }
        if number == 0 { clears = true } else { status = number }
      case "drop":
        guard let word = Drop(rawValue: value) else {
          throw MisbehaviourError(description: "drop is close, reset or half, not \(value)")
        }
        drop = word
      case "delay": delay = min(try Self.duration(name, value), Self.delayMax)
      case "for": duration = try Self.duration(name, value)
      case "retry_after": retryAfter = try Self.duration(name, value)
      case "every": every = try Self.positive(name, value)
      case "read_bytes_per_second": readBytesPerSecond = try Self.positive(name, value)
      case "take_data": takesData = try Self.flag(name, value)
      case "forget": forgets = try Self.flag(name, value)
      default:
        throw MisbehaviourError(
          description: "\(name) is not known; there are status, drop, delay, for, retry_after, every, "
            + "read_bytes_per_second, take_data and forget")
      }
    }
    if clears { return nil }
  }

  private static func flag(_ name: String, _ value: String) throws(MisbehaviourError) -> Bool {
    guard let flag = Bool(value) else {
      throw MisbehaviourError(description: "\(name) is true or false, not \(value)")
    }
    return flag
  }

  private static func positive(_ name: String, _ value: String) throws(MisbehaviourError) -> Int {
    guard let number = Int(value), number > 0 else {
      throw MisbehaviourError(description: "\(name) is a whole number above 0, not \(value)")
    }
    return number
  }

  private static func duration(_ name: String, _ value: String) throws(MisbehaviourError) -> Duration {
    guard let duration = duration(words: value) else {
      throw MisbehaviourError(description: "\(name) is a duration such as 500ms, 2s or 1m30s, not \(value)")
    }
    return duration
  }

  /// `1m30s`, `500ms`, or whole seconds without a unit; at most a year.
  private static func duration(words: String) -> Duration? {
    let yearMs = 366 * 86_400_000
    let unitsMs = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "": 1000]
    var rest = Substring(words)
    var totalMs = 0
    if rest.isEmpty { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { !("0"..."9").contains($0) }
      rest = rest.dropFirst(unit.count)
      guard let number = Int(digits), number <= yearMs, let unitMs = unitsMs[String(unit)] else { return nil }
      if unit.isEmpty && (totalMs > 0 || !rest.isEmpty) { return nil }
      totalMs += number * unitMs
      guard totalMs <= yearMs else { return nil }
    }
    return .milliseconds(totalMs)
  }
}
