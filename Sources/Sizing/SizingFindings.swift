import Diagnostics
import Settings

/// What there is to say about one endpoint.
struct SizingFindings {
  let desk: SizingDesk
  let endpoint: EndpointSizing

  var all: [Finding] { [cause].compactMap { $0 } + lost + throwsAway + memory + impossible + outage + notReloaded }

  private var goals: SizingGoals { desk.request.goals }
  private var title: String { endpoint.name.isEmpty ? "the queue" : "\"\(endpoint.name)\"" }

  private func finding(
    _ id: TuneFinding, _ severity: Finding.Severity, _ message: String, why: String = "", evidence: [String] = [],
    fix: String = "", confidence: Double = 1
  ) -> Finding {
    Finding(
      id: id.rawValue, severity: severity, path: endpoint.fileIndex == nil ? "" : desk.file?.path ?? "",
      line: endpoint.fileLine, message: message, why: why, evidence: evidence.joined(separator: "; "), fix: fix,
      confidence: (confidence * 100).rounded() / 100)
  }

  // MARK: - The cause

  private var cause: Finding? {
    guard let diagnosis = endpoint.diagnosis else { return nil }
    let words = CauseWords(diagnosis.cause, title: title, program: desk.program)
    return finding(
      diagnosis.cause.finding, words.severity, words.message, why: words.why, evidence: diagnosis.evidence,
      fix: fix(words), confidence: diagnosis.confidence)
  }

  private func fix(_ words: CauseWords) -> String {
    guard endpoint.cause?.isCurable == true, !endpoint.changes.isEmpty else { return words.instead }
    let changes = endpoint.changes.map { "\($0.key) \($0.from) → \($0.to)" }
    return changes.enumerated().map { ($0.offset == 0 ? "first " : "then ") + $0.element }.joined(separator: ", ")
  }

  // MARK: - Beside it

  private var lost: [Finding] {
    guard let rate = endpoint.reading?.droppedUnmeantRate, rate > 0 else { return [] }
    return [
      finding(
        .lost, .error, "\(title): samples are lost that nobody meant to drop",
        why: "these are not the drops of relabelling rules",
        evidence: ["\(Quantity(rate, .samplesPerSecond).text) in samples_dropped_total, and not by a rule"],
        fix: "look at the label reason of prometheus_remote_storage_samples_dropped_total")
    ]
  }

  private var throwsAway: [Finding] {
    guard desk.program == .prometheus, !endpoint.today.retryOnRateLimit, endpoint.isTodayKnown,
      desk.file != nil, endpoint.cause == .refused || endpoint.cause == .throttled || endpoint.cause == nil
    else { return [] }
    return [
      finding(
        .throwsAway429, .warning, "\(title): a 429 is not tried again",
        why: "Prometheus counts what a 429 turned away as failed and forgets it; how much of "
          + "failed_total that is, the page does not tell", fix: "retry_on_http_429: true in queue_config")
    ]
  }

  private var memory: [Finding] {
    guard let memory = goals.memory, endpoint.cause != .manyEndpoints else { return [] }
    let bound = MemoryBound(endpoint.today, program: desk.program).bytes * Double(desk.endpointCount)
    guard bound > memory, endpoint.isTodayKnown else { return [] }
    return [
      finding(
        .memory, .warning, "\(title): the queues may take more memory than they should",
        evidence: [
          "\(Quantity(bound, .bytes).text) for \(desk.endpointCount), \(Quantity(memory, .bytes).text) wanted"
        ],
        fix: endpoint.changes.map { "\($0.key) \($0.from) → \($0.to)" }.joined(separator: ", "))
    ]
  }

  private var impossible: [Finding] {
    endpoint.proposal.impossible.map { words in
      finding(
        .impossible, endpoint.cause == .throttled || endpoint.cause == .bandwidth ? .warning : .error,
        "\(title): no setting of the queue meets the goal", evidence: [words],
        fix: "send fewer samples or smaller ones (write_relabel_configs, longer scrape intervals, Remote Write 2.0), "
          + "or raise what limits")
    }
  }

  private var outage: [Finding] {
    guard let outage = goals.outage, desk.program == .prometheus, outage > 3600 else { return [] }
    return [
      finding(
        .outage, .warning, "\(title): Prometheus does not keep unsent samples for \(Quantity(outage, .seconds).text)",
        why: "every two hours it removes two thirds of its log, sent or not: one to three hours are certain where "
          + "segments fill, four to eight where they do not, and a restart or a reload forgets all of it",
        fix: "godwit agent keeps everything until it is acknowledged, within the bound on disk that you set")
    ]
  }

  private var notReloaded: [Finding] {
    guard let index = endpoint.fileIndex, let entry = desk.file?.endpoints[index], let reading = endpoint.reading
    else { return [] }
    let shown: [(String, Int, Double?)] = [
      ("max_shards", entry.settings.maxShards, reading.shardsMax),
      ("min_shards", entry.settings.minShards, reading.shardsMin),
      ("capacity", entry.settings.capacity, reading.capacity),
      ("max_samples_per_send", entry.settings.maxSamplesPerSend, reading.batch),
    ]
    let others = shown.filter { key, value, page in
      entry.keys.contains(key) && page.map { $0 > 0 && $0 != Double(value) } ?? false
    }
    if others.isEmpty { return [] }
    return [
      finding(
        .notReloaded, .warning, "\(title): the process runs with other settings than the file has",
        why: "the file was changed and not reloaded, or it is not the file of this process",
        evidence: others.map { "\($0.0) is \($0.1) in the file and \(Quantity($0.2 ?? 0, .count).text) on the page" },
        fix: "reload the configuration, then look again")
    ]
  }
}
