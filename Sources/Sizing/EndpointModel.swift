import Foundation

/// How an endpoint behaves in the simulator: a few numbers instead of a server.
public struct EndpointModel: Sendable, Hashable {
  /// Mean seconds from the last byte of a request to its answer; six tenths are fixed, the rest is exponential.
  public var latency: Double
  /// The share of requests that are refused for good.
  public var refusedShare = 0.0
  /// Samples a second that are let in; what is more is answered 429.
  public var limit: Double?
  /// What a 429 says in Retry-After, in seconds.
  public var retryAfter: Double?
  /// Bytes a second of the link that all requests share.
  public var bandwidth: Double?
  public var bytesPerSample: Double
  /// CPU seconds that the sender needs for a sample, and how many it has each second; 0 costs nothing.
  public var cpuPerSample = 0.0
  public var cores = 1.0

  public init(latency: Double, bytesPerSample: Double) {
    self.latency = latency
    self.bytesPerSample = bytesPerSample
  }

  /// A latency, from a uniform number in 0..<1.
  func latency(_ random: Double) -> Double { latency * (0.6 - 0.4 * log(1 - random)) }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededRandom: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Uniform in 0..<1.
  mutating func next() -> Double {
    // Wrapping is what the generator is defined by.
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((mixed ^ (mixed >> 31)) >> 11) / 9_007_199_254_740_992
  }
}
