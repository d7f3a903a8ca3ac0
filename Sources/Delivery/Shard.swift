import DurableLog
import RemoteWriteProtocol
import SampleLog
import Settings
import Telemetry

/// One shard at work: reads its lanes of the log, sends them a request at a time, settles what became of them.
///
/// Every shard has its own reader, so a shard that waits holds back its own lanes and nothing else, and one request in
/// flight keeps each series in order. A shard ends at the barrier, or when it is told to stop; it never loses its
/// place, because the place is what the ledger says.
final class Shard {
  let endpoint: EndpointContext
  let course: DeliveryLedger.Course
  let control: ShardControl
  let index: Int
  let lanes: LaneShares
  private let bell: Bell
  let alarm: Alarm
  var reader: LogReader
  var resolver: SeriesResolver
  var assembler = RequestAssembler()
  var decoded = DecodedRecord()
  var sender: RequestSender
  /// Samples before this place were settled in an earlier life; only their definitions are read.
  let resumeMark: ShardMark

  /// The barrier that this shard has come to and stays at: what lies behind is for the shards of the next generation.
  var reachedBarrier: LogPosition?
  /// The floor that was obeyed last while waiting, and whether what waits has changed by that or by its age.
  private var obeyedFloor = LogPosition.start
  private var hasExpired = false
  private var remainder: RemainderPatience
  /// What was shown of this shard last, and where the ledger has it: most looks at the log bring nothing new.
  private var noted: HeldSamples?
  var settledTo: LogPosition
  /// When the last of its records was read; nil once the memory for them has been given back.
  var lastTaken: ContinuousClock.Instant?
  /// How many samples are held at most before a request is sent or settled that is not full. It matters where few of
  /// many samples are sent: the others are held too, until they are settled in the order of the log.
  let columnsMax: Int

  enum Filling { case full, caughtUp, atBarrier, unreadable }

  init(_ endpoint: EndpointContext, _ course: DeliveryLedger.Course, index: Int, shardCount: Int) {
    self.endpoint = endpoint
    self.course = course
    control = endpoint.control(of: course)
    alarm = endpoint.threads.alarm(index)
    bell = Bell(alarm)
    self.index = index
    lanes = LaneShares(count: shardCount)
    resumeMark = endpoint.keeper.ledger.marks(of: course)[index]
    settledTo = resumeMark.position
    // From the segment's beginning: the series that the rest of the segment mentions are defined there.
    reader = LogReader(endpoint.log, from: LogPosition(segment: resumeMark.position.segment, offset: 0))
    resolver = SeriesResolver(
      registry: endpoint.registry, externalLabels: endpoint.externalLabels, program: endpoint.program)
    sender = RequestSender(endpoint, shard: index, among: lanes)
    let queue = endpoint.settings.queue
    remainder = RemainderPatience(batchDeadline: queue.batchSendDeadline)
    columnsMax = max(queue.capacity, 16 * queue.maxSamplesPerSend)
  }

  func run() async {
    control.attach(bell, of: index, among: lanes)
    let ledger = endpoint.keeper.ledger
    endpoint.pace.resize(to: ledger.shards.count + ledger.marks(of: .backlog).count)
    defer {
      control.detach(bell)
      endpoint.note(nil, heldBy: index, of: course)
      resolver.release()
    }
    while true {
      let orders = control.orders
      if orders.stops || Task.isCancelled { return }
      if let floor = orders.floor { expire(before: floor) }
      let filling = fill()
      if let floor = orders.floor {
        assembler.expire(before: floor)
        settleExpired()
      }
      noteHeld()
      let isDue = isDue(filling)
      if assembler.keptCount > 0 && isDue {
        guard await deliverFirst() else { return }
      } else if assembler.keptCount == 0 && !assembler.isEmpty {
        settle(assembler.cut(maxKept: 0), acknowledged: 0, refused: 0)
      } else if filling == .atBarrier {
        align()
        return
      } else {
        if filling == .unreadable && control.orders.givesUpOnRetry { return }
        if assembler.isEmpty && filling == .caughtUp { advanceIdle() }
        if filling == .unreadable {
          await bell.wait(until: .now + .seconds(1))
        } else if let deadline {
          await bell.wait(until: deadline, orSamples: samplesWanted)
        } else {
          await bell.wait(
            until: rest(), tolerance: Self.idleWait, orSamples: samplesWanted, within: remainder.patience)
        }
      }
    }
  }

