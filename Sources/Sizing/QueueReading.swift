/// What an endpoint's queue did over a stretch of time, in samples and seconds.
///
/// From two pages it is what happened between them; from one it is the average over the life of the process, which says
/// little about now.
public struct QueueReading: Sendable, Hashable {
  public var name: String
  public var url: String
  /// How long the stretch lasted.
  public var seconds: Double
  /// Whether it is the average of a whole life.
  public var isLifetime: Bool
  /// For how long the process had been running at the end, where the pages tell.
  public var uptimeSeconds: Double?

  /// Samples a second that came in for the endpoint, those included that rules drop.
  public var inRate: Double?
  /// Samples a second that the endpoint acknowledged.
  public var acknowledgedRate: Double
  public var attemptedRate: Double
  public var retriedRate: Double
  /// Samples a second that the endpoint refused for good.
  public var failedRate: Double
  public var droppedByRuleRate: Double
  public var droppedUnmeantRate: Double
  public var droppedUnexplainedRate: Double
  /// Seconds that a request took on average; nil when there was none.
  public var latency: Double?
  public var requestsRate: Double
  public var samplesPerRequest: Double?
  public var bytesRate: Double?
  public var bytesPerSample: Double?
  public var enqueueRetriesRate: Double?
  public var answers429Rate: Double?

  /// At the end.
  public var pending: Double
  /// How much ``pending`` grew, a second.
  public var pendingGrowth: Double?
  public var shards, shardsDesired, shardsMin, shardsMax, capacity, batch: Double?
  public var requestSamplesMax: Double?
  /// The shards at the beginning.
  public var shardsBefore: Double?
  /// Seconds that the newest timestamp sent is behind the newest taken.
  public var lag: Double?
  /// How much ``lag`` grew, in seconds a second: 1 is a standstill.
  public var lagGrowth: Double?

  /// CPU seconds a second, of the whole process.
  public var cpuRate: Double?
  public var cores: Double?
  /// What the log grew by for each sample taken, in bytes.
  public var storedBytesPerSample: Double?

  /// Samples a second that are to be sent: what came in without what rules drop.
  public var keptRate: Double? { inRate.map { max(0, $0 - droppedByRuleRate - droppedUnexplainedRate) } }

  /// `pending ÷ (shards × capacity)`: how full the shards are. Godwit counts as pending what waits in its log too, so
  /// there it may be more than 1.
  public var saturation: Double? {
    guard let shards, let capacity, shards * capacity > 0 else { return nil }
    return pending / (shards * capacity)
  }

  /// The share of their time that shards spent waiting for answers.
  public var busy: Double? {
    guard let latency, let shards, shards > 0 else { return nil }
    return requestsRate * latency / shards
  }

  /// What waits for the endpoint in samples, in the log and in shards: whichever of the two ways of telling says more.
  /// Prometheus counts as pending only what its shards hold; how far it is behind says the rest.
  public var backlog: Double {
    guard let lag, let kept = keptRate, lag > 1 else { return pending }
    return max(pending, lag * kept)
  }

  /// How much ``backlog`` grew, in samples a second.
  public var backlogGrowth: Double? {
    let byLag = lagGrowth.flatMap { growth in keptRate.map { growth * $0 } }
    guard let pendingGrowth else { return byLag }
    guard let byLag, let lag, let kept = keptRate, lag * kept > pending else { return pendingGrowth }
    return byLag
  }
}

extension QueueReading {
  /// What happened between two pages.
  ///
  /// - Parameter seconds: how far they are apart.
  /// - Throws: `SizingError` when a counter went backwards: the process began anew in between.
  init(
    _ before: QueueSnapshot, _ after: QueueSnapshot, from first: SenderSnapshot, to second: SenderSnapshot,
    seconds: Double
  ) throws(SizingError) {
    let counters: [(Double?, Double?)] = [
      (before.attempted, after.attempted), (before.requests, after.requests), (before.taken, after.taken),
      (before.failed, after.failed), (first.process.cpuSeconds, second.process.cpuSeconds),
    ]
    let goesBack = counters.contains { pair in (pair.0 ?? 0) > (pair.1 ?? .infinity) }
    if goesBack || (first.process.startedAt ?? 0) != (second.process.startedAt ?? 0) {
      throw SizingError(
        "the process of \"\(after.name)\" began anew between the two pages, or they are in the wrong order: take two of "
          + "one life, the older one first")
    }
    self.init(before, after, first.process, second.process, seconds: seconds, isLifetime: false)
    shardsBefore = before.shards
    if let start = before.pending, let end = after.pending { pendingGrowth = (end - start) / seconds }
    if let start = Self.lag(before), let end = Self.lag(after) { lagGrowth = (end - start) / seconds }
  }

