/// One small number for each pair of a log segment and a lane, so that a series can say in two bytes where it was
/// defined last.
struct DefinitionMarks: Sendable {
  private var segment: UInt32 = 0
  /// By lane, of the segment.
  private var marks: [UInt32: UInt16] = [:]
  private var lastLane: UInt32 = 0
  /// The mark of ``segment`` and ``lastLane``; 0 for none.
  private var lastMark: UInt16 = 0
  /// How many marks have been given.
  private var count: UInt16 = 0

  /// The mark of the pair, above 0 and never that of another pair. A segment's marks are forgotten with the next one's
  /// first, so a segment that comes back has new ones.
  ///
  /// - Returns: nil when all marks have been given: then every mark that was is void, and the numbers begin anew.
  @inline(__always)
  mutating func mark(of segment: UInt32, lane: UInt32) -> UInt16? {
    if lastMark > 0 && segment == self.segment && lane == lastLane { return lastMark }
    return lookUp(segment, lane)
  }

  private mutating func lookUp(_ segment: UInt32, _ lane: UInt32) -> UInt16? {
    if segment != self.segment {
      self.segment = segment
      marks.removeAll(keepingCapacity: true)
    }
    lastLane = lane
    if let known = marks[lane] {
      lastMark = known
      return known
    }
    guard count < .max else {
      self = DefinitionMarks()
      return nil
    }
    count += 1
    marks[lane] = count
    lastMark = count
    return count
  }
}
