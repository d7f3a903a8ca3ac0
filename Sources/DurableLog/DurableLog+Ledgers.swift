extension DurableLog {
  /// Opens the ledger of an endpoint, which is made if missing. One owner at a time.
  public func ledger(endpoint: String) throws(LogError) -> LedgerFile {
    let folder = directory + "/endpoints"
    guard let name = EndpointName.fileName(endpoint) else { throw .nameUnusable(endpoint, path: folder) }
    let ledger = try LedgerFile(path: folder + "/" + name, disk: disk)
    do { try disk.synchronizeDirectory(folder) } catch { throw .syncing(folder, error) }
    return ledger
  }

  /// The endpoints that have a ledger, sorted.
  public func ledgerEndpoints() throws(LogError) -> [String] {
    let folder = directory + "/endpoints"
    do {
      return try disk.names(in: folder).compactMap(EndpointName.endpoint(ofFile:)).sorted()
    } catch {
      throw .listing(folder, error)
    }
  }

  /// Forgets an endpoint. It is no error if it is unknown.
  public func removeLedger(endpoint: String) throws(LogError) {
    let folder = directory + "/endpoints"
    guard let name = EndpointName.fileName(endpoint) else { throw .nameUnusable(endpoint, path: folder) }
    do {
      try disk.remove(folder + "/" + name)
    } catch {
      if error.kind != .nameUnknown { throw .removing(folder + "/" + name, error) }
    }
  }
}
