public import Settings

/// Which program sends; each has defaults and costs of its own. The raw value is the word of `--for`.
public enum SenderProgram: String, Sendable, CaseIterable {
  case godwit, prometheus, vmagent

  /// What holds where neither the configuration nor a page says otherwise. Of vmagent, whose queue is set by flags, its
  /// workers stand for shards and its rows per block for samples per send.
  public var defaults: QueueSettings {
    var queue = QueueSettings()
    switch self {
    case .godwit: break
    case .prometheus:
      queue.maxSamplesPerSend = 2000
      queue.retryOnRateLimit = false
    case .vmagent:
      (queue.minShards, queue.maxShards) = (4, 4)
      (queue.capacity, queue.maxSamplesPerSend) = (10_000, 10_000)
      queue.batchSendDeadline = .seconds(1)
      (queue.minBackoff, queue.maxBackoff) = (.seconds(1), .seconds(60))
    }
    return queue
  }

  /// Compressed bytes that a sample takes in a request: what `docs/performance.md` measured, rounded up.
  var bytesPerSampleSent: Double { self == .godwit ? 21 : 26 }

  /// Bytes of memory for each sample that a shard holds.
  ///
  /// The reference's own documentation has less than 2 MB for a shard of its defaults, which holds 12,000 samples. Godwit
  /// holds columns: 4 bytes for the series, 8 each for time and value, doubled because arrays grow by doubling.
  var bytesPerSampleHeld: Double { self == .godwit ? 40 : 2_000_000 / 12_000 }

  /// Bytes that a sample takes in the log or the queue on disk, its share of the definitions of series included.
  var bytesPerSampleStored: Double {
    switch self {
    case .godwit: 12
    case .prometheus: 12
    case .vmagent: 26
    }
  }

  /// How many samples a second one core carries: `docs/performance.md`, the lowest of the tables, rounded down.
  var samplesPerCoreSecond: Double {
    switch self {
    case .godwit: 1_000_000
    case .prometheus: 180_000
    case .vmagent: 500_000
    }
  }
}
