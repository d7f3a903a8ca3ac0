import DurableLog
import Synchronization

/// The ledger of an endpoint together with its file: every change is on disk when the call returns.
///
/// A change holds the file until the disk has answered; whoever only looks never waits for that.
final class LedgerKeeper: Sendable {
  private struct Published {
    var ledger: DeliveryLedger
    /// Where the ledger on disk stands. A restart reads from there, so the log must keep what lies behind it.
    var storedLowWater: LogPosition
  }

  private let file: Mutex<LedgerFile>
  private let published: Mutex<Published>

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
        return LedgerKeeper(ledger, file)
      }
      let end = log.endAndSequence
      let ledger = DeliveryLedger(startSequence: end.sequence, position: end.position, shardCount: shardCount)
      try file.store(ledger.encoded())
      return LedgerKeeper(ledger, file)
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
    for stretch in ledger.stretches {
      let from = max(oldest, stretch.from)
      let lanes = LaneShares(count: stretch.marks.count)
      for (index, mark) in stretch.marks.enumerated() where mark.position >= from {
        var reader = LogReader(log, from: from)
        let skim = try reader.skim(to: mark.position) { lane in lanes.shard(of: lane) == index }
        settledSince &+= skim.samples &+ UInt64(mark.samplesDone)
        for loss in skim.losses.compactMap(LogLoss.init) where lanes.shard(of: loss) == index {
          settledSince &+= loss.samples ?? 0
        }
      }
    }
    let settledBefore = ledger.settled.total - min(ledger.settled.total, settledSince)
    let takenBefore = first.firstSequence - min(first.firstSequence, ledger.startSequence)
    return (takenBefore - min(takenBefore, settledBefore), oldest)
  }

  private init(_ ledger: DeliveryLedger, _ file: consuming LedgerFile) {
    published = Mutex(Published(ledger: ledger, storedLowWater: ledger.lowWater))
    self.file = Mutex(file)
  }

  var ledger: DeliveryLedger { published.withLock { $0.ledger } }

  /// The position before which the endpoint needs nothing, not even after a crash.
  var lowWater: LogPosition { published.withLock { $0.storedLowWater } }

  /// - Throws: when the ledger could not be written. The change counts all the same: after a crash what it covers is
  ///   sent once more. The log need not keep that: on a full disk it could never let go of anything.
  func change(_ change: (inout DeliveryLedger) -> Void) throws(LogError) {
    try file.withLock { file throws(LogError) in
      let ledger = published.withLock { published in
        change(&published.ledger)
        return published.ledger
      }
      defer { published.withLock { $0.storedLowWater = ledger.lowWater } }
      try file.store(ledger.encoded())
    }
  }
}
