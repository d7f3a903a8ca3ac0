import DurableLog
import Synchronization

/// The ledger of an endpoint together with its file: every change is on disk when the call returns.
final class LedgerKeeper: Sendable {
  private struct State: ~Copyable {
    var ledger: DeliveryLedger
    var file: LedgerFile
  }

  private let state: Mutex<State>
  private let log: DurableLog

  /// Opens the ledger of `endpoint`. An endpoint that the log does not know yet begins at the end of the log.
  ///
  /// - Throws: `EndpointError` when the file cannot be read or is not a ledger.
  static func open(endpoint: String, shardCount: Int, log: DurableLog) throws(EndpointError) -> LedgerKeeper {
    do {
      var file = try log.ledger(endpoint: endpoint)
      if let document = file.document {
        guard var ledger = DeliveryLedger(decoding: document) else {
          throw EndpointError(
            "\(file.path) is not a ledger that this version can read. Start the version that wrote it, or move the "
              + "file away: the endpoint then begins at the end of the log")
        }
        if let removed = try samplesRemoved(ledger, log) {
          ledger.expireRemoved(removed.samples, before: removed.oldest)
          try file.store(ledger.encoded())
        }
        return LedgerKeeper(ledger, file, log)
      }
      let end = ShardControl.Barrier(atEndOf: log)
      let ledger = DeliveryLedger(startSequence: end.sequence, position: end.position, shardCount: shardCount)
      try file.store(ledger.encoded())
      return LedgerKeeper(ledger, file, log)
    } catch let error as LogError {
      throw EndpointError(error.description)
    } catch let error as EndpointError {
      throw error
    } catch {
      throw EndpointError("\(error)")
    }
  }

  /// How many samples that were not settled lay in segments which are gone: while an endpoint is not configured, it
  /// holds no part of the log back.
  ///
  /// What was taken before the oldest segment is known by its header, what was settled since by the shards that have
  /// come further; the rest is gone.
  ///
  /// - Returns: nil if no shard stands before the oldest segment.
  private static func samplesRemoved(
    _ ledger: DeliveryLedger, _ log: DurableLog
  ) throws(LogError) -> (samples: UInt64, oldest: LogPosition)? {
    guard let first = log.segments().first else { return nil }
    let oldest = LogPosition(segment: first.number, offset: 0)
    guard ledger.lowWater < oldest else { return nil }
    var settledSince: UInt64 = 0
    let lanes = LaneShares(count: ledger.shards.count)
    for (index, mark) in ledger.shards.enumerated() where mark.position >= oldest {
      var reader = LogReader(log, from: oldest)
      let skim = try reader.skim(to: mark.position) { lane in lanes.shard(of: lane) == index }
      settledSince &+= skim.samples &+ UInt64(mark.samplesDone)
      for loss in skim.losses.compactMap(lanes.loss) where loss.shard == index {
        settledSince &+= loss.samples ?? 0
      }
    }
    let settledBefore = ledger.settled.total - min(ledger.settled.total, settledSince)
    let takenBefore = first.firstSequence - min(first.firstSequence, ledger.startSequence)
    return (takenBefore - min(takenBefore, settledBefore), oldest)
  }

  private init(_ ledger: DeliveryLedger, _ file: consuming LedgerFile, _ log: DurableLog) {
    state = Mutex(State(ledger: ledger, file: file))
    self.log = log
  }

  var ledger: DeliveryLedger { state.withLock { $0.ledger } }

  /// - Throws: when the ledger could not be written. The change counts all the same: after a crash what it covers is
  ///   sent once more.
  func change(_ change: (inout DeliveryLedger) -> Void) throws(LogError) {
    try state.withLock { state throws(LogError) in
      change(&state.ledger)
      try state.file.store(state.ledger.encoded())
    }
  }
}
