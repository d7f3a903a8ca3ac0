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
        guard let ledger = DeliveryLedger(decoding: document) else {
          throw EndpointError(
            "\(file.path) is not a ledger that this version can read. Start the version that wrote it, or move the file "
              + "away: the endpoint then begins at the end of the log")
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
