public import DurableLog
public import Logging
public import MetricModel
import Relabeling
public import RemoteWriteProtocol
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
  /// Of ``waiting``, the histograms that were read from the log; of those further back nothing tells what they are.
  public var waitingHistograms: UInt64
  /// Exemplars that were read from the log and not settled. They are no samples.
  public var waitingExemplars: UInt64
  /// `taken = acknowledged + waiting + refused + dropped + expired + damaged`.
  public var isBalanced: Bool
  /// For how long the oldest waiting sample has been waiting; 0 when nothing waits.
  public var oldestWaitingSeconds: Double
  public var shards: Int
  /// The segment of the log that the endpoint has come to.
  public var segment: UInt64
  /// The message that the endpoint is sent at present.
  public var message: WriteMessageVersion
}

/// Delivers the log to one endpoint, from where its ledger says to wherever the log grows.
///
///     let delivery = try EndpointDelivery(settings, books: EndpointBooks(settings, log: log), …)
///     async let running: Void = delivery.run()
///     …
///     delivery.drain()        // deliver what is there, then return from `run`
public final class EndpointDelivery: Sendable {
  /// How long shards may take to come to one position before a change of their number is given up.
  static let reshardPatience: Duration = .seconds(30)
  private static let auditInterval: Duration = .seconds(30)

  public let settings: EndpointSettings
  public let books: EndpointBooks
  private let context: EndpointContext
  private let place: String
  private let planInterval: Duration
  private let ending = Mutex(Ending.no)

  /// What the delivery was told about its end.
  private enum Ending { case no, drain, stop }

  /// The number of shards is thought over every `planInterval`. Of the deliveries of one log that are given the same
  /// `shared`, each sends what another has made where it would make the same.
  ///
  /// One delivery at a time may run on the same books.
  ///
  /// - Throws: `EndpointError` when a relabelling rule is not valid.
  public init(
    _ settings: EndpointSettings, books: EndpointBooks, externalLabels: LabelSet, log: DurableLog,
    registry: SeriesRegistry, shared: SharedRequests = SharedRequests(), courier: @escaping Courier,
    telemetry: MetricsRegistry, place: String, logger: Logger, planInterval: Duration = .seconds(10),
    threads: DeliveryThreads = DeliveryThreads(), nowMs: @escaping @Sendable () -> Int64
  ) throws(EndpointError) {
    let program: RelabelProgram
    do { program = try RelabelProgram(settings.relabelRules) } catch { throw EndpointError(error.description) }
    self.settings = settings
    self.books = books
    books.boundQuarantine(to: settings.delivery.quarantineBytesMax)
    self.place = place
    self.planInterval = planInterval
    context = EndpointContext(
      settings: settings, externalLabels: externalLabels, program: program, log: log, registry: registry,
      books: books, courier: courier,
      metrics: DeliveryMetrics(registry: telemetry, endpoint: settings.name, url: place),
      report: EndpointReport(logger: logger, endpoint: settings.name, place: place),
      group: shared.group(of: RequestRecipe(settings, externalLabels: externalLabels)), threads: threads, nowMs: nowMs)
    let metrics = context.metrics
    metrics.shardsMin.set(settings.queue.minShards)
    metrics.shardsMax.set(settings.queue.maxShards)
    metrics.shardCapacity.set(settings.queue.capacity)
    metrics.samplesPerSendMax.set(settings.queue.maxSamplesPerSend)
    metrics.watch { [weak self] in self?.status ?? .none }
    metrics.watchQuarantine(
      { [weak books] in books?.quarantineBytes ?? 0 }, displaced: { [weak books] in books?.quarantineDisplaced ?? 0 })
  }

