public import Settings

/// What an endpoint did since the plan was last asked.
public struct DeliveryObservation: Hashable, Sendable {
  /// How long the observation lasted.
  public var seconds: Double
  /// Samples that the log took.
  public var taken: Double
  /// Samples that left, whichever way.
  public var settled: Double
  /// Samples that left by being sent.
  public var sent: Double
  /// Time that shards spent in requests, all added up.
  public var sendSeconds: Double
  /// Samples waiting at the end.
  public var waiting: Double
  /// Whether a request failed in a way that is tried again.
  public var hadRetries: Bool

  public init(
    seconds: Double, taken: Double, settled: Double, sent: Double, sendSeconds: Double, waiting: Double,
    hadRetries: Bool
  ) {
    self.seconds = seconds
    self.taken = taken
    self.settled = settled
    self.sent = sent
    self.sendSeconds = sendSeconds
    self.waiting = waiting
    self.hadRetries = hadRetries
  }
}

/// How many shards an endpoint needs. Pure; every quantity that led to the answer can be read from it.
///
/// `desired = secondsPerSample × (inRate × keptShare + 0.05 × waiting)`: as many requests in flight as it takes to
/// send what comes in, and a twentieth of the backlog each second on top. Rates are smoothed over about a minute.
public struct ShardPlan: Sendable, Equatable {
  /// Weight of the newest observation.
  static let smoothing = 0.2
  /// The share of the backlog that one second should work off.
  static let catchUpPerSecond = 0.05
  /// Changes smaller than this share of the present number are not worth a change.
  static let tolerance = 0.3

  public struct Explanation: Sendable, Equatable, CustomStringConvertible {
    public var samplesPerSecondIn: Double
    public var keptShare: Double
    public var secondsPerSample: Double
    public var waiting: Double
    public var desired: Double
    public var chosen: Int
    public var reason: String

    public var description: String {
      "\(secondsPerSample) s per sample × (\(samplesPerSecondIn) samples/s × \(keptShare) kept + "
        + "\(ShardPlan.catchUpPerSecond) × \(waiting) waiting) = \(desired) shards; \(chosen) chosen: \(reason)"
    }
  }

  private var inRate = 0.0
  private var settledRate = 0.0
  private var sentRate = 0.0
  private var sendTimeRate = 0.0
  private var hasObserved = false

  public init() {}

  public mutating func observe(_ observation: DeliveryObservation) {
    guard observation.seconds > 0 else { return }
    func smooth(_ rate: inout Double, _ amount: Double) {
      let now = amount / observation.seconds
      rate = hasObserved ? rate + Self.smoothing * (now - rate) : now
    }
    smooth(&inRate, observation.taken)
    smooth(&settledRate, observation.settled)
    smooth(&sentRate, observation.sent)
    smooth(&sendTimeRate, observation.sendSeconds)
    hasObserved = true
  }

  /// - Returns: how many shards to run, with the arithmetic; `chosen` equals `current` when nothing should change.
  public func propose(current: Int, observation: DeliveryObservation, queue: QueueSettings) -> Explanation {
    var explanation = Explanation(
      samplesPerSecondIn: inRate, keptShare: settledRate > 0 ? min(1, sentRate / settledRate) : 1,
      secondsPerSample: sentRate > 0 ? sendTimeRate / sentRate : 0, waiting: observation.waiting,
      desired: Double(current), chosen: current, reason: "")
    let shardsMax = min(queue.maxShards, DeliveryLedger.shardsMax)
    let bounded = min(max(current, queue.minShards), shardsMax)
    func keep(_ reason: String) -> Explanation {
      explanation.chosen = bounded
      explanation.reason = reason
      return explanation
    }
    guard sentRate > 0 else { return keep("nothing was sent yet") }
    explanation.desired =
      explanation.secondsPerSample
      * (inRate * explanation.keptShare + Self.catchUpPerSecond * observation.waiting * explanation.keptShare)
    if observation.hadRetries { return keep("the endpoint is refusing or unreachable; more shards would not help") }
    let desired = explanation.desired
    if abs(desired - Double(current)) <= Self.tolerance * Double(current) { return keep("close enough") }
    // A backlog of over ten seconds says that the present number is not too large, whatever the arithmetic says.
    if desired < Double(current), observation.waiting > 10 * inRate { return keep("still catching up") }
    let whole = Int(min(desired.rounded(.up), Double(shardsMax)))
    explanation.chosen = min(max(whole, queue.minShards), shardsMax)
    explanation.reason = explanation.chosen == current ? "at the bound" : "to keep up"
    return explanation
  }
}
