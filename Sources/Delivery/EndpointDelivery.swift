public import DurableLog
public import Logging
public import MetricModel
import Relabeling
public import Settings
import Synchronization
public import Telemetry

/// The state of delivery to one endpoint, in samples.
public struct EndpointStatus: Sendable {
  public var name: String
  /// Scheme, host and path; no user info, no query.
  public var place: String
  /// Taken since the log knows the endpoint.
  public var taken: UInt64
  public var settled: SettledCounts
  /// In the log and not settled.
  public var waiting: UInt64
  /// `taken = acknowledged + waiting + refused + dropped + expired + damaged`.
  public var isBalanced: Bool
  /// For how long the oldest waiting sample has been waiting; 0 when nothing waits.
  public var oldestWaitingSeconds: Double
  public var shards: Int
  /// The segment of the log that the endpoint has come to.
  public var segment: UInt64
}

/// Delivers the log to one endpoint, from where its ledger says to wherever the log grows.
///
///     let delivery = try EndpointDelivery(settings, …)
///     async let running: Void = delivery.run()
///     …
///     delivery.drain()        // deliver what is there, then return from `run`
public final class EndpointDelivery: Sendable {
  /// How long shards may take to come to one position before a change of their number is given up.
  static let reshardPatience: Duration = .seconds(30)

  public let settings: EndpointSettings
  private let context: EndpointContext
  private let place: String
  private let planInterval: Duration
  private let isEnding = Mutex(false)

  /// The number of shards is thought over every `planInterval`.
  ///
  /// - Throws: `EndpointError` when the ledger cannot be opened, or a relabelling rule is not valid.
  public init(
    _ settings: EndpointSettings, externalLabels: LabelSet, log: DurableLog, registry: SeriesRegistry,
    courier: @escaping Courier, telemetry: MetricsRegistry, place: String, logger: Logger,
    planInterval: Duration = .seconds(10), nowMs: @escaping @Sendable () -> Int64
  ) throws(EndpointError) {
    let program: RelabelProgram
    do { program = try RelabelProgram(settings.relabelRules) } catch { throw EndpointError(error.description) }
    let keeper = try LedgerKeeper.open(endpoint: settings.name, shardCount: settings.queue.minShards, log: log)
    let quarantine: Quarantine
    do {
      quarantine = try log.quarantine(endpoint: settings.name, bytesMax: RefusedBatch.quarantineBytesMax)
    } catch {
      throw EndpointError(error.description)
    }
    self.settings = settings
    self.place = place
    self.planInterval = planInterval
    context = EndpointContext(
      settings: settings, externalLabels: externalLabels, program: program, log: log, registry: registry,
      keeper: keeper, quarantine: quarantine, courier: courier,
      metrics: DeliveryMetrics(registry: telemetry, endpoint: settings.name, url: place),
      report: EndpointReport(logger: logger, endpoint: settings.name, place: place), nowMs: nowMs)
    let metrics = context.metrics
    metrics.shardsMin.set(settings.queue.minShards)
    metrics.shardsMax.set(settings.queue.maxShards)
    metrics.shardCapacity.set(settings.queue.capacity)
    metrics.samplesPerSendMax.set(settings.queue.maxSamplesPerSend)
    metrics.watch { [weak self] in self?.status ?? .none }
    metrics.watchQuarantine(
      { [weak context] in context?.quarantineBytes ?? 0 },
      displaced: { [weak context] in context?.quarantineDisplaced ?? 0 })
  }

  /// Delivers until ``drain()`` or ``stop()``, or until the task is cancelled.
  public func run() async {
    // Taken before anything is read: an append between reading to the end and the first wait must ring too.
    let appends = context.log.appends()
    let bells = Task { [context] in
      for await _ in appends { context.control.ring() }
    }
    defer { bells.cancel() }
    var plan = ShardPlan()
    while !Task.isCancelled {
      let wanted = await runGeneration(&plan)
      if let barrier = context.control.orders.barrier, context.checkBalance(at: barrier), let wanted {
        context.reshard(to: wanted, at: barrier)
      }
      // Inside the lock, so that the barrier of a drain that begins now is not lowered.
      let isOver = isEnding.withLock { isEnding in
        if !isEnding { context.control.lowerBarrier() }
        return isEnding
      }
      // Where the shards had been called together for a change of their number, some may have ended before the barrier
      // of the drain was raised: they get another turn.
      if isOver && wanted == nil { return }
    }
  }