  /// Delivers until ``drain()`` or ``stop()``, or until the task is cancelled.
  public func run() async {
    // Not earlier: until now another delivery may have gone by what was learnt.
    books.adopt(settings)
    context.metrics.show(books.message)
    // Taken before anything is read: an append between reading to the end and the first wait must ring too.
    let listening = context.log.listen { [control = context.control] in control.ring(for: $0) }
    defer { listening.end() }
    context.group.join()
    defer { context.group.leave() }
    await withDiscardingTaskGroup { group in
      group.addTask(executorPreference: context.threads.shard(0)) { await self.auditRegularly() }
      await deliver()
      group.cancelAll()
    }
  }

  private func auditRegularly() async {
    let alarm = context.threads.alarm(0)
    while (try? await alarm.pause(for: Self.auditInterval, tolerance: Self.auditInterval)) != nil {
      await withTaskExecutorPreference(context.threads.disk) { context.audit() }
    }
  }

  private func deliver() async {
    await withDiscardingTaskGroup { group in
      // One that an earlier life left behind.
      if context.keeper.ledger.backlog != nil { group.addTask { await self.runBacklog() } }
      var plan = ShardPlan()
      while !Task.isCancelled {
        let change = await runGeneration(&plan)
        if let barrier = context.control.orders.barrier, context.checkBalance(at: barrier),
          case .shards(let count) = change
        {
          context.changeLedger { $0.reshard(to: count, at: barrier.position) }
        }
        // Inside the lock, so that the barrier of a drain that begins now is not lowered.
        let isOver = ending.withLock { ending in
          switch ending {
          case .no: context.control.lowerBarrier()
          // The shards may have been stopped for a change; now they are to go on to the end.
          case .drain: context.control.give { $0.stops = false }
          case .stop: break
          }
          return ending != .no
        }
        if change == .leaveBacklog && !isOver {
          context.leaveBacklog()
          group.addTask { await self.runBacklog() }
        }
        // Where the shards had been called together for a change, some may have ended before the barrier of the drain
        // was raised: they get another turn.
        if isOver && change == nil { return }
      }
    }
  }

  /// Delivers what the log holds now, then ends. Where the endpoint does not take it, the rest stays in the log.
  public func drain() {
    ending.withLock { if $0 == .no { $0 = .drain } }
    context.control.raiseBarrier(atEndOf: context.log, givesUpOnRetry: true)
    context.backlogControl.give { $0.givesUpOnRetry = true }
  }

  /// Ends at the next safe place; nothing is lost, the rest stays in the log.
  public func stop() {
    ending.withLock { $0 = .stop }
    for control in context.controls { control.give { $0.stops = true } }
  }

  /// Lets everything before `position` expire for this endpoint: it is counted and not sent.
  public func expire(before position: LogPosition) {
    for control in context.controls { control.give { $0.floor = position } }
  }

  /// The position before which the endpoint needs nothing.
  public var lowWater: LogPosition { context.keeper.lowWater }

  /// The endpoint's metrics, for whoever sends to it beside the log.
  public var metrics: DeliveryMetrics { context.metrics }

  /// The endpoint's pace, for whoever sends to it beside the log.
  public var pace: EndpointPace { context.pace }

  /// The message that the endpoint is sent at present.
  public var message: WriteMessageVersion { books.message }

  /// Forgets the endpoint's metrics, once it is no longer configured.
  public func removeMetrics() { context.metrics.remove() }

  public var status: EndpointStatus {
    // The ledger first: what is settled after it is read can only make the rest look larger, never negative.
    let ledger = context.keeper.ledger
    let endSequence = context.log.endSequence
    let waiting = ledger.waiting(endSequence: endSequence)
    let held = context.heldCounts
    return EndpointStatus(
      name: settings.name, place: place, taken: endSequence &- ledger.startSequence, settled: ledger.settled,
      waiting: waiting ?? 0, waitingHistograms: min(UInt64(held.histograms), waiting ?? 0),
      waitingExemplars: UInt64(held.exemplars), isBalanced: waiting != nil && !context.isUnbalanced,
      oldestWaitingSeconds: context.oldestWaitingSeconds,
      shards: ledger.shards.count, segment: ledger.lowWater.segment, message: books.message)
  }

  // MARK: - Generations

