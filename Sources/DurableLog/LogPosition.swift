/// The number of a segment. Numbers rise by one, begin at 1 and are never used twice.
public typealias SegmentNumber = UInt64

/// A place between two records of the log.
///
/// Positions of one log compare in the order in which records were appended. A position stays meaningful across
/// restarts and after its segment is gone: a reader that begins there says what is missing and goes on with the rest.
public struct LogPosition: Comparable, Hashable, Sendable {
  public var segment: SegmentNumber
  /// Bytes from the beginning of the segment's file.
  public var offset: UInt64

  public init(segment: SegmentNumber, offset: UInt64) {
    self.segment = segment
    self.offset = offset
  }

  /// Before the first record that a log could ever hold.
  public static let start = LogPosition(segment: 1, offset: 0)

  public static func < (first: LogPosition, second: LogPosition) -> Bool {
    first.segment == second.segment ? first.offset < second.offset : first.segment < second.segment
  }
}

extension LogPosition: CustomStringConvertible {
  public var description: String { "\(segment):\(offset)" }
}