  /// Delivers what the log holds now, then ends. Where the endpoint does not take it, the rest stays in the log.
  public func drain() {
    isEnding.withLock { $0 = true }
    context.control.raiseBarrier(atEndOf: context.log, givesUpOnRetry: true)
  }

  /// Ends at the next safe place; nothing is lost, the rest stays in the log.
  public func stop() {
    isEnding.withLock { $0 = true }
    context.control.give { $0.stops = true }
  }

  /// Lets everything before `position` expire for this endpoint: it is counted and not sent.
  public func expire(before position: LogPosition) { context.control.give { $0.floor = position } }

  /// The position before which the endpoint needs nothing.
  public var lowWater: LogPosition { context.keeper.ledger.lowWater }

  /// The endpoint's metrics, for whoever sends to it beside the log.
  public var metrics: DeliveryMetrics { context.metrics }

  /// The endpoint's pace, for whoever sends to it beside the log.
  public var pace: EndpointPace { context.pace }

  /// Forgets the endpoint's metrics, once it is no longer configured.
  public func removeMetrics() { context.metrics.remove() }

  public var status: EndpointStatus {
    // The ledger first: what is settled after it is read can only make the rest look larger, never negative.
    let ledger = context.keeper.ledger
    let endSequence = context.log.endSequence
    let waiting = ledger.waiting(endSequence: endSequence)
    return EndpointStatus(
      name: settings.name, place: place, taken: endSequence &- ledger.startSequence, settled: ledger.settled,
      waiting: waiting ?? 0, isBalanced: waiting != nil && !context.isUnbalanced,
      oldestWaitingSeconds: context.oldestWaitingMs.map { max(0, Double(context.nowMs() - $0)) / 1000 } ?? 0,
      shards: ledger.shards.count, segment: ledger.lowWater.segment)
  }

  // MARK: - Generations

  /// Runs the shards that the ledger names until they end.
  ///
  /// - Returns: how many shards to run next, if they were stopped for that.
  private func runGeneration(_ plan: inout ShardPlan) async -> Int? {
    let count = context.keeper.ledger.shards.count
    context.metrics.shards.set(count)
    let context = context
    let planner = Task { [plan] in await watch(plan, count) }
    await withTaskGroup { group in
      for index in 0..<count {
        group.addTask { await Shard(context, index: index, shardCount: count).run() }
      }
    }
    planner.cancel()
    let outcome = await planner.value
    plan = outcome.plan
    return outcome.wanted
  }

  /// Thinks over the number of shards at intervals and, when it should change, brings all shards to one position.
  private func watch(_ plan: ShardPlan, _ count: Int) async -> (plan: ShardPlan, wanted: Int?) {
    var plan = plan
    var (lastTaken, lastSettled) = (context.log.endSequence, context.keeper.ledger.settled.total)
    while (try? await Task.sleep(for: planInterval)) != nil {
      let ledger = context.keeper.ledger
      let (taken, settled, tally) = (context.log.endSequence, ledger.settled.total, context.takeTally())
      let observation = DeliveryObservation(
        seconds: planInterval.seconds, taken: Double(taken &- lastTaken), settled: Double(settled &- lastSettled),
        sent: Double(tally.sent), sendSeconds: tally.sendTime.seconds,
        waiting: Double(ledger.waiting(endSequence: taken) ?? 0), hadRetries: tally.retries > 0)
      (lastTaken, lastSettled) = (taken, settled)
      plan.observe(observation)
      let explanation = plan.propose(current: count, observation: observation, queue: settings.queue)
      context.metrics.shardsDesired.set(explanation.desired)
      guard explanation.chosen != count, !isEnding.withLock({ $0 }) else { continue }
      context.report.resharded(from: count, to: explanation.chosen, explanation)
      context.control.raiseBarrier(atEndOf: context.log)
      // The shards end at the barrier and this task is cancelled; only if they do not come there it goes on.
      if (try? await Task.sleep(for: Self.reshardPatience)) == nil { return (plan, explanation.chosen) }
      context.control.give { $0.stops = true }
      return (plan, nil)
    }
    return (plan, nil)
  }
}

extension EndpointStatus {
  static let none = EndpointStatus(
    name: "", place: "", taken: 0, settled: SettledCounts(), waiting: 0, isBalanced: true, oldestWaitingSeconds: 0,
    shards: 0, segment: 0)
}
