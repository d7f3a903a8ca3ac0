/// Where taken samples go: in the agent, the log.
public protocol SampleSink: Sendable {
  /// Takes the whole batch or nothing of it.
  ///
  /// - Parameter lane: which samples must stay in order among themselves; one target is one lane.
  func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError)

  /// Takes all of the batches or none of them.
  func take(_ batches: [LaneBatch]) throws(SampleSinkError)
}

/// What is to be taken on one lane.
public struct LaneBatch: Sendable {
  public var lane: UInt32
  public var batch: SampleBatch

  public init(lane: UInt32, batch: SampleBatch) {
    self.lane = lane
    self.batch = batch
  }
}

/// Why a batch was not taken.
public struct SampleSinkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What a caller can decide by; the raw value is the word in metrics.
  public enum Reason: String, Sendable, CaseIterable {
    /// The log has reached its bound and refuses what is new. The same batch may be taken later.
    case full
    /// The disk has no room. The same batch may be taken later.
    case diskFull = "disk_full"
    /// The disk failed otherwise. The same batch may be taken later.
    case disk
    /// The batch is larger than a record may be: it will never be taken as it is.
    case tooLarge = "too_large"
  }

  public var reason: Reason
  /// What happened and what to do about it.
  public var description: String

  public init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
