import Synchronization

/// A log that can be read: the one that a process writes, or one that is only looked at.
public protocol LogSource: Sendable {
  /// The segments, oldest first.
  func segments() -> [SegmentSummary]
  /// The position behind the last record, and how many samples had been taken there.
  var endAndSequence: (position: LogPosition, sequence: UInt64) { get }
  func reader(from position: LogPosition) -> LogReader
}

extension DurableLog: LogSource {
  public var endAndSequence: (position: LogPosition, sequence: UInt64) {
    state.withLock { ($0.end, $0.endSequence) }
  }

  public func reader(from position: LogPosition) -> LogReader { LogReader(self, from: position) }
}
