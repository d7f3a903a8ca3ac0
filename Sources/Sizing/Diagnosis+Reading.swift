import Settings

/// Names the cause that a reading speaks for. The order matters: what no setting changes goes before what one does, and
/// what passes by itself before what does not.
struct Diagnostician {
  /// A queue further behind than this, in seconds, is behind; three times the reference's `batch_send_deadline`.
  static let behindSeconds = 15.0
  /// An endpoint that takes longer than this for an answer, in seconds, is slow.
  static let slowSeconds = 0.5
  /// A share of a whole that counts as all of it: CPU, bandwidth, shards.
  static let nearlyAll = 0.85
  /// Changes below this share of the rate are noise.
  static let noise = 0.02

  let reading: QueueReading
  /// What the queue runs with.
  let queue: QueueSettings
  let program: SenderProgram
  let goals: SizingGoals
  let endpointCount: Int

  private var rate: Double {
    reading.keptRate ?? reading.acknowledgedRate + reading.failedRate + (reading.backlogGrowth ?? 0)
  }

  /// How long it would take to send what waits at the rate at which it comes in.
  private var secondsBehind: Double { max(reading.lag ?? 0, rate > 0 ? reading.backlog / rate : 0) }

  private var growth: Double {
    reading.backlogGrowth ?? (reading.isLifetime ? rate - reading.acknowledgedRate - reading.failedRate : 0)
  }

  private var isBehind: Bool { secondsBehind > max(Self.behindSeconds, 3 * queue.batchSendDeadline.seconds) }
  private var isGrowing: Bool { growth > Self.noise * rate && reading.backlog > 5 * rate }
  private var shards: Double { reading.shards ?? 0 }
  private var shardsMax: Double { reading.shardsMax ?? Double(queue.maxShards) }
  private var desired: Double { reading.shardsDesired ?? 0 }
  private var batch: Double { reading.batch ?? Double(queue.maxSamplesPerSend) }

  var diagnosis: Diagnosis {
    var diagnosis = decided ?? Diagnosis(cause: .undecided, evidence: standing, confidence: 0.5)
    if reading.isLifetime {
      diagnosis.confidence *= 0.7
      diagnosis.evidence.append(
        "averages over \(Quantity(reading.seconds, .seconds).text), as there is one page: two say what happens now")
    }
    return diagnosis
  }

  private var decided: Diagnosis? {
    if let diagnosis = silent ?? refusal ?? drops { return diagnosis }
    let wantsMore = desired > shardsMax || isBehind || isGrowing
    guard wantsMore else { return crowd ?? Diagnosis(cause: .healthy, evidence: standing, confidence: 0.95) }
    return hardBound ?? passing ?? ceiling ?? idleShards
  }

  // MARK: - What is not about speed

  private var silent: Diagnosis? {
    let comes = reading.inRate ?? reading.attemptedRate
    if comes < 0.01 && reading.attemptedRate < 0.01 && reading.backlog < 1 {
      return Diagnosis(
        cause: .idle, evidence: ["0 samples/s in", "0 samples/s out", "0 samples waiting"], confidence: 0.95)
    }
    guard reading.acknowledgedRate <= 0, reading.failedRate <= 0 else { return nil }
    // Rules that drop everything leave nothing to acknowledge.
    if reading.backlog < 1 && reading.retriedRate <= 0 { return nil }
    if let uptime = reading.uptimeSeconds, uptime < 30, reading.retriedRate <= 0 { return nil }
    var evidence = ["0 samples/s acknowledged", "\(Quantity(reading.backlog, .samples).text) waiting"]
    if reading.retriedRate > 0 {
      evidence.append("\(Quantity(reading.retriedRate, .samplesPerSecond).text) tried again")
    }
    return Diagnosis(cause: .down, evidence: evidence, confidence: reading.retriedRate > 0 ? 0.95 : 0.8)
  }

