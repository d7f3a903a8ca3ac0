public import Delivery

/// How the agent stands, in samples.
public struct AgentReport: Sendable {
  /// Taken over the life of the log.
  public var samplesTaken: UInt64
  public var logBytes: UInt64
  public var endpoints: [EndpointStatus]
  /// What is scraped, by job, and whether its last scrape succeeded: nil before the first.
  public var targets: [(job: String, isUp: Bool?)] = []

  /// Whether every sample of every endpoint is accounted for.
  public var isBalanced: Bool { endpoints.allSatisfy(\.isBalanced) }
}
