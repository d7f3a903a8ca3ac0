/// Where taken samples go: in the agent, the log.
public protocol SampleSink: Sendable {
  /// Takes the whole batch or nothing of it.
  ///
  /// - Parameter lane: which samples must stay in order among themselves; one target is one lane.
  func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError)
}

/// Why a batch was not taken.
public struct SampleSinkError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