  /// By which the pace of the endpoint knows this shard, among those of both courses.
  private var placeInLine: Int { course == .main ? index : DeliveryLedger.shardsMax + index }

  // MARK: - Sending

  /// When the oldest waiting sample has waited for long enough.
  private var deadline: ContinuousClock.Instant? {
    guard let appendedMs = assembler.oldestTimeMs else { return nil }
    let waitedMs = max(0, endpoint.nowMs() - appendedMs)
    return .now + remainder.deadline(fromMs: appendedMs) - .milliseconds(waitedMs)
  }

  /// How many samples are worth a look at the log: what fills a request.
  private var samplesWanted: Int {
    min(endpoint.settings.queue.maxSamplesPerSend - assembler.keptCount, columnsMax - assembler.columnCount)
  }

  /// A moment before the deadline too: whoever is called then would only be called again.
  private var isOverdue: Bool {
    let leeway = min(endpoint.settings.queue.batchSendDeadline / 8, Bell.moment)
    return deadline.map { $0 <= .now + leeway } ?? false
  }

  /// Whether what has been read is to be sent now.
  private func isDue(_ filling: Filling) -> Bool {
    guard assembler.keptCount > 0, let appendedMs = assembler.oldestTimeMs else { return filling == .atBarrier }
    remainder.note(appendedMs: appendedMs)
    if filling == .full, let newestMs = assembler.newestTimeMs {
      remainder.noteFull(fromMs: appendedMs, toMs: newestMs)
    }
    if filling == .full || filling == .atBarrier { return true }
    if isOverdue {
      remainder.endWait(assembler.timesMs)
      return true
    }
    return filling == .caughtUp && remainder.sparesWait(fromMs: appendedMs)
  }

  /// Sends the first request's worth and settles it, taking it apart on the way if the endpoint refuses it for some of
  /// its series.
  ///
  /// - Returns: false if the shard is to end with the samples unsettled: they stay in the log.
  private func deliverFirst() async -> Bool {
    var attempt = 0
    var division: Division?
    var trial: Trial?
    while true {
      guard let turn = await takeTurn() else { return false }
      // What grew too old while time passed, or fell out of the log's bounds, is not sent any more. What of a divided
      // cut is decided stays so, the rest is cut anew.
      if (turn.hasWaited || attempt > 0) && expireMeanwhile() { hasExpired = true }
      if hasExpired { division = nil }
      hasExpired = false
      var cut =
        division?.cut ?? assembler.cut(maxKept: min(endpoint.requestSamplesMax, trial?.samplesMax ?? .max))
      // A divided request is one of 1.0, and so it stays.
      let version = trial != nil || division != nil ? .v1 : endpoint.nextVersion()
      speak(version)
      if let part = division?.part {
        sender.prepare(part, of: cut, from: &assembler, as: version)
      } else if cut.kept > 0 {
        cut = sender.prepare(cut, from: &assembler, as: version, isTrial: trial != nil)
      } else {
        endpoint.pace.end(turn.permit, .unsent)
        settle(cut, acknowledged: 0, refused: 0)
        return true
      }
      if sender.isEmpty {
        endpoint.pace.end(turn.permit, .unsent)
        setAside(cut, nil, trial)
        if conclude(cut, &division, acknowledged: 0) { return true }
        continue
      }
      attempt += 1
      switch await sender.send(attempt: attempt, with: turn.permit) {
      case .settled(let acknowledged):
        if conclude(cut, &division, acknowledged: acknowledged) { return true }
        attempt = 0
      case .refused(let refusal):
        if trial != nil || !divide(cut, &division, refusal) {
          setAside(cut, refusal, trial)
          if conclude(cut, &division, acknowledged: 0) { return true }
        }
        attempt = 0
      case .again(let delay):
        guard await pause(for: delay ?? .zero) else { return false }
      case .anew:
        division = nil
        attempt = 0
      case .smaller(let afterPause):
        division = nil
        attempt = 0
        if afterPause { guard await pauseAfterRefusal() else { return false } }
      case .onTrial(let refusal):
        trial = Trial(refusal: refusal, samplesMax: cut.kept)
        attempt = 0
        guard await pauseAfterRefusal() else { return false }
      }
    }
  }

