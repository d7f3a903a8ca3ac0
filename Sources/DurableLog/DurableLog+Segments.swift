import Synchronization

/// One segment as an operator sees it.
public struct SegmentSummary: Hashable, Sendable {
  public let number: SegmentNumber
  public let bytes: UInt64
  /// Samples ever taken before it.
  public let firstSequence: UInt64
  /// Milliseconds since the Unix epoch.
  public let createdMs: Int64
  /// When its last record was appended, milliseconds since the Unix epoch. For segments found at start never too early,
  /// possibly too late.
  public let lastAppendMs: Int64
}

extension DurableLog {
  /// The position behind the last record. It never goes back.
  public var end: LogPosition { state.withLock { $0.end } }

  /// How many samples have been taken over the life of the log.
  public var endSequence: UInt64 { state.withLock { $0.endSequence } }

  /// The beginning of the oldest segment that is there.
  public var oldest: LogPosition {
    state.withLock { state in
      state.segments.first.map { LogPosition(segment: $0.number, offset: UInt64(SegmentHeader.bytes)) } ?? state.end
    }
  }

  /// What all segments take on disk.
  public var bytes: UInt64 {
    state.withLock { state in state.segments.reduce(0 as UInt64) { $0 &+ $1.end } }
  }

  /// The segments, oldest first.
  public func segments() -> [SegmentSummary] {
    state.withLock { state in
      state.segments.map {
        SegmentSummary(
          number: $0.number, bytes: $0.end, firstSequence: $0.firstSequence, createdMs: $0.createdMs,
          lastAppendMs: $0.lastAppendMs)
      }
    }
  }

  /// Removes the segments that lie wholly before the one of `position`. The newest segment always stays: it carries the
  /// numbering and the count of samples over a restart.
  /// - Returns: the segments removed, oldest first.
  /// - Throws: `fileNotRemoved`; the segments not yet removed stay in the log.
  @discardableResult
  public func remove(before position: LogPosition) throws(LogError) -> [SegmentSummary] {
    let candidates = segments().dropLast().prefix { $0.number < position.segment }
    var removed: [SegmentSummary] = []
    for segment in candidates {
      let path = path(of: segment.number)
      // Taken from the list first, so that a reader that does not find the file knows why.
      let entry = state.withLock { state -> SegmentEntry? in
        guard let first = state.segments.first, first.number == segment.number else { return nil }
        return state.segments.removeFirst()
      }
      // Another caller is removing too and was faster.
      guard let entry else { continue }
      do {
        try disk.remove(path)
      } catch {
        if error.kind != .nameUnknown {
          state.withLock { $0.segments.insert(entry, at: $0.index(atOrAfter: entry.number)) }
          throw .removing(path, error)
        }
      }
      removed.append(segment)
    }
    return removed
  }

  /// What the log knows of a segment; nil if it is not there.
  func entry(_ number: SegmentNumber) -> SegmentEntry? {
    state.withLock { state in
      let index = state.index(atOrAfter: number)
      return index < state.segments.count && state.segments[index].number == number ? state.segments[index] : nil
    }
  }

  /// The first segment with a higher number.
  func entry(after number: SegmentNumber) -> SegmentEntry? {
    state.withLock { state in
      let index = state.index(atOrAfter: number &+ 1)
      return index < state.segments.count ? state.segments[index] : nil
    }
  }
}
