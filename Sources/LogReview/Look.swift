import Delivery
import DurableLog

/// One look at the ledgers and then at the log. The order matters: what the log took between the two counts as waiting.
struct Look {
  /// Why there is no ledger to speak of.
  enum LedgerFlaw: Hashable {
    /// The file is there and nothing was ever stored in it.
    case empty
    /// Neither copy is whole, or the file cannot be read.
    case unreadable(LogError)
    /// Whole, and not a ledger that this version knows.
    case undecodable

    func hash(into hasher: inout Hasher) {}
  }

  struct Endpoint {
    var name: String
    var report: EndpointReport.Delivery?
    var flaw: LedgerFlaw?
  }

  let atMs: Int64
  let inspection: LogInspection
  private(set) var endpoints: [Endpoint] = []
  /// A running agent went on so fast that what was to be counted had gone: the look has to be repeated.
  private(set) var isDisturbed = false

  init(_ directory: String, _ names: [String], _ nowMs: Int64) throws(LogError) {
    atMs = nowMs
    let withLedger = Set(try LogInspection.ledgerEndpoints(in: directory))
    var documents: [String: [UInt8]] = [:]
    for name in names {
      var endpoint = Endpoint(name: name)
      if withLedger.contains(name) {
        do throws(LogError) {
          documents[name] = try LogInspection.ledgerDocument(endpoint: name, in: directory)
          if documents[name] == nil { endpoint.flaw = .empty }
        } catch {
          endpoint.flaw = .unreadable(error)
        }
      }
      endpoints.append(endpoint)
    }
    inspection = try LogInspection(directory: directory, nowMs: nowMs)
    for (index, endpoint) in endpoints.enumerated() {
      guard let document = documents[endpoint.name] else { continue }
      guard let ledger = DeliveryLedger(decoding: document) else {
        endpoints[index].flaw = .undecodable
        continue
      }
      let backlog = try BacklogCount(of: ledger, in: inspection)
      endpoints[index].report = Self.report(ledger, backlog)
      let hasGone = backlog.goneBefore != nil || backlog.losses.contains { hasVanished($0) }
      if hasGone {
        let now = try? LogInspection.ledgerDocument(endpoint: endpoint.name, in: directory)
        if now != document { isDisturbed = true }
      }
    }
  }

  /// What the endpoints' counts met, each loss once.
  var losses: [LogReadEvent] {
    var seen: Set<LogReadEvent> = []
    return endpoints.flatMap { $0.report?.backlog.losses ?? [] }.filter { seen.insert($0).inserted }
  }

  /// Whether a segment that was there at the beginning of the look was gone when it was to be read.
  private func hasVanished(_ loss: LogReadEvent) -> Bool {
    guard case .missing(let missing, _) = loss else { return false }
    return inspection.segments().contains { missing.contains($0.number) }
  }

  private static func report(_ ledger: DeliveryLedger, _ backlog: BacklogCount) -> EndpointReport.Delivery {
    let balance: EndpointReport.Balance =
      switch backlog.difference(to: ledger) {
      case 0: .holds
      case .some(let difference): .differs(difference)
      case nil: .unknown
      }
    let taken = backlog.endSequence >= ledger.startSequence ? backlog.endSequence - ledger.startSequence : 0
    return EndpointReport.Delivery(
      ledger: ledger, backlog: backlog, taken: taken, gone: backlog.gone(by: ledger), balance: balance)
  }
}
