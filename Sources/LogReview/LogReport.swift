public import Delivery
public import Diagnostics
public import DurableLog

/// What is in a log and in its quarantine, for each endpoint, and whether it is whole. Times are in milliseconds since
/// the Unix epoch, counts in samples.
public struct LogReport: Hashable, Sendable {
  /// The log as such.
  public struct Log: Hashable, Sendable {
    public var segments: Int
    /// What they take on disk.
    public var bytes: UInt64
    /// When the oldest segment was begun; nil if there is none.
    public var firstMs: Int64?
    /// When the last record was appended; nil if there is no segment.
    public var lastMs: Int64?
    /// Over the life of the log.
    public var samplesTaken: UInt64
    public var oldest: LogPosition
    public var end: LogPosition
    /// What was set aside or copied because it could not be read.
    public var damagedFiles: [DamagedFile]
  }

  /// A file in `damaged/`.
  public struct DamagedFile: Hashable, Sendable {
    public var name: String
    public var bytes: UInt64
  }

  /// What reading everything came to.
  public struct Verification: Hashable, Sendable {
    public var records: UInt64 = 0
    public var samples: UInt64 = 0
    public var bytes: UInt64 = 0
    /// Damaged parts and missing segments.
    public var losses = 0
    /// Samples in them, as far as something tells.
    public var samplesLost: UInt64 = 0
    /// Whole by their checksums, and still not to be decoded.
    public var undecodable = 0
    /// Segments that were removed while they were to be read: a running agent had delivered them.
    public var removedMeanwhile: UInt64 = 0

    public init() {}
  }

  /// The storage path as the user named it.
  public var directory: String
  /// When it was looked at.
  public var atMs: Int64
  public var log: Log
  /// Those that have a ledger or a quarantine, by name.
  public var endpoints: [EndpointReport]
  /// Nil unless it was asked for.
  public var verification: Verification?
  public var findings: [Finding]
}

/// One endpoint in a ``LogReport``.
public struct EndpointReport: Hashable, Sendable {
  /// Whether what was taken is accounted for.
  public enum Balance: Hashable, Sendable {
    case holds
    /// By so many samples: positive if more was taken than is accounted for.
    case differs(Int64)
    /// The log cannot tell any more, because a part is gone.
    case unknown
  }

  /// What the ledger says, and what the log has for it.
  public struct Delivery: Hashable, Sendable {
    public var ledger: DeliveryLedger
    public var backlog: BacklogCount
    /// Since the log knows the endpoint.
    public var taken: UInt64
    /// What went unsent with removed segments and is not counted as expired yet.
    public var gone: UInt64?
    public var balance: Balance
  }

  public var name: String
  /// Nil where there is no ledger, or none that can be read; a finding says which.
  public var delivery: Delivery?
  public var quarantine: QuarantineReport
}
