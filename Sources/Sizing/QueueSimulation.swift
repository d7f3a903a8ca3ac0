import Delivery
public import Settings

/// A queue at work against a model endpoint, in virtual time: the agent's own ``ShardPlan``, `Pace` and `RetryPolicy`
/// decide, and nothing waits for a clock. The same settings and seed give the same course, to the bit.
///
/// Samples come in evenly and spread evenly over the shards; a shard has one request under way. What is sent shares one
/// link and one processor in turn. The shards of Prometheus know no common pace: each backs off by itself there. The
/// workers of vmagent are as many as they are.
///
/// - Complexity: O(requests × log shards).
public struct QueueSimulation: Sendable {
  public var program: SenderProgram
  public var queue: QueueSettings
  public var endpoint: EndpointModel
  /// Samples a second that come in.
  public var rate: Double
  /// Samples that wait at the beginning.
  public var waiting = 0.0
  /// Shards at the beginning; nil for `min_shards`.
  public var shards: Int?
  public var seconds = 600.0
  public var seed: UInt64 = 1
  /// How many points a course has.
  public var pointCount = 120

  public init(program: SenderProgram, queue: QueueSettings, endpoint: EndpointModel, rate: Double) {
    self.program = program
    self.queue = queue
    self.endpoint = endpoint
    self.rate = rate
  }

  public func run() -> QueueCourse {
    var engine = SimulationEngine(self)
    return engine.run()
  }
}

/// The state of a simulation.
struct SimulationEngine {
  private static let planInterval = 10.0

  private enum Event {
    case wake(shard: Int, generation: Int)
    case answer(shard: Int, samples: Double, permit: Pace.Permit?, Outcome, began: Double)
    case plan
    case point
  }

  private enum Outcome { case accepted, refused, throttled }

  private struct ShardState {
    var sent = 0.0
    /// What the request under way, or to be tried again, holds.
    var held = 0.0
    var attempt = 0
    /// Since when the oldest sample that waits has been waiting.
    var fillingSince = 0.0
    var isUnderWay = false
    /// Not before this time, after a failure.
    var restsUntil = 0.0
  }

  private struct Tally {
    var taken = 0.0
    var settled = 0.0
    var sent = 0.0
    var sendSeconds = 0.0
    var hadRetries = false
  }

  private let setting: QueueSimulation
  private let origin = ContinuousClock.now
  private let retryPolicy: RetryPolicy
  private var events = EventQueue<Event>()
  private var random: SeededRandom
  private var pace = Pace()
  private var plan = ShardPlan()
  private var shards: [ShardState] = []
  private var generation = 0
  private var generationBegan = 0.0
  private var generationBase = 0.0
  /// How many shards there are to be, while those that run come to an end.
  private var changesTo: Int?
  private var processorFree = 0.0
  private var linkFree = 0.0
  private var tokens: Double
  private var tokensAt = 0.0
  private var settled = 0.0
  private var tally = Tally()
  private var course: QueueCourse

  init(_ setting: QueueSimulation) {
    self.setting = setting
    retryPolicy = RetryPolicy(setting.queue)
    random = SeededRandom(seed: setting.seed)
    tokens = setting.endpoint.limit ?? 0
    course = QueueCourse(
      points: [], seconds: setting.seconds, rate: setting.rate, taken: 0, acknowledged: 0, refused: 0, thrownAway: 0,
      requests: 0, throttled: 0, plan: "")
  }

  private var isPaced: Bool { setting.program == .godwit }
  private var shardsMax: Int { max(1, min(setting.queue.maxShards, 512)) }
  private var batch: Double { Double(max(1, setting.queue.maxSamplesPerSend)) }

  /// Samples that were there or came in until `time`.
  private func taken(_ time: Double) -> Double { setting.waiting + setting.rate * time }

