public import DurableLog
import RemoteWriteProtocol
public import Settings
import Synchronization

/// What an endpoint has on disk, its ledger and its quarantine, and what was learnt of it.
///
/// They are the endpoint's, not a delivery's: when settings change, the new delivery goes on in the same books as soon as
/// the old one has ended, and nobody has to wait for that.
public final class EndpointBooks: Sendable {
  let keeper: LedgerKeeper
  private let quarantine: Mutex<Quarantine>
  private struct Learnt {
    var url: String
    var choice: MessageChoice
  }

  private let learnt: Mutex<Learnt>

  /// Opens the books of an endpoint. One that the log does not know yet begins at the end of the log.
  ///
  /// - Throws: `EndpointError` when a file cannot be read or is not what it should be.
  public init(_ settings: EndpointSettings, log: DurableLog) throws(EndpointError) {
    learnt = Mutex(Learnt(url: settings.url, choice: MessageChoice(WriteMessageVersion(settings.message))))
    keeper = try LedgerKeeper.open(endpoint: settings.name, shardCount: settings.queue.minShards, log: log)
    do {
      quarantine = Mutex(
        try log.quarantine(endpoint: settings.name, bytesMax: settings.delivery.quarantineBytesMax))
    } catch {
      throw EndpointError(error.description)
    }
  }

  /// Forgets what was learnt of the endpoint if it is another one now, or is to be sent another message.
  func adopt(_ settings: EndpointSettings) {
    let configured = WriteMessageVersion(settings.message)
    learnt.withLock { learnt in
      guard learnt.url != settings.url || learnt.choice.configured != configured else { return }
      learnt = Learnt(url: settings.url, choice: MessageChoice(configured))
    }
  }

  /// The message that the endpoint is sent.
  var message: WriteMessageVersion { learnt.withLock { $0.choice.current } }

  func withChoice<Result: Sendable>(_ body: (inout MessageChoice) -> Result) -> Result {
    learnt.withLock { body(&$0.choice) }
  }

  /// - Returns: the path of the new file, or nil if the batch alone is larger than the bound.
  func setAside(_ batch: RefusedBatch) throws(LogError) -> String? {
    try quarantine.withLock { quarantine throws(LogError) in try quarantine.keep(batch.encoded()) }
  }

  /// What the quarantine takes on disk.
  var quarantineBytes: UInt64 { quarantine.withLock { $0.bytes } }

  /// Looks at the quarantine's folder again: an operator may have taken files away.
  func refreshQuarantine() {
    // A folder that cannot be listed for once leaves the figure of before.
    quarantine.withLock { try? $0.refresh() }
  }

  /// What refused batches may take from now on, in bytes.
  func boundQuarantine(to bytesMax: UInt64) { quarantine.withLock { $0.bytesMax = bytesMax } }

  /// How many refused batches had to go for newer ones.
  var quarantineDisplaced: Int { quarantine.withLock { $0.displacedCount } }
}

extension WriteMessageVersion {
  init(_ message: WriteMessage) { self = message == .version2 ? .v2 : .v1 }
}
