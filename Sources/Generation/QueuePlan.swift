import Settings

/// The queue of an endpoint for a rate: how many requests at once, of how many samples.
///
/// A shard sends one request after the other, so it carries `batch ÷ latency` samples a second; that, and that capacity
/// should be 3 to 10 batches, is said in Prometheus's page on tuning remote write
/// (https://prometheus.io/docs/practices/remote_write/), as is what a shard takes in memory.
struct QueuePlan: Hashable {
  /// What the plan is made from.
  struct Load: Hashable {
    /// Samples a second.
    var rate: Int
    /// From sending a request to its answer.
    var latency: Duration
    /// What the whole program may take, in bytes.
    var memoryBytes: UInt64?
  }

  /// With this many requests at once a backlog is sent while new samples come, and a spell of slow answers is borne.
  static let headroom = 4.0
  /// Below this much head room a backlog hardly shrinks.
  static let headroomLeast = 1.5
  /// As many as Amazon's guide allows at most. Each shard reads the log for itself, and an endpoint that needs more
  /// requests at once is better served by larger ones.
  static let shardsMax = 200
  static let shardsLeast = 4
  /// Prometheus's page: a shard of 10,000 + 2,000 samples takes less than 2 MB.
  static let bytesPerSample = 170.0
  static let capacityBatches = 5
  static let capacityBatchesLeast = 3
  /// The share of the memory that what waits in shards may take; the rest is for series and pages.
  static let memoryShare = 1.0 / 3

  var load: Load
  var batch: Int
  var capacity: Int
  var minShards: Int
  var maxShards: Int
  /// Shards that are busy all the time: rate × latency ÷ batch.
  var needed: Double

  init(load: Load, batch: Int) {
    self.load = load
    self.batch = batch
    needed = Double(load.rate) * max(0.001, Quantity.seconds(load.latency)) / Double(batch)
    maxShards = min(Self.shardsMax, max(Self.shardsLeast, Self.whole(needed * Self.headroom)))
    minShards = min(maxShards, max(1, Self.whole(needed)))
    capacity = batch * Self.capacityBatches
    fitIntoMemory()
  }

  /// Smaller queues before fewer of them: what waits in a shard is in the log too.
  private mutating func fitIntoMemory() {
    guard let memory = load.memoryBytes else { return }
    let budget = Double(memory) * Self.memoryShare
    while memoryBytes > budget && capacity > batch * Self.capacityBatchesLeast { capacity -= batch }
    let perShard = memoryBytes / Double(maxShards)
    let least = min(maxShards, max(minShards, Self.whole(needed * Self.headroomLeast)))
    if memoryBytes > budget { maxShards = max(least, min(maxShards, Int(budget / perShard))) }
  }

  /// What the shards hold at most.
  var memoryBytes: Double { Double(maxShards) * Double(capacity + batch) * Self.bytesPerSample }

  var fitsIntoMemory: Bool { load.memoryBytes.map { memoryBytes <= Double($0) * Self.memoryShare } ?? true }

  /// Samples a second with all shards at work.
  var throughput: Double { Double(maxShards) * Double(batch) / max(0.001, Quantity.seconds(load.latency)) }

  /// Whether the shards carry the rate and send a backlog beside it.
  var carriesRate: Bool { Double(maxShards) >= needed * Self.headroomLeast }

  /// How long it takes to send what has gathered in an outage, new samples coming all the while.
  func recovery(after outage: Duration) -> Duration? {
    let spare = throughput - Double(load.rate)
    guard spare > 0 else { return nil }
    return .seconds(Quantity.seconds(outage) * Double(load.rate) / spare)
  }

  private static func whole(_ number: Double) -> Int { Int(min(1e9, number.rounded(.up))) }
}
