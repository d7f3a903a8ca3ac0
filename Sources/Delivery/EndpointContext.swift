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
  let keeper: LedgerKeeper
  let courier: Courier
  let metrics: DeliveryMetrics
  let report: EndpointReport
  let control = ShardControl()
  let nowMs: @Sendable () -> Int64
  private let tally = Mutex(Tally())
  /// When the oldest record that a shard has not settled was appended, by shard.
  private let oldest = Mutex<[Int: Int64]>([:])
  private let foundUnbalanced = Mutex(false)
  private let spoken: Mutex<WriteMessageVersion>
  private let quarantine: Mutex<Quarantine>

  init(
    settings: EndpointSettings, externalLabels: LabelSet, program: RelabelProgram, log: DurableLog,
    registry: SeriesRegistry, keeper: LedgerKeeper, quarantine: Quarantine, courier: @escaping Courier,
    metrics: DeliveryMetrics, report: EndpointReport, nowMs: @escaping @Sendable () -> Int64
  ) {
    self.settings = settings
    self.externalLabels = externalLabels
    self.program = program
    self.log = log
    self.registry = registry
    self.keeper = keeper
    self.courier = courier
    self.metrics = metrics
    self.report = report
    self.nowMs = nowMs
    self.quarantine = Mutex(quarantine)
    spoken = Mutex(settings.message == .version2 ? .v2 : .v1)
  }

  /// The message that the endpoint is sent.
  var version: WriteMessageVersion { spoken.withLock { $0 } }

  func fallBackToVersion1(because message: String) {
    let isNew = spoken.withLock { version in
      defer { version = .v1 }
      return version == .v2
    }
    if isNew { report.fellBack(because: message) }
  }

  /// The earliest timestamp that `sample_age_limit` lets through.
  var oldestToSendMs: Int64 {
    let limit = settings.queue.sampleAgeLimit
    return limit > .zero ? nowMs() - limit.milliseconds : Int64.min
  }

  func settle(shard: Int, through mark: ShardMark, _ counts: SettledCounts) {
    do {
      try keeper.change { $0.settle(shard: shard, through: mark, counts) }
    } catch {
      report.ledgerNotStored(error)
    }
    metrics.acknowledged.add(counts.acknowledged)
    metrics.droppedByRule.add(counts.dropped)
    metrics.droppedTooOld.add(counts.expired)
    metrics.droppedDamaged.add(counts.damaged)
  }

  /// Compares what was settled with what was taken, when every shard has come to `barrier`: the two must be equal.
  ///
  /// - Returns: whether all shards are there.
  func checkBalance(at barrier: ShardControl.Barrier) -> Bool {
    let ledger = keeper.ledger
    guard ledger.shards.allSatisfy({ $0 == ShardMark(position: barrier.position) }) else { return false }
    let isUnbalanced = ledger.waiting(endSequence: barrier.sequence) != 0
    foundUnbalanced.withLock { $0 = isUnbalanced }
    if isUnbalanced { report.unbalanced(ledger, endSequence: barrier.sequence) }
    return true
  }

  var isUnbalanced: Bool { foundUnbalanced.withLock { $0 } }

  func reshard(to count: Int, at barrier: ShardControl.Barrier) {
    do {
      try keeper.change { $0.reshard(to: count, at: barrier.position) }
    } catch {
      report.ledgerNotStored(error)
    }
  }

  func noteOldest(shard: Int, timeMs: Int64?) { oldest.withLock { $0[shard] = timeMs } }

  var oldestWaitingMs: Int64? { oldest.withLock { $0.values.min() } }

  /// Keeps what the endpoint refused for good, and says so.
  func setAside(_ batch: RefusedBatch) {
    metrics.samplesFailed.add(batch.refused)
    do {
      let path = try quarantine.withLock { quarantine throws(LogError) in try quarantine.keep(batch.encoded()) }
      report.refused(batch, keptAt: path)
    } catch {
      report.refused(batch, keptAt: nil)
      report.quarantineFailed(error)
    }
  }

  /// What the quarantine takes on disk now: an operator may have taken files away.
  var quarantineBytes: UInt64 {
    quarantine.withLock { quarantine in
      // A folder that cannot be listed for once leaves the figure of before.
      try? quarantine.refresh()
      return quarantine.bytes
    }
  }

  /// How many refused batches had to go for newer ones.
  var quarantineDisplaced: Int { quarantine.withLock { $0.displacedCount } }

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
