import Synchronization

/// The process's ``SeriesTable`` behind a lock.
///
/// The lock is taken once for a batch or a request, never for a sample.
public final class SeriesRegistry: Sendable {
  private let table = Mutex(SeriesTable())

  public init() {}

  public func withTable<Result, Failure: Error>(
    _ body: (inout SeriesTable) throws(Failure) -> Result
  ) throws(Failure) -> Result where Result: Sendable {
    // Mutex wants its result `sending`; a Sendable result is that already.
    try table.withLock { (table: inout SeriesTable) throws(Failure) -> Result in try body(&table) }
  }
}