  /// The average over a life.
  ///
  /// - Parameter now: when the page was made, in seconds since the epoch; nil to go by its newest timestamp.
  /// - Returns: nil when nothing tells how long the life is.
  init?(_ snapshot: QueueSnapshot, of sender: SenderSnapshot, now: Double?) {
    guard let start = sender.process.startedAt, let end = now ?? sender.process.newest, end - start >= 1 else {
      return nil
    }
    self.init(QueueSnapshot(), snapshot, ProcessSnapshot(), sender.process, seconds: end - start, isLifetime: true)
    // Godwit counts what its log has taken since there is one, not since the process began.
    if sender.program == .godwit { inRate = acknowledgedRate + failedRate + droppedByRuleRate + pending / seconds }
    storedBytesPerSample = nil
    if uptimeSeconds == nil { uptimeSeconds = end - start }
  }

  private init(
    _ before: QueueSnapshot, _ after: QueueSnapshot, _ earlier: ProcessSnapshot, _ later: ProcessSnapshot,
    seconds: Double, isLifetime: Bool
  ) {
    func grown(_ path: KeyPath<QueueSnapshot, Double?>) -> Double? {
      after[keyPath: path].map { max(0, $0 - (before[keyPath: path] ?? 0)) }
    }
    func rate(_ path: KeyPath<QueueSnapshot, Double?>) -> Double? { grown(path).map { $0 / seconds } }
    name = after.name
    url = after.url
    self.seconds = seconds
    self.isLifetime = isLifetime
    attemptedRate = rate(\.attempted) ?? 0
    retriedRate = rate(\.retried) ?? 0
    failedRate = rate(\.failed) ?? 0
    acknowledgedRate = rate(\.acknowledged) ?? max(0, attemptedRate - retriedRate - failedRate)
    droppedByRuleRate = rate(\.droppedByRule) ?? 0
    droppedUnmeantRate = rate(\.droppedUnmeant) ?? 0
    droppedUnexplainedRate = rate(\.droppedUnexplained) ?? 0
    requestsRate = rate(\.requests) ?? 0
    inRate = rate(\.taken)
    enqueueRetriesRate = rate(\.enqueueRetries)
    answers429Rate = rate(\.answers429)
    bytesRate = rate(\.bytesSent)
    pending = after.pending ?? 0
    (shards, shardsDesired, shardsMin) = (after.shards, after.shardsDesired, after.shardsMin)
    (shardsMax, capacity, batch) = (after.shardsMax, after.capacity, after.batch)
    requestSamplesMax = after.requestSamplesMax
    lag = Self.lag(after)
    cores = later.cores
    if let requests = grown(\.requests), requests > 0 {
      latency = grown(\.requestSeconds).map { $0 / requests }
      samplesPerRequest = grown(\.attempted).map { $0 / requests }
    }
    if let bytes = bytesRate, attemptedRate > 0 { bytesPerSample = bytes / attemptedRate }
    // vmagent counts neither samples sent nor samples waiting: what came in and did not stay was sent.
    if after.attempted == nil, let inRate {
      if let bytes = bytesRate, inRate > 0 {
        let perSample = bytes / inRate
        bytesPerSample = perSample
        pending = perSample > 0 ? (after.pendingBytes ?? 0) / perSample : 0
        let stayed = ((after.pendingBytes ?? 0) - (before.pendingBytes ?? 0)) / max(perSample, 1) / seconds
        acknowledgedRate = max(0, inRate - max(0, stayed))
        attemptedRate = acknowledgedRate
        samplesPerRequest = requestsRate > 0 ? acknowledgedRate / requestsRate : nil
        if !isLifetime { pendingGrowth = stayed }
      }
    }
    if let start = later.startedAt, let end = later.newest, end > start { uptimeSeconds = end - start }
    if let cpu = later.cpuSeconds { cpuRate = max(0, cpu - (earlier.cpuSeconds ?? 0)) / seconds }
    if let inRate, inRate > 0, let end = later.logBytes, let start = earlier.logBytes, end > start {
      storedBytesPerSample = (end - start) / seconds / inRate
    }
  }

  private static func lag(_ snapshot: QueueSnapshot) -> Double? {
    // Godwit says for how long samples have been waiting in its log; what its shards have read is less than that.
    if let oldest = snapshot.oldestWaitingSeconds { return oldest }
    // A queue that has sent nothing yet shows 0, which is no time.
    guard let taken = snapshot.highestIn, let sent = snapshot.highestSent, taken > 0, sent > 0 else { return nil }
    return max(0, taken - sent)
  }
}
