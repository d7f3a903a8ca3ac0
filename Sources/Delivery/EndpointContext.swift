import DurableLog
import MetricModel
import Relabeling
import RemoteWriteProtocol
import Settings
import Synchronization
import Telemetry

/// What all shards of an endpoint share.
final class EndpointContext: Sendable {
  /// What the endpoint did since the shard plan last looked.
  struct Tally: Sendable {
    var sent = 0
    var sendTime: Duration = .zero
    var retries = 0
  }

  let settings: EndpointSettings
  let externalLabels: LabelSet
  let program: RelabelProgram
  let log: DurableLog
  let registry: SeriesRegistry
  let books: EndpointBooks
  let courier: Courier
  let metrics: DeliveryMetrics
  let report: EndpointReport
  let control = ShardControl()
  /// For the shards of a backlog, whose barrier is its end.
  let backlogControl = ShardControl()
  let pace = EndpointPace()
  let press = Mutex(RequestPress())
  /// The requests that this endpoint and others send alike.
  let group: RequestGroup
  let threads: DeliveryThreads
  let nowMs: @Sendable () -> Int64
  private let tally = Mutex(Tally())
  private struct ShardName: Hashable {
    var course: DeliveryLedger.Course
    var index: Int
  }

  private let held = Mutex<[ShardName: HeldSamples]>([:])
  private let foundUnbalanced = Mutex(false)
  private let requestSize: Mutex<RequestSize>

  init(
    settings: EndpointSettings, externalLabels: LabelSet, program: RelabelProgram, log: DurableLog,
    registry: SeriesRegistry, books: EndpointBooks, courier: @escaping Courier,
    metrics: DeliveryMetrics, report: EndpointReport, group: RequestGroup, threads: DeliveryThreads,
    nowMs: @escaping @Sendable () -> Int64
  ) {
    self.settings = settings
    self.externalLabels = externalLabels
    self.program = program
    self.log = log
    self.registry = registry
    self.books = books
    self.courier = courier
    self.metrics = metrics
    self.report = report
    self.group = group
    self.threads = threads
    self.nowMs = nowMs
    requestSize = Mutex(RequestSize(configured: settings.queue.maxSamplesPerSend))
    metrics.requestSamplesMax.set(settings.queue.maxSamplesPerSend)
  }

  var keeper: LedgerKeeper { books.keeper }

  /// The message of a request that is made now.
  func nextVersion() -> WriteMessageVersion { books.withChoice { $0.next(at: .now) } }

  /// Takes in what an answer says about the message of a request.
  ///
  /// - Parameter because: what was answered, for whoever reads that another message is used now.
  func hear(
    _ word: MessageChoice.Word, of version: WriteMessageVersion, isTrial: Bool, because answer: String
  ) -> MessageChoice.Step {
    let (step, before, after) = books.withChoice { choice in
      let before = choice.current
      return (choice.hear(word, of: version, isTrial: isTrial, at: .now), before, choice.current)
    }
    if before != after {
      metrics.show(after)
      report.messageChanged(to: after, because: answer)
    }
    return step
  }

  /// The most samples that a request may have.
  var requestSamplesMax: Int { requestSize.withLock { $0.samplesMax } }

  /// Whether other endpoints may send what this one sends. One that has found requests too large makes its own.
  var sharesRequests: Bool { group.isShared && requestSamplesMax == settings.queue.maxSamplesPerSend }

  /// The endpoint answered 413 to a request of so many samples.
  ///
  /// - Returns: whether it has shown that it takes smaller ones.
  func noteTooLarge(samples: Int) -> Bool {
    var hasTaken = false
    changeRequestSize { size in
      size.refuse(samples: samples)
      hasTaken = size.hasTaken
    }
    return hasTaken
  }

  /// The endpoint took a request of so many samples. What it took tells how large requests may be.
  func noteAccepted(samples: Int) {
    var reported: Int?
    let now = changeRequestSize { reported = $0.accept(samples: samples) }
    if let reported { report.requestsTooLarge(from: reported, to: now) }
    report.accepted()
  }

  /// - Returns: the most samples that a request may have now.
  @discardableResult
  private func changeRequestSize(_ change: (inout RequestSize) -> Void) -> Int {
    requestSize.withLock { size in
      let before = size.samplesMax
      change(&size)
      if size.samplesMax != before { metrics.requestSamplesMax.set(size.samplesMax) }
      return size.samplesMax
    }
  }

  /// The earliest timestamp that `sample_age_limit` lets through.
  var oldestToSendMs: Int64 {
    let limit = settings.queue.sampleAgeLimit
    return limit > .zero ? nowMs() - limit.milliseconds : Int64.min
  }

