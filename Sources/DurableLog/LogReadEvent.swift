/// What a reader met.
public enum LogReadEvent: Hashable, Sendable {
  case record(LogRecord)
  /// All that has been appended so far has been read.
  case end
  /// Bytes that could not be read were stepped over.
  case damaged(LogDamage)
  /// Whole segments are not there: removed, set aside at start, or lost with their disk. Numbers that are known to have
  /// held no sample are passed over in silence.
  /// - Parameter samples: how many were in them, when the neighbours tell.
  case missing(segments: ClosedRange<SegmentNumber>, samples: UInt64?)
}

/// One record, except for its bytes: those are `LogReader.bytes[payload]`.
public struct LogRecord: Hashable, Sendable {
  /// What the writer said it is; the log gives it no meaning.
  public let kind: UInt8
  public let lane: UInt32
  public let sampleCount: Int
  /// Of its first sample, counted over the life of the log.
  public let sequence: UInt64
  /// When it was appended, milliseconds since the Unix epoch.
  public let timeMs: Int64
  /// Where it begins.
  public let position: LogPosition
  /// Where the next one begins; what to remember once this one is acknowledged.
  public let next: LogPosition
  /// The place of the payload in `LogReader.bytes`, until the reader's next call. Empty for a record that was skimmed.
  public let payload: Range<Int>
}

/// A part of a segment that could not be read.
public struct LogDamage: Hashable, Sendable {
  public enum Reason: String, Sendable {
    /// The payload of one record is not what was written.
    case payloadChanged
    /// A header is not what was written; reading went on at the next whole one.
    case headerChanged
    /// Records that were there have been cut off the end of the segment.
    case segmentShortened
  }

  public let segment: SegmentNumber
  /// Bytes of the segment's file; empty where records were cut off and nothing is left of them.
  public let range: Range<UInt64>
  public let reason: Reason
  /// The lane of the record, or nil when the header that named it is gone. In that case every reader reports the same
  /// `range`, whatever lanes it wants, so who adds up several readers of an endpoint counts it once.
  public let lane: UInt32?
  /// Samples lost, or nil when nothing tells.
  public let samples: UInt64?
  /// Where the bytes were copied to, or nil if there was nothing to copy, no room, or the bound has been reached.
  public let copiedTo: String?
}

/// What a skim passed over.
public struct LogSkim: Hashable, Sendable {
  /// Samples in readable records of the wanted lanes.
  public var samples: UInt64 = 0
  /// Damage and missing segments met on the way; never a record.
  public var losses: [LogReadEvent] = []
}