  /// Sees to it that the assembler calls series as a message of that version does.
  private func speak(_ version: WriteMessageVersion) {
    guard version == .v1 else {
      assembler.escapes = .none
      return
    }
    resolver.beginEscaping(by: endpoint.settings.delivery.rw1Escaping)
    assembler.escapes = resolver.escapes
  }

  /// Keeps what was refused, or what its message could not carry where nothing was sent. What was refused in both
  /// messages is kept as it was in 2.0, which carries more.
  private func setAside(
    _ cut: RequestAssembler.Cut, _ refusal: RequestSender.Refusal?, _ trial: Trial?
  ) {
    if let trial {
      speak(.v2)
      _ = sender.prepare(cut, from: &assembler, as: .v2)
      sender.setAside(trial.refusal)
    } else if let refusal {
      sender.setAside(refusal)
    } else {
      sender.setAsideOmitted()
    }
  }

  /// Waits for as long as new samples would, before the samples of a request that was refused for good are sent in another
  /// one: an endpoint that means the samples, and not their number or their message, must not get two in a row.
  ///
  /// - Returns: false if the shard is to end instead, with the samples in the log.
  private func pauseAfterRefusal() async -> Bool {
    let pause = endpoint.settings.queue.batchSendDeadline
    return pause > .zero ? await self.pause(for: pause) : true
  }

  /// Samples that were refused in 2.0 and are sent in 1.0, to see if the message was the matter.
  private struct Trial {
    var refusal: RequestSender.Refusal
    /// How many were refused: 1.0 may leave some out and so have room for more, but those nobody has refused.
    var samplesMax: Int
  }

  /// A cut that was refused as a whole and is sent in parts.
  private struct Division {
    let cut: RequestAssembler.Cut
    let series: [UInt32]
    var split: RefusedSplit

    /// The series to send next; nil when all are decided.
    var part: ArraySlice<UInt32>? { split.next.map { series[$0] } }
  }

  /// Makes parts of what was refused, where only some of its series may be to blame.
  ///
  /// - Returns: whether there is anything to try; if not, the refusal stands.
  private func divide(
    _ cut: RequestAssembler.Cut, _ division: inout Division?, _ refusal: RequestSender.Refusal
  ) -> Bool {
    guard refusal.isAboutSeries else { return false }
    if division != nil { return division?.split.divide() ?? false }
    guard endpoint.settings.delivery.splitRejected, sender.version == .v1 else { return false }
    let series = assembler.seriesToSend(in: cut)
    guard series.count > 1 else { return false }
    division = Division(cut: cut, series: series, split: RefusedSplit(seriesCount: series.count))
    return true
  }

  /// Says of the request that was sent how much of it has arrived; the rest is refused.
  ///
  /// - Returns: whether the whole cut is settled with that.
  private func conclude(
    _ cut: RequestAssembler.Cut, _ division: inout Division?, acknowledged: UInt64
  ) -> Bool {
    guard let part = division?.part else {
      if division == nil { settle(cut, acknowledged: acknowledged, refused: UInt64(cut.kept) - acknowledged) }
      return true
    }
    assembler.decide(part, of: cut, acknowledged: acknowledged)
    division?.split.conclude(isRefused: acknowledged == 0)
    guard division?.part == nil else { return false }
    // Nothing in the cut is left to send, so this covers it.
    settle(assembler.cut(maxKept: 0), acknowledged: 0, refused: 0)
    return true
  }

