import Settings

/// The most memory that the shards of one endpoint may take for samples.
///
/// Prometheus: `shards × (capacity + batch) × bytes a sample`. Godwit has one log for all and holds of it what shards have
/// read: at most `max(capacity, 16 × batch)` samples a shard, and those only where rules drop most of what is read; and a
/// request as it is sent, beside. A backlog takes none in either.
struct MemoryBound: Hashable, Sendable {
  var bytes: Double
  var derivation: Derivation

  init(_ queue: QueueSettings, program: SenderProgram) {
    let (shards, batch) = (Double(queue.maxShards), Double(queue.maxSamplesPerSend))
    let perSample = program.bytesPerSampleHeld
    let inputs = [
      Derivation.Input("shards", Quantity(shards, .shards), "max_shards"),
      Derivation.Input("capacity", Quantity(queue.capacity, .samples), "capacity"),
      Derivation.Input("batch", Quantity(batch, .samples), "max_samples_per_send"),
    ]
    switch program {
    case .godwit:
      let held = max(Double(queue.capacity), 16 * batch)
      bytes = shards * (held * perSample + batch * program.bytesPerSampleSent * 3)
      derivation = Derivation(
        "memory", Quantity(bytes, .bytes), "shards × (max(capacity, 16 × batch) × held + 3 × batch × sent)",
        inputs + [
          Derivation.Input("held", Quantity(perSample, .bytesPerSample), "columns of 20 bytes, grown by doubling"),
          Derivation.Input("sent", Quantity(program.bytesPerSampleSent, .bytesPerSample), "docs/performance.md"),
        ],
        note: "at worst, where rules drop nearly everything; else a shard holds about one request")
    case .prometheus:
      bytes = shards * (Double(queue.capacity) + batch) * perSample
      derivation = Derivation(
        "memory", Quantity(bytes, .bytes), "shards × (capacity + batch) × held",
        inputs + [Derivation.Input("held", Quantity(perSample, .bytesPerSample), "2 MB for a shard of 12,000 samples")],
        note: "its cache of series comes on top, for each endpoint anew")
    case .vmagent:
      bytes = shards * 100 * batch * program.bytesPerSampleSent
      derivation = Derivation(
        "memory", Quantity(bytes, .bytes), "workers × 100 blocks × rows × sent",
        inputs + [
          Derivation.Input("sent", Quantity(program.bytesPerSampleSent, .bytesPerSample), "docs/performance.md")
        ],
        note: "it keeps blocks in memory up to a share of -memory.allowedPercent, then on disk")
    }
  }
}