  var controls: [ShardControl] { [control, backlogControl] }

  func control(of course: DeliveryLedger.Course) -> ShardControl { course == .main ? control : backlogControl }

  /// - Parameters:
  ///   - histograms: of what was settled without being sent, the histograms.
  ///   - exemplars: likewise the exemplars, which are no samples.
  func settle(
    shard: Int, of course: DeliveryLedger.Course, through mark: ShardMark, _ counts: SettledCounts,
    histograms: SettledCounts = SettledCounts(), exemplars: SettledCounts = SettledCounts()
  ) {
    changeLedger { $0.settle(shard: shard, of: course, through: mark, counts) }
    metrics.acknowledged.add(counts.acknowledged)
    metrics.samplesDropped.add(counts, without: histograms)
    metrics.histogramsDropped.add(histograms)
    metrics.exemplarsDropped.add(exemplars)
  }

  /// Compares what was settled with what was taken, when every shard has come to `barrier`: the two must be equal.
  ///
  /// - Returns: whether all shards are there.
  func checkBalance(at barrier: ShardControl.Barrier) -> Bool {
    let ledger = keeper.ledger
    guard ledger.shards.allSatisfy({ $0 == ShardMark(position: barrier.position) }) else { return false }
    // A backlog beside them waits still.
    if ledger.backlog == nil, let sequence = barrier.sequence {
      noteBalance(isHeld: ledger.waiting(endSequence: sequence) == 0)
    }
    return true
  }

  /// Counts what waits in the log itself and holds it against the ledger, where that is a small matter.
  func audit() {
    books.refreshQuarantine()
    let ledger = keeper.ledger
    let waiting = log.segments().drop { $0.number < ledger.lowWater.segment }.reduce(0 as UInt64) { $0 &+ $1.bytes }
    guard waiting <= Self.auditedBytesMax else { return }
    // Without an answer of the disk, or where the log cannot tell, nothing is known; the next audit looks again.
    guard let difference = try? BacklogCount(of: ledger, in: log).difference(to: ledger) else { return }
    noteBalance(isHeld: difference == 0)
  }

  /// A few tens of milliseconds of reading headers.
  private static let auditedBytesMax: UInt64 = 64 << 20

  private func noteBalance(isHeld: Bool) { foundUnbalanced.withLock { $0 = !isHeld } }

  var isUnbalanced: Bool { foundUnbalanced.withLock { $0 } }

  func changeLedger(_ change: (inout DeliveryLedger) -> Void) {
    do { try keeper.change(change) } catch { report.ledgerNotStored(error) }
  }

  /// Lets the shards go on from the end of the log. None of them may be running.
  func leaveBacklog() {
    let end = log.endAndSequence
    changeLedger { $0.leaveBacklog(before: end.position) }
    report.leftBacklog(keeper.ledger.waiting(endSequence: end.sequence) ?? 0)
  }

  /// - Parameter samples: nil once the shard has ended.
  func note(_ samples: HeldSamples?, heldBy shard: Int, of course: DeliveryLedger.Course) {
    held.withLock { $0[ShardName(course: course, index: shard)] = samples }
  }

  /// Histograms and exemplars that shards hold.
  var heldCounts: (histograms: Int, exemplars: Int) {
    held.withLock { held in
      held.values.reduce(into: (0, 0)) { sum, samples in
        sum.0 += samples.histograms
        sum.1 += samples.exemplars
      }
    }
  }

  /// For how long the oldest waiting sample has been waiting; 0 when nothing waits.
  var oldestWaitingSeconds: Double {
    guard let timeMs = held.withLock({ $0.values.compactMap(\.oldestMs).min() }) else { return 0 }
    return max(0, Double(nowMs() - timeMs)) / 1000
  }

  /// Keeps what the endpoint refused for good, and says so.
  func setAside(_ batch: RefusedBatch) { report.refused(batch, keptAt: keep(batch)) }

  /// Keeps what the message could not carry, and says so.
  func setAsideOmitted(_ batch: RefusedBatch) { report.omitted(batch, keptAt: keep(batch)) }

  /// - Returns: where it is kept; nil if it is not.
  private func keep(_ batch: RefusedBatch) -> String? {
    do {
      return try books.setAside(batch)
    } catch {
      report.quarantineFailed(error)
      return nil
    }
  }

  func noteSend(samples: Int, took: Duration) {
    tally.withLock {
      $0.sent += samples
      $0.sendTime += took
    }
  }

  func noteRetry() { tally.withLock { $0.retries += 1 } }

  /// What was tallied since the last call.
  func takeTally() -> Tally {
    tally.withLock { tally in
      defer { tally = Tally() }
      return tally
    }
  }
}
