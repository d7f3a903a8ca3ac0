import DurableLog

/// The endpoints that a storage path knows: those with a ledger, and those with a quarantine.
struct KnownEndpoints {
  let withLedger: [String]
  let withQuarantine: [String]

  init(in directory: String) throws(LogReviewError) {
    do {
      withLedger = try LogInspection.ledgerEndpoints(in: directory)
      withQuarantine = try QuarantineFolder.endpoints(in: directory)
    } catch {
      throw .log(error)
    }
  }

  var all: [String] { Set(withLedger + withQuarantine).sorted() }

  /// The endpoint of that name, or all of them.
  func chosen(_ endpoint: String?) throws(LogReviewError) -> [String] {
    guard let endpoint else { return all }
    guard all.contains(endpoint) else { throw .endpointUnknown(endpoint, known: all) }
    return [endpoint]
  }
}
