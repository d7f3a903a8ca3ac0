import Settings

/// One key of `queue_config` that is to have another value.
public struct QueueChange: Sendable, Hashable {
  public var key: String
  public var from: String
  public var to: String

  /// What differs, in the order in which it should be changed: larger requests before more of them.
  static func all(from today: QueueSettings, to proposed: QueueSettings) -> [QueueChange] {
    let keys: [(String, (QueueSettings) -> String)] = [
      ("retry_on_http_429", { "\($0.retryOnRateLimit)" }),
      ("max_samples_per_send", { "\($0.maxSamplesPerSend)" }),
      ("max_shards", { "\($0.maxShards)" }),
      ("min_shards", { "\($0.minShards)" }),
      ("capacity", { "\($0.capacity)" }),
      ("batch_send_deadline", { DurationText.format($0.batchSendDeadline) }),
      ("min_backoff", { DurationText.format($0.minBackoff) }),
      ("max_backoff", { DurationText.format($0.maxBackoff) }),
    ]
    return keys.compactMap { key, value in
      let (from, to) = (value(today), value(proposed))
      return from == to ? nil : QueueChange(key: key, from: from, to: to)
    }
  }
}
