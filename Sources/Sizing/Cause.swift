/// What limits a queue. The raw value is the word in JSON.
public enum Cause: String, Sendable, CaseIterable {
  case slowEndpoint = "slow endpoint"
  case shardCap = "cap on shards"
  case throttled
  case tinyBatches = "tiny batches"
  case bandwidth = "bandwidth-bound"
  case burst
  case coldStart = "cold start"
  case manyEndpoints = "many endpoints"
  case dropRules = "drop rules"
  case idle
  case refused
  case healthy
  case down
  case cpu = "CPU-bound"
  case uneven = "uneven shards"
  case undecided

  /// Whether `queue_config` can do something about it.
  public var isCurable: Bool {
    switch self {
    case .slowEndpoint, .shardCap, .tinyBatches, .coldStart, .throttled, .manyEndpoints: true
    case .bandwidth, .burst, .dropRules, .idle, .refused, .healthy, .down, .cpu, .uneven, .undecided: false
    }
  }

  var finding: TuneFinding {
    switch self {
    case .slowEndpoint: .slowEndpoint
    case .shardCap: .shardCap
    case .throttled: .throttled
    case .tinyBatches: .tinyBatches
    case .bandwidth: .bandwidth
    case .burst: .burst
    case .coldStart: .coldStart
    case .manyEndpoints: .manyEndpoints
    case .dropRules: .droppedByRules
    case .idle: .idle
    case .refused: .refused
    case .healthy: .healthy
    case .down: .down
    case .cpu: .cpu
    case .uneven: .uneven
    case .undecided: .undecided
    }
  }
}

/// A cause with what was seen of it.
public struct Diagnosis: Sendable, Hashable {
  public var cause: Cause
  /// Each a quantity or a comparison of two, as text.
  public var evidence: [String]
  /// 0…1.
  public var confidence: Double
}