  /// Why the shards were called together.
  private enum Change: Equatable {
    case shards(Int)
    case leaveBacklog
  }

  /// Runs the shards that the ledger names until they end.
  ///
  /// - Returns: what is to change before the next ones, if they were stopped for that.
  private func runGeneration(_ plan: inout ShardPlan) async -> Change? {
    let count = context.keeper.ledger.shards.count
    context.metrics.shards.set(count)
    let planner = Task(executorPreference: context.threads.shard(0)) { [plan] in await self.watch(plan, count) }
    await runShards(.main, count)
    planner.cancel()
    let outcome = await planner.value
    plan = outcome.plan
    return outcome.change
  }

  /// Runs the shards of the backlog until it is settled, or until they are told to end.
  private func runBacklog() async {
    guard let backlog = context.keeper.ledger.backlog else { return }
    context.backlogControl.give { $0.barrier = ShardControl.Barrier(position: backlog.end) }
    await runShards(.backlog, backlog.shards.count)
    context.changeLedger { $0.closeBacklog() }
    if context.keeper.ledger.backlog == nil { context.report.caughtUp() }
  }

  private func runShards(_ course: DeliveryLedger.Course, _ count: Int) async {
    await withDiscardingTaskGroup { [context] group in
      for index in 0..<count {
        group.addTask(executorPreference: context.threads.shard(index)) {
          await Shard(context, course, index: index, shardCount: count).run()
        }
      }
    }
  }

  /// Thinks over the number of shards at intervals, or later where nothing happens that could change it, and brings all
  /// shards to one position when it should change.
  private func watch(_ plan: ShardPlan, _ count: Int) async -> (plan: ShardPlan, change: Change?) {
    var plan = plan
    var (lastTaken, lastSettled) = (context.log.endSequence, context.keeper.ledger.settled.total)
    let alarm = context.threads.alarm(0)
    var last = ContinuousClock.now
    while (try? await alarm.pause(for: planInterval, tolerance: planInterval)) != nil {
      let seconds = last.duration(to: .now).seconds
      last = .now
      let ledger = context.keeper.ledger
      let (taken, settled, tally) = (context.log.endSequence, ledger.settled.total, context.takeTally())
      let observation = DeliveryObservation(
        seconds: seconds, taken: Double(taken &- lastTaken), settled: Double(settled &- lastSettled),
        sent: Double(tally.sent), sendSeconds: tally.sendTime.seconds,
        waiting: Double(ledger.waiting(endSequence: taken) ?? 0), hadRetries: tally.retries > 0)
      let left = settled &- lastSettled
      (lastTaken, lastSettled) = (taken, settled)
      plan.observe(observation)
      if ending.withLock({ $0 != .no }) { continue }
      if settings.delivery.freshFirst,
        FreshFirst.leavesBacklog(ledger, oldestWaitingSeconds: context.oldestWaitingSeconds, settled: left)
      {
        context.control.give { $0.stops = true }
        return (plan, .leaveBacklog)
      }
      let explanation = plan.propose(current: count, observation: observation, queue: settings.queue)
      context.metrics.shardsDesired.set(explanation.desired)
      guard explanation.chosen != count else { continue }
      context.report.resharded(from: count, to: explanation.chosen, explanation)
      let marks = context.keeper.ledger.shards.map(\.position)
      context.control.raiseBarrier(atFurthestFrom: marks.max() ?? .start)
      // The shards end at the barrier and this task is cancelled; only if they do not come there it goes on.
      if (try? await Task.sleep(for: Self.reshardPatience)) == nil { return (plan, .shards(explanation.chosen)) }
      context.control.give { $0.stops = true }
      return (plan, nil)
    }
    return (plan, nil)
  }
}

extension EndpointStatus {
  static let none = EndpointStatus(
    name: "", place: "", taken: 0, settled: SettledCounts(), waiting: 0, waitingHistograms: 0, waitingExemplars: 0,
    isBalanced: true, oldestWaitingSeconds: 0, shards: 0, segment: 0, message: .v2)
}