  mutating func run() -> QueueCourse {
    let least = min(max(1, setting.queue.minShards), shardsMax)
    beginGeneration(min(max(setting.shards ?? least, least), shardsMax), at: 0)
    if setting.program != .vmagent { events.add(.plan, at: Self.planInterval) }
    for point in 0...max(1, setting.pointCount) {
      events.add(.point, at: setting.seconds * Double(point) / Double(max(1, setting.pointCount)))
    }
    while let (time, event) = events.next(), time <= setting.seconds {
      switch event {
      case .wake(let shard, let generation) where generation == self.generation: wake(shard, at: time)
      case .wake: break
      case .answer(let shard, let samples, let permit, let outcome, let began):
        answer(shard, samples, permit, outcome, began: began, at: time)
      case .plan: think(at: time)
      case .point:
        course.points.append(
          .init(time: time, waiting: max(0, taken(time) - settled), shards: shards.count))
      }
    }
    course.taken = taken(setting.seconds)
    return course
  }

  // MARK: - Shards

  private mutating func beginGeneration(_ count: Int, at time: Double) {
    changesTo = nil
    generation += 1
    generationBegan = time
    generationBase = max(0, taken(time) - settled)
    shards = Array(repeating: ShardState(fillingSince: time), count: count)
    pace.resize(to: count)
    for shard in shards.indices { events.add(.wake(shard: shard, generation: generation), at: time) }
  }

  /// What a shard has been given and not sent, without what it holds in a request.
  private func available(_ shard: Int, at time: Double) -> Double {
    let share = (generationBase + setting.rate * (time - generationBegan)) / Double(shards.count)
    return max(0, share - shards[shard].sent - shards[shard].held)
  }

  private mutating func wake(_ shard: Int, at time: Double) {
    if shards[shard].isUnderWay { return }
    if changesTo != nil {
      changeIfDrained(at: time)
      return
    }
    if time < shards[shard].restsUntil { return }
    if shards[shard].held <= 0 {
      let ready = available(shard, at: time)
      let deadline = shards[shard].fillingSince + setting.queue.batchSendDeadline.seconds
      // A millionth of a sample and of a second are errors of rounding.
      guard ready >= batch - 1e-6 || (ready >= 1 && time >= deadline - 1e-6) else {
        waitForSamples(shard, ready, deadline: deadline, at: time)
        return
      }
      shards[shard].held = min(batch, ready)
      shards[shard].attempt = 0
    }
    ask(shard, at: time)
  }

  private mutating func waitForSamples(_ shard: Int, _ ready: Double, deadline: Double, at time: Double) {
    guard setting.rate > 0 else { return }
    let perShard = setting.rate / Double(shards.count)
    let full = time + (batch - ready) / perShard
    let due = max(deadline, time + max(0, 1 - ready) / perShard)
    events.add(.wake(shard: shard, generation: generation), at: max(time + 1e-6, min(full, due)))
  }

  private mutating func ask(_ shard: Int, at time: Double) {
    guard isPaced else {
      begin(shard, nil, at: time)
      return
    }
    switch pace.ask(shard, at: instant(time), random: random.next()) {
    case .go(let permit): begin(shard, permit, at: time)
    case .wait(let until?, _):
      events.add(.wake(shard: shard, generation: generation), at: max(time + 1e-6, seconds(until)))
    case .wait(nil, _): break
    }
  }

  private mutating func begin(_ shard: Int, _ permit: Pace.Permit?, at time: Double) {
    let (samples, endpoint) = (shards[shard].held, setting.endpoint)
    shards[shard].isUnderWay = true
    shards[shard].attempt += 1
    course.requests += 1
    processorFree = max(time, processorFree) + samples * endpoint.cpuPerSample / max(endpoint.cores, 0.01)
    var arrives = processorFree
    if let bandwidth = endpoint.bandwidth, bandwidth > 0 {
      linkFree = max(arrives, linkFree) + samples * endpoint.bytesPerSample / bandwidth
      arrives = linkFree
    }
    let wait = endpoint.latency(random.next())
    let outcome: Outcome =
      !lets(in: samples, at: arrives) ? .throttled : random.next() < endpoint.refusedShare ? .refused : .accepted
    // Who says no need not store anything first.
    let answers = arrives + (outcome == .accepted ? wait : wait / 4)
    events.add(.answer(shard: shard, samples: samples, permit: permit, outcome, began: time), at: answers)
  }

