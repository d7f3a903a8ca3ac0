/// What one agent cost under one workload during one window.
public struct Measurement: Codable, Hashable, Sendable {
  public var workload: String
  public var agent: String
  public var round: Int
  /// How long the window was.
  public var seconds: Double
  /// Samples that arrived during the window, histograms among them, at all endpoints together.
  public var samples: Int
  /// The same for one endpoint.
  public var samplesPerEndpoint: Int
  public var requests: Int
  /// Bytes of bodies that arrived, compressed.
  public var bytes: Int
  /// CPU time of the agent during the window.
  public var cpuSeconds: Double
  /// CPU time of both ends, which run in the process that measures.
  public var playersCPUSeconds: Double
  /// The most memory that was seen during the window, in MiB.
  public var residentMebibytes: Double
  /// The most memory since its start, in MiB.
  public var peakMebibytes: Double
  /// From a sample's timestamp to its acknowledgement.
  public var delayMs: SpreadFigures
  public var samplesPerRequest: SpreadFigures
  /// Samples since the start: how many arrived, and how many the agent says it delivered.
  public var receivedInAll: Int
  public var deliveredInAll: Int
  /// Series of the workload.
  public var series: Int
  /// Of a relay: what was pushed since the start.
  public var pushed: PushCounts?

  public var samplesPerSecond: Double { ratio(Double(samplesPerEndpoint), seconds) }
  /// Samples taken once and delivered to all endpoints, for each second of CPU time.
  public var samplesPerCPUSecond: Double { ratio(Double(samplesPerEndpoint), cpuSeconds) }
  public var bytesPerSample: Double { ratio(Double(bytes), Double(samples)) }
  /// Memory for each series, in bytes; for few series it is mostly the program's own.
  public var memoryPerSeries: Double { ratio(residentMebibytes * 1_048_576, Double(series)) }
  /// Whether the agent says it delivered what arrived.
  public var isBalanced: Bool { receivedInAll == deliveredInAll }

  private func ratio(_ part: Double, _ whole: Double) -> Double { whole > 0 ? part / whole : 0 }
}
