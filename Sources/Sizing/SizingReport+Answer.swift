public import Diagnostics
import Settings

extension SizingReport {
  /// The report in the shape that all verbs have.
  public var answer: Answer {
    Answer(summary: summary, findings: findings, next: next) { writer in write(to: &writer) }
  }

  /// One sentence.
  public var summary: String {
    let parts = endpoints.prefix(3).map { endpoint in
      let title = endpoint.name.isEmpty ? "" : endpoint.name + ": "
      var words = endpoint.cause.map { $0.rawValue } ?? "sized for \(rateText(endpoint))"
      if let first = endpoint.changes.first, endpoint.isTodayKnown {
        words += endpoint.cause == nil ? ", change " : "; change first "
        words += "\(first.key) \(first.from) → \(first.to)"
      } else if endpoint.isTodayKnown {
        words += ", nothing to change"
      }
      return title + words
    }
    let rest = endpoints.count > 3 ? "; and \(endpoints.count - 3) more" : ""
    return parts.joined(separator: "; ") + rest + "."
  }

  private func rateText(_ endpoint: EndpointSizing) -> String {
    Quantity(endpoint.trial.today.rate, .samplesPerSecond).text
  }

  private var next: [Answer.Step] {
    var steps: [Answer.Step] = []
    if endpoints.contains(where: { $0.reading?.isLifetime == true }) {
      steps.append(
        Answer.Step(
          command: "godwit tune --url URL --watch 30s", why: "two pages say what happens now, one only the average"))
    }
    if let path = configurationPath, editedText != nil {
      steps.append(
        Answer.Step(command: "godwit tune … --config.file \(path) --write", why: "put the proposal into the file"))
    }
    let changed = endpoints.first { !$0.changes.isEmpty }
    if program == .vmagent, let changed {
      let queue = changed.proposal.queue
      steps.append(
        Answer.Step(
          command: "vmagent -remoteWrite.queues=\(queue.maxShards) "
            + "-remoteWrite.maxRowsPerBlock=\(queue.maxSamplesPerSend)",
          why: "vmagent's queue is set by flags"))
    }
    if endpoints.contains(where: { $0.cause == .refused }) && program == .godwit {
      steps.append(Answer.Step(command: "godwit log quarantine", why: "what was refused, and the endpoint's words"))
    }
    return steps
  }

  /// `queue_config` of a proposal, as it would stand in a file.
  public static func yaml(_ endpoint: EndpointSizing) -> [String] {
    let all = QueueChange.all(from: .none, to: endpoint.proposal.queue)
    return ["queue_config:"] + all.map { "  \($0.key): \($0.to)" }
  }

  /// A URL without what may be secret: user info and query.
  public static func plainURL(_ url: String) -> String { QueueFile.plainURL(url) }

  private func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("program", program.rawValue)
      if !version.isEmpty { writer.member("version", version) }
      writer.member("endpoints") { writer in
        writer.array { writer in for endpoint in endpoints { write(endpoint, to: &writer) } }
      }
      if !diff.isEmpty { writer.member("diff", diff) }
    }
  }

  private func write(_ endpoint: EndpointSizing, to writer: inout JSONWriter) {
    writer.object { writer in
      if !endpoint.name.isEmpty { writer.member("name", endpoint.name) }
      if !endpoint.url.isEmpty { writer.member("url", endpoint.url) }
      if let diagnosis = endpoint.diagnosis {
        writer.member("cause", diagnosis.cause.rawValue)
        writer.member("confidence", diagnosis.confidence)
      }
      if let reading = endpoint.reading { writer.member("reading") { reading.write(to: &$0) } }
      writer.member("figures") { writer in
        writer.array { writer in for figure in endpoint.proposal.derivations { figure.write(to: &writer) } }
      }
      writer.member("changes") { writer in
        writer.array { writer in
          for change in endpoint.changes {
            writer.object { writer in
              writer.member("key", change.key)
              writer.member("from", change.from)
              writer.member("to", change.to)
            }
          }
        }
      }
      writer.member("simulation") { endpoint.trial.write(to: &$0) }
    }
  }
}

extension QueueSettings {
  /// What no setting is, so that a difference from it lists them all.
  static var none: QueueSettings {
    var queue = QueueSettings()
    (queue.capacity, queue.maxShards, queue.minShards, queue.maxSamplesPerSend) = (0, 0, 0, 0)
    (queue.batchSendDeadline, queue.minBackoff, queue.maxBackoff) = (.zero, .zero, .zero)
    queue.retryOnRateLimit = false
    return queue
  }
}

extension QueueReading {
  /// The quantities that are known, in SI units.
  func write(to writer: inout JSONWriter) {
    let known: [(String, Double?)] = [
      ("seconds", seconds), ("samplesInPerSecond", inRate), ("keptPerSecond", keptRate),
      ("acknowledgedPerSecond", acknowledgedRate), ("retriedPerSecond", retriedRate), ("failedPerSecond", failedRate),
      ("droppedByRulePerSecond", droppedByRuleRate), ("droppedUnmeantPerSecond", droppedUnmeantRate),
      ("latencySeconds", latency), ("requestsPerSecond", requestsRate), ("samplesPerRequest", samplesPerRequest),
      ("bytesPerSecond", bytesRate), ("bytesPerSample", bytesPerSample), ("pending", pending), ("backlog", backlog),
      ("backlogGrowthPerSecond", backlogGrowth), ("saturation", saturation), ("lagSeconds", lag), ("busy", busy),
      ("shards", shards), ("shardsDesired", shardsDesired), ("shardsMax", shardsMax), ("cpuCores", cpuRate),
    ]
    writer.object { writer in
      for (name, value) in known { if let value { writer.member(name, value) } }
      writer.member("isLifetimeAverage", isLifetime)
    }
  }
}

extension QueueTrial {
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("verdict", verdict.rawValue)
      writer.member("latencySeconds", endpoint.latency)
      writer.member("today") { today.write(to: &$0) }
      if let proposed { writer.member("proposed") { proposed.write(to: &$0) } }
    }
  }
}

extension QueueCourse {
  /// With a tenth of the points: enough to draw by.
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("seconds", seconds)
      writer.member("waitingAtEnd", waitingAtEnd)
      writer.member("growthPerSecond", growth)
      if let caughtUpAt { writer.member("caughtUpAtSeconds", caughtUpAt) }
      writer.member("mostShards", mostShards)
      writer.member("requests", requests)
      writer.member("answered429", throttled)
      writer.member("refused", refused)
      writer.member("thrownAway", thrownAway)
      if !plan.isEmpty { writer.member("plan", plan) }
      writer.member("waiting") { writer in
        writer.array { writer in
          for index in stride(from: 0, to: points.count, by: 10) { writer.value(points[index].waiting.rounded()) }
        }
      }
    }
  }
}