  /// Whether the endpoint's limit, of which a second's worth or a request may come at once, has room for a request.
  private mutating func lets(in samples: Double, at time: Double) -> Bool {
    guard let limit = setting.endpoint.limit else { return true }
    tokens = min(max(limit, batch), tokens + limit * max(0, time - tokensAt))
    tokensAt = max(time, tokensAt)
    guard tokens >= samples else { return false }
    tokens -= samples
    return true
  }

  private mutating func answer(
    _ shard: Int, _ samples: Double, _ permit: Pace.Permit?, _ outcome: Outcome, began: Double, at time: Double
  ) {
    shards[shard].isUnderWay = false
    tally.sendSeconds += time - began
    tally.sent += samples
    let isAgain = outcome == .throttled && setting.queue.retryOnRateLimit
    let retryAfter = setting.endpoint.retryAfter.map { Duration.milliseconds(Int64($0 * 1000)) }
    if let permit {
      let ending: Pace.Ending = outcome == .throttled ? .rateLimited(retryAfter: retryAfter) : .answered
      pace.end(permit, ending, at: instant(time))
    }
    if outcome == .throttled { course.throttled += 1 }
    if isAgain {
      tally.hadRetries = true
      rest(shard, retryAfter, at: time)
    } else {
      switch outcome {
      case .accepted: course.acknowledged += samples
      case .refused: course.refused += samples
      case .throttled: course.thrownAway += samples
      }
      settled += samples
      tally.settled += samples
      shards[shard].sent += samples
      shards[shard].held = 0
      shards[shard].fillingSince = time
      events.add(.wake(shard: shard, generation: generation), at: time)
    }
    for next in pace.nextInLine { events.add(.wake(shard: next, generation: generation), at: time) }
  }

  private mutating func rest(_ shard: Int, _ retryAfter: Duration?, at time: Double) {
    let delay = retryPolicy.delay(
      afterAttempt: shards[shard].attempt, retryAfter: retryAfter, random: random.next()
    ).seconds
    // With Retry-After the common pace holds everybody, and lets them come back one by one.
    let ends = isPaced && retryAfter != nil ? time : time + delay
    shards[shard].restsUntil = ends
    events.add(.wake(shard: shard, generation: generation), at: ends)
  }

  // MARK: - The plan

  private mutating func think(at time: Double) {
    events.add(.plan, at: time + Self.planInterval)
    let nowTaken = taken(time)
    let observation = DeliveryObservation(
      seconds: Self.planInterval, taken: nowTaken - max(tally.taken, setting.waiting), settled: tally.settled,
      sent: tally.sent, sendSeconds: tally.sendSeconds, waiting: max(0, nowTaken - settled),
      hadRetries: tally.hadRetries)
    tally = Tally(taken: nowTaken)
    plan.observe(observation)
    guard changesTo == nil else { return }
    let explanation = plan.propose(current: shards.count, observation: observation, queue: setting.queue)
    course.plan = explanation.description
    guard explanation.chosen != shards.count else { return }
    changesTo = explanation.chosen
    changeIfDrained(at: time)
  }

  /// Shards change their number where all stand at one place: requests under way come to their end first.
  private mutating func changeIfDrained(at time: Double) {
    guard let count = changesTo, !shards.contains(where: \.isUnderWay) else { return }
    for shard in shards.indices { pace.leave(shard) }
    beginGeneration(count, at: time)
  }

  private func instant(_ time: Double) -> ContinuousClock.Instant { origin + .nanoseconds(Int64(time * 1e9)) }
  private func seconds(_ instant: ContinuousClock.Instant) -> Double { (instant - origin).seconds }
}