  /// The right to send a request now, and whether time has passed until it was given.
  private struct Turn {
    var permit: Pace.Permit
    var hasWaited: Bool
  }

  /// Waits until the pace of the endpoint lets this shard send.
  ///
  /// - Returns: nil if the shard is to end instead.
  private func takeTurn() async -> Turn? {
    var hasWaited = false
    while true {
      switch endpoint.pace.ask(placeInLine, bell) {
      case .go(let permit): return Turn(permit: permit, hasWaited: hasWaited)
      case .wait(let until, let isTroubled):
        let orders = control.orders
        // Where the endpoint works and only its places are taken, the turn comes soon, also while draining.
        if orders.stops || (isTroubled && orders.givesUpOnRetry) || Task.isCancelled {
          endpoint.pace.leave(placeInLine)
          return nil
        }
        hasWaited = true
        await bell.wait(until: until)
        obeyFloor()
      }
    }
  }

  /// Lets expire what was not to be sent any more while this shard waited, and settles what of it stands first.
  ///
  /// - Returns: whether there was any.
  private func expireMeanwhile() -> Bool {
    let before = assembler.keptCount
    if let floor = control.orders.floor { assembler.expire(before: floor) }
    assembler.expire(olderThanMs: endpoint.oldestToSendMs)
    settleExpired()
    return assembler.keptCount < before
  }

  /// Settles what the bounds of the log have left behind, while this shard waits: the endpoint may have asked for
  /// minutes, and so long the log could let go of nothing.
  private func obeyFloor() {
    guard let floor = control.orders.floor, floor > obeyedFloor else { return }
    obeyedFloor = floor
    hasExpired = true
    _ = expireMeanwhile()
    guard assembler.keptCount == 0 else { return }
    expire(before: floor)
    if !assembler.isEmpty { settle(assembler.cut(maxKept: 0), acknowledged: 0, refused: 0) }
  }

  /// Waits before the next attempt.
  ///
  /// - Returns: false if the shard is to end instead.
  private func pause(for delay: Duration) async -> Bool {
    let until = ContinuousClock.now + delay
    while ContinuousClock.now < until {
      let orders = control.orders
      if orders.stops || orders.givesUpOnRetry || Task.isCancelled { return false }
      await bell.wait(until: until)
      obeyFloor()
    }
    let orders = control.orders
    return !(orders.stops || orders.givesUpOnRetry || Task.isCancelled)
  }

  // MARK: - Settling

  private func settle(_ cut: RequestAssembler.Cut, acknowledged: UInt64, refused: UInt64) {
    var counts = cut.others
    counts.acknowledged += acknowledged
    counts.refused += refused
    assembler.removeFirst(cut)
    noteHeld()
    settledTo = cut.mark.position
    endpoint.settle(
      shard: index, of: course, through: cut.mark, counts, histograms: cut.otherHistograms,
      exemplars: cut.otherExemplars)
    if counts.acknowledged > 0 { endpoint.metrics.highestSent.raise(to: Double(cut.newestMs) / 1000) }
  }

  /// Shows what this shard has read and not settled.
  private func noteHeld() {
    let held = HeldSamples(
      oldestMs: assembler.oldestTimeMs, histograms: assembler.histogramCount, exemplars: assembler.exemplarCount)
    if held == noted { return }
    noted = held
    endpoint.note(held, heldBy: index, of: course)
  }

  /// Settles what has expired at the beginning without waiting for what stands behind it, which may be tried for long.
  private func settleExpired() {
    let gone = assembler.cut(maxKept: 0)
    if gone.others.expired > 0 { settle(gone, acknowledged: 0, refused: 0) }
  }

  private func align() {
    guard let reachedBarrier else { return }
    endpoint.settle(shard: index, of: course, through: ShardMark(position: reachedBarrier), SettledCounts())
  }
}
