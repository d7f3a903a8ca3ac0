/// What is known of a sender, and what is wanted of it.
public struct SizingRequest: Sendable {
  public var goals = SizingGoals()
  /// None, one, or two of one process, the older one first.
  public var pages: [MetricsPage] = []
  /// Seconds between two pages.
  public var apart: Double?
  /// When the last page was taken, in seconds since the epoch; nil to go by its newest timestamp.
  public var takenAt: Double?
  public var configuration: (path: String, text: String)?
  /// Nil to go by the page, and Godwit where there is none.
  public var program: SenderProgram?
  /// The name of the one endpoint that is asked about.
  public var endpoint: String?
  /// Of the simulator's randomness.
  public var seed: UInt64 = 1

  public init() {}
}
