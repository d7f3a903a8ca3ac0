/// Runs of symbol numbers, each under the place where it begins. A run that is removed leaves its place to the next one
/// of the same length.
///
/// - Complexity: linear in the length of the run.
public struct SymbolRuns: Sendable {
  /// The numbers of all runs, in no particular order.
  public private(set) var symbols: [UInt32] = []
  /// Starts of unused runs, by their length.
  private var free: [[UInt32]] = []

  init() {}

  /// - Returns: where the run begins in ``symbols``.
  mutating func add(_ run: Span<UInt32>) -> UInt32 {
    if run.count < free.count, let start = free[run.count].popLast() {
      var symbols = symbols.mutableSpan
      for offset in run.indices { symbols[Int(start) + offset] = run[offset] }
      return start
    }
    let start = UInt32(symbols.count)
    symbols.reserveSparingly(for: run.count)
    symbols.append(addingCapacity: run.count) { room in
      for offset in run.indices { room.append(run[offset]) }
    }
    return start
  }

  mutating func remove(_ run: Range<Int>) {
    while free.count <= run.count { free.append([]) }
    free[run.count].append(UInt32(run.lowerBound))
  }

  subscript(run: Range<Int>) -> ArraySlice<UInt32> { symbols[run] }
}
