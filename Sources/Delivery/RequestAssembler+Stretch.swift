import DurableLog

/// Which samples of the log a cut is about, for whoever looks if another endpoint has sent the same.
extension RequestAssembler {
  /// The samples of a cut that are sent.
  ///
  /// - Returns: nil where something is left out that another endpoint may send: what has expired or is settled, or what
  ///   could not be read. What the rules drop is dropped by all who have the same rules.
  /// - Complexity: linear in the records of the cut, and in the samples at its ends that are not sent.
  func stretch(of cut: Cut, shard: Int, among shards: LaneShares) -> SampleStretch? {
    guard cut.kept > 0, cut.others.total == cut.others.dropped, escapes.isEmpty else { return nil }
    var columns = start..<start + cut.columns
    while !columns.isEmpty && series[columns.lowerBound] >= Self.keptEnd { columns.removeFirst() }
    while !columns.isEmpty && series[columns.upperBound - 1] >= Self.keptEnd { columns.removeLast() }
    guard !columns.isEmpty, !hasLosses(within: columns), let first = place(of: columns.lowerBound),
      let last = place(of: columns.upperBound - 1)
    else { return nil }
    return SampleStretch(shard: shard, shardCount: Int(shards.count), first: first, last: last, count: cut.kept)
  }

  /// Whether anything was lost on the way, though it be nothing that was counted.
  private func hasLosses(within columns: Range<Int>) -> Bool {
    for chunk in chunks where chunk.count == 0 && columns.contains(chunk.firstColumn) { return true }
    return false
  }

  /// Where in the log the sample of a column stands.
  private func place(of column: Int) -> ShardMark? {
    for chunk in chunks where column < chunk.end {
      return ShardMark(
        position: chunk.position, samplesDone: UInt32(chunk.firstSample + column - chunk.firstColumn))
    }
    return nil
  }

  /// How many samples are sent that stand before `place`; 0 where no record here begins at its position.
  func keptCount(before place: ShardMark) -> Int {
    var count = 0
    for chunk in chunks where chunk.count > 0 && chunk.position == place.position {
      let column = chunk.firstColumn + Int(place.samplesDone) - chunk.firstSample
      guard column > start, column <= chunk.end else { break }
      for series in series[start..<column] where series < Self.keptEnd { count += 1 }
    }
    return count
  }
}