  private var refusal: Diagnosis? {
    let answered = reading.acknowledgedRate + reading.failedRate
    if answered > 0, reading.failedRate > 0.01 * answered {
      let share = Quantity(reading.failedRate / answered, .share).text
      return Diagnosis(
        cause: .refused,
        evidence: [
          "\(Quantity(reading.failedRate, .samplesPerSecond).text) refused for good: \(share) of what was answered"
        ], confidence: 0.95)
    }
    let again = reading.attemptedRate > 0 ? reading.retriedRate / reading.attemptedRate : 0
    if let limited = reading.answers429Rate, limited > 0 {
      return Diagnosis(
        cause: .throttled, evidence: ["\(Quantity(limited, .requestsPerSecond).text) answered 429"] + standing,
        confidence: 0.95)
    }
    guard again > 0.05, reading.acknowledgedRate > 0 else { return nil }
    return Diagnosis(
      cause: .throttled,
      evidence: [
        "\(Quantity(again, .share).text) of the samples in requests had to be sent again "
          + "(\(Quantity(reading.retriedRate, .samplesPerSecond).text)), while "
          + "\(Quantity(reading.acknowledgedRate, .samplesPerSecond).text) were acknowledged"
      ] + standing, confidence: 0.8)
  }

  private var drops: Diagnosis? {
    guard let comes = reading.inRate, comes > 0, !isBehind else { return nil }
    let dropped = reading.droppedByRuleRate + reading.droppedUnexplainedRate
    guard dropped > 0.5 * comes else { return nil }
    let isExplained = reading.droppedByRuleRate > 0
    return Diagnosis(
      cause: .dropRules,
      evidence: [
        "\(Quantity(dropped, .samplesPerSecond).text) of \(Quantity(comes, .samplesPerSecond).text) dropped"
          + (isExplained ? ", reason dropped_series" : "; this version gives no reason"),
        "\(Quantity(reading.failedRate, .samplesPerSecond).text) failed",
      ], confidence: isExplained ? 0.95 : 0.6)
  }

  // MARK: - What is

  private var hardBound: Diagnosis? {
    if let bandwidth = goals.bandwidth, let bytes = reading.bytesRate, bytes > Self.nearlyAll * bandwidth {
      return Diagnosis(
        cause: .bandwidth,
        evidence: [
          "\(Quantity(bytes, .bytesPerSecond).text) sent of \(Quantity(bandwidth, .bytesPerSecond).text) that the link "
            + "carries (\(Quantity(bytes / bandwidth, .share).text))"
        ] + standing, confidence: 0.9)
    }
    guard let cores = goals.cores ?? reading.cores, let cpu = reading.cpuRate, cpu > Self.nearlyAll * cores else {
      return nil
    }
    let evidence = ["\(Quantity(cpu, .cores).text) busy of \(Quantity(cores, .count).text)"]
    if endpointCount >= 3 {
      return Diagnosis(
        cause: .manyEndpoints, evidence: evidence + ["\(endpointCount) endpoints share them"], confidence: 0.85)
    }
    return Diagnosis(cause: .cpu, evidence: evidence + standing, confidence: 0.85)
  }

  /// Many endpoints that keep up, and yet may take more memory than there is.
  private var crowd: Diagnosis? {
    guard endpointCount >= 3, let memory = goals.memory else { return nil }
    let one = MemoryBound(queue, program: program).bytes
    guard one * Double(endpointCount) > memory else { return nil }
    return Diagnosis(
      cause: .manyEndpoints,
      evidence: [
        "\(endpointCount) endpoints × \(Quantity(one, .bytes).text) = "
          + "\(Quantity(one * Double(endpointCount), .bytes).text), more than \(Quantity(memory, .bytes).text)"
      ], confidence: 0.9)
  }

