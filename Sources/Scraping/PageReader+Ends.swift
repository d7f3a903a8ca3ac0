import MetricModel
import Settings

/// Series that end: their markers, and what is remembered of lines.
extension PageReader {
  /// Which lines end.
  enum Ending {
    case all
    /// Those that the last page does not have.
    case unseen
    /// Those of them that no page has had that the log took.
    case unseenStrangers
  }

  /// The first number from `number` on that may be of a line that ends; all that a page has are passed over in runs.
  private func first(of ending: Ending, from number: UInt32) -> UInt32? {
    switch ending {
    case .all: number < lines.entries.count ? number : nil
    case .unseen, .unseenStrangers: lines.firstUnseen(from: number)
    }
  }

  private func ends(_ ending: Ending, _ number: UInt32, _ entry: LineCache.Entry) -> Bool {
    switch ending {
    case .all: true
    case .unseen: !lines.isSeen(number)
    case .unseenStrangers: !entry.isEstablished && !lines.isSeen(number)
    }
  }

  mutating func appendMarkers(of ending: Ending, at timeMs: Int64, into batch: inout SampleBatch) {
    var next = first(of: ending, from: 0)
    while let number = next {
      next = first(of: ending, from: number + 1)
      let entry = lines.entries[Int(number)]
      guard entry.isActive && ends(ending, number, entry) else { continue }
      if entry.bringsTimestamps, let newest = newestMs[number] {
        // A sample from ahead of time cannot be followed by a marker from before it.
        if newest >= timeMs {
          isWhole = false
          continue
        }
        newestMs.set(timeMs, for: number)
      }
      let series = SeriesID(rawValue: lines.series[number])
      if entry.marks.contains(.histogram) {
        // A float would begin another series at an endpoint that keeps the two kinds apart.
        batch.append(
          series,
          histogram: .staleMarker(timestampMs: timeMs, custom: entry.marks.contains(.customBuckets)))
      } else {
        batch.append(series, timestampMs: timeMs, value: SpecialNaN.staleMarker)
      }
    }
  }

  /// Takes down what the log has now. Lines that the page shows as the one before did are as they were.
  mutating func settlePage() {
    for number in changedLines {
      let entry = lines.entries[Int(number)]
      guard entry.isLive, lines.isSeen(number) else { continue }
      var marks = entry.marks.subtracting(.kinds).union(entry.marks.shown)
      marks.insert(.established)
      if entry.isTracked { marks.insert(.active) } else { marks.remove(.active) }
      if marks != entry.marks { lines.setMarks(number, marks) }
    }
    // A first page changes all, and the next ones hardly any.
    changedLines = []
    if lines.seenCount < lines.count { forget(.unseen) }
    lines.settle()
  }

  mutating func settleFailure(at timeMs: Int64) {
    for number in 0..<UInt32(lines.entries.count) where lines.entries[Int(number)].isActive {
      plainNewestMs = timeMs
      lines.setMarks(number, lines.entries[Int(number)].marks.subtracting(.active))
    }
    forgetLeftovers()
  }

  /// Forgets lines that only pages without success had and that the last of them no longer has.
  mutating func forgetLeftovers() {
    forget(.unseenStrangers)
    lines.settle()
  }

  mutating func revertNotes() {
    newestMs.revert()
    lastExemplars.revert()
  }

  mutating func forget(_ ending: Ending) {
    var ended: [SeriesID] = []
    ended.reserveCapacity(ending == .all ? lines.count : max(0, lines.count - lines.seenCount))
    // A converted histogram goes after its parts, so they have to be gone first.
    for _ in 0..<(histograms.convertsClassic ? 2 : 1) {
      var next = first(of: ending, from: 0)
      while let number = next {
        next = first(of: ending, from: number + 1)
        let entry = lines.entries[Int(number)]
        guard entry.isLive && ends(ending, number, entry) else { continue }
        if classics.needs(number) {
          lines.setMarks(number, entry.marks.subtracting([.active, .established]))
          continue
        }
        if entry.isOwner { ended.append(SeriesID(rawValue: lines.series[number])) }
        forget(number)
      }
    }
    guard !ended.isEmpty else { return }
    let released = ended
    registry.withTable { table in for id in released { table.release(id) } }
  }

  private mutating func forget(_ number: UInt32) {
    lines.forget(number)
    newestMs.forget(number)
    lastExemplars.forget(number)
    starts.forget(number)
    classics.forget(number)
  }

  /// Numbers all series anew after a family's metadata changed. Rare: a target was replaced by another version.
  mutating func renewMetadataIfChanged() {
    guard families.settlePage(lineCount: lines.count) else { return }
    let owners = (0..<UInt32(lines.entries.count)).filter { number in
      lines.entries[Int(number)].isLive && lines.entries[Int(number)].isOwner
    }
    registry.withTable { table in
      for number in owners {
        let old = SeriesID(rawValue: lines.series[number])
        let labels = table.labels(of: old)
        let new = table.register(labels, families.metadata(ofSeries: labels))
        table.release(old)
        if new != old { lines.setSeries(number, new) }
      }
    }
    roster = SeriesRoster()
  }
}
