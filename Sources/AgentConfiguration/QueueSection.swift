package import Settings

extension QueueSettings {
  /// Reads `queue_config`.
  package init(_ section: SectionReader) {
    self.init()
    // A section without content is all zeros to the reference, not all defaults, and so it fails there too.
    if section.isNull { (capacity, maxShards, minShards, maxSamplesPerSend) = (0, 0, 0, 0) }
    section.read("capacity", into: &capacity)
    section.read("max_shards", into: &maxShards)
    section.read("min_shards", into: &minShards)
    section.read("max_samples_per_send", into: &maxSamplesPerSend)
    section.read("batch_send_deadline", into: &batchSendDeadline)
    section.read("min_backoff", into: &minBackoff)
    section.read("max_backoff", into: &maxBackoff)
    section.read("retry_on_http_429", into: &retryOnRateLimit)
    section.read("sample_age_limit", into: &sampleAgeLimit)
    section.finish()
    check(section)
  }

  private func check(_ section: SectionReader) {
    let counts = [
      ("capacity", capacity), ("max_shards", maxShards), ("min_shards", minShards),
      ("max_samples_per_send", maxSamplesPerSend),
    ]
    for (key, value) in counts where value <= 0 {
      section.error(
        .invalidValue, at: section.valuePlace(of: key), "remote write queue \(key) must be positive",
        fix: section.isNull ? "remove the empty section or fill it" : "leave it out for the default")
    }
    if minShards > maxShards && maxShards > 0 {
      let key = section.has("min_shards") ? "min_shards" : "max_shards"
      section.error(
        .conflict, at: section.valuePlace(of: key), "remote write queue min_shards must not be greater than max_shards",
        fix: "here min_shards is \(minShards) and max_shards \(maxShards)")
    }
    if maxBackoff < minBackoff {
      let key = section.has("max_backoff") ? "max_backoff" : "min_backoff"
      section.error(
        .conflict, at: section.valuePlace(of: key), "remote write queue max_backoff must not be less than min_backoff",
        fix: "raise max_backoff or lower min_backoff")
    }
  }
}

extension MetadataSettings {
  /// Reads `metadata_config`.
  package init(_ section: SectionReader) {
    self.init()
    if section.isNull { (send, sendInterval, maxSamplesPerSend) = (false, .zero, 0) }
    section.read("send", into: &send)
    section.read("send_interval", into: &sendInterval)
    section.read("max_samples_per_send", into: &maxSamplesPerSend)
    section.finish()
    guard send else { return }
    if sendInterval == .zero {
      section.findings.cannotWork(
        at: section.valuePlace(of: "send_interval"), "metadata cannot be sent at an interval of zero",
        fix: "leave send_interval out for 1m, or set send to false")
    }
    if maxSamplesPerSend <= 0 {
      section.findings.cannotWork(
        at: section.valuePlace(of: "max_samples_per_send"), "metadata cannot be sent in requests of no entries",
        fix: "leave max_samples_per_send out for 2000")
    }
  }
}