  private var passing: Diagnosis? {
    let climbs = reading.shardsBefore.map { $0 < shards } ?? false
    let isYoung = (reading.uptimeSeconds ?? .infinity) < 180
    if shards < min(desired, shardsMax) && (climbs || isYoung) {
      var evidence = ["\(Quantity(shards, .shards).text) of \(Quantity(desired, .shards).text) desired, \(cap) allowed"]
      if climbs, let before = reading.shardsBefore {
        evidence.append("\(Quantity(before, .shards).text) a page before")
      }
      if let uptime = reading.uptimeSeconds { evidence.append("running for \(Quantity(uptime, .seconds).text)") }
      return Diagnosis(cause: .coldStart, evidence: evidence + standing, confidence: 0.9)
    }
    guard growth < -Self.noise * rate, let needed, needed <= shardsMax else { return nil }
    let rest = Quantity(reading.backlog / -growth, .seconds).text
    return Diagnosis(
      cause: .burst,
      evidence: [
        "\(Quantity(reading.acknowledgedRate, .samplesPerSecond).text) go out while "
          + "\(Quantity(rate, .samplesPerSecond).text) come in",
        "\(Quantity(reading.backlog, .samples).text) wait, and will be sent in \(rest) at this pace",
      ], confidence: 0.9)
  }

  private var needed: Double? {
    guard let latency = reading.latency, let perRequest = reading.samplesPerRequest, perRequest > 0 else { return nil }
    return rate * latency / perRequest
  }

  private var cap: String { Quantity(shardsMax, .shards).text }

  private var ceiling: Diagnosis? {
    guard shards >= 0.95 * shardsMax || desired > shardsMax else { return nil }
    guard let latency = reading.latency else { return nil }
    let isFull = (reading.samplesPerRequest ?? 0) >= 0.7 * batch
    var evidence = ["\(Quantity(desired, .shards).text) desired, \(cap) allowed"]
    if desired <= 0 { evidence = ["\(Quantity(shards, .shards).text) of \(cap) allowed"] }
    evidence.append("\(Quantity(latency, .seconds).text) for a request")
    if let perRequest = reading.samplesPerRequest {
      evidence.append("\(Quantity(perRequest, .samples).text) in a request of at most \(Quantity(batch, .count).text)")
    }
    evidence += standing
    if latency >= Self.slowSeconds {
      return Diagnosis(cause: .slowEndpoint, evidence: evidence, confidence: goals.bandwidth == nil ? 0.8 : 0.9)
    }
    if isFull && batch <= Double(program.defaults.maxSamplesPerSend) / 2 {
      return Diagnosis(cause: .tinyBatches, evidence: evidence, confidence: 0.9)
    }
    return Diagnosis(cause: .shardCap, evidence: evidence, confidence: isFull ? 0.9 : 0.7)
  }

  private var idleShards: Diagnosis? {
    guard isBehind, shards >= 2, let busy = reading.busy, busy < 0.5 else { return nil }
    return Diagnosis(
      cause: .uneven,
      evidence: ["shards spend \(Quantity(busy, .share).text) of their time on requests"] + standing, confidence: 0.6)
  }

  /// What every verdict rests on.
  private var standing: [String] {
    var lines: [String] = []
    if let comes = reading.inRate {
      lines.append(
        "\(Quantity(comes, .samplesPerSecond).text) in, "
          + "\(Quantity(reading.acknowledgedRate, .samplesPerSecond).text) acknowledged")
    }
    lines.append("\(Quantity(reading.backlog, .samples).text) waiting")
    if let change = reading.backlogGrowth, abs(change) > Self.noise * rate {
      lines.append("\(Quantity(abs(change), .samplesPerSecond).text) \(change > 0 ? "more" : "less") of them")
    }
    if let saturation = reading.saturation { lines.append("saturation \(Quantity(saturation, .share).text)") }
    if let lag = reading.lag { lines.append("lag \(Quantity(lag, .seconds).text)") }
    if shards > 0 {
      let wanted = reading.shardsDesired.map { "desired \(Quantity($0, .count).text), " } ?? ""
      lines.append("shards \(Quantity(shards, .count).text), \(wanted)at most \(cap)")
    }
    return lines
  }
}
