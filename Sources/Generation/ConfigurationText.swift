import Settings

/// The text of a `prometheus.yml`.
struct ConfigurationText {
  private let generator: ConfigurationGenerator
  private let request: ConfigurationRequest
  private var yaml = CommentedYAML()

  var text: String { yaml.text }

  init(_ generator: ConfigurationGenerator) {
    self.generator = generator
    request = generator.request
    writeHead()
    writeGlobal()
    writeScraping()
    writeEndpoint()
  }

  private mutating func writeHead() {
    let profile = request.backend
    yaml.comment(
      "\(request.consumer) in \(request.mode.rawValue) mode to \(profile.title). Written by godwit generate config; "
        + "every value has its reason above it. Facts of the backend as of \(profile.date), from")
    for source in profile.sources { yaml.line("#   \(source)") }
    for limit in profile.limits { yaml.comment("Limit: \(limit).") }
    yaml.comment("Too much: \(profile.throttling)")
    if let caution = profile.caution { yaml.comment("Caution: \(caution)") }
    for note in profile.notes { yaml.comment("Note: \(note)") }
    yaml.comment("")
    writeStart()
    yaml.blank()
  }

  private mutating func writeStart() {
    switch request.consumer {
    case .godwit:
      var command = "godwit agent --config.file=prometheus.yml --storage.agent.path=/var/lib/godwit"
      if let outage = request.outage, let rate = request.rate {
        let footprint = AgentFootprint(rate: rate, interval: request.interval)
        command += " --storage.log.max-bytes=" + Quantity.size(footprint.logBoundBytes(of: outage))
        yaml.comment(
          "The log keeps what an outage of \(DurationText.format(outage)) leaves: "
            + footprint.logArithmetic(of: outage)
            + ", at least 256MB. There the oldest samples expire, and are counted.")
      }
      if DeliveryText(generator) != nil { command += " --godwit.config=godwit.yml" }
      yaml.comment("Start it with\n  \(command)")
    case .prometheus:
      if request.mode == .server {
        yaml.comment("Start it with\n  prometheus --config.file=prometheus.yml --storage.tsdb.path=/var/lib/prometheus")
      } else {
        let flag = request.consumer.knows(.agentFlag) ? "--agent" : "--enable-feature=agent"
        yaml.comment(
          "Start it with\n  prometheus \(flag) --config.file=prometheus.yml --storage.agent.path=/var/lib/prometheus")
      }
    }
  }

  private mutating func writeGlobal() {
    yaml.line("global:")
    let interval = DurationText.format(request.interval)
    var why = "A sample of every series each \(interval)."
    if let rate = request.rate {
      let series = AgentFootprint(rate: rate, interval: request.interval).series
      why = "\(Quantity.grouped(rate)) samples/s × \(interval) = \(Quantity.grouped(series)) series."
    }
    yaml.field("scrape_interval", interval, indent: 2, why: why)
    let timeout = min(.seconds(10), request.interval)
    yaml.field(
      "scrape_timeout", DurationText.format(timeout), indent: 2,
      why: "Not longer than the interval; a page that takes longer counts as a failed scrape.")
    if request.mode == .server {
      yaml.field("evaluation_interval", interval, indent: 2, why: "Rules see every new sample once.")
    }
    guard request.cluster != nil || request.replica != nil else { return }
    yaml.comment("Sent with every series, so that it is known where it comes from.", indent: 2)
    yaml.line("external_labels:", indent: 2)
    if let cluster = request.cluster { yaml.field("cluster", CommentedYAML.scalar(cluster), indent: 4) }
    if let replica = request.replica {
      yaml.field(
        request.backend.replicaLabel, CommentedYAML.scalar(replica), indent: 4,
        why: "Tells this agent from its twin that reads the same targets; the backend deduplicates by it.")
    }
  }

  private mutating func writeScraping() {
    guard request.ownAddress != nil || !request.targets.isEmpty else { return }
    yaml.blank()
    yaml.line("scrape_configs:")
    if let ownAddress = request.ownAddress {
      yaml.comment("Its own page: what waits, what was refused, how far behind it is.", indent: 2)
      writeJob(request.consumer.isGodwit ? "godwit" : "prometheus", [ownAddress])
    }
    if !request.targets.isEmpty { writeJob("targets", request.targets) }
  }

  private mutating func writeJob(_ name: String, _ targets: [String]) {
    yaml.line("- job_name: \(name)", indent: 2)
    yaml.line("static_configs:", indent: 4)
    yaml.line("- targets:", indent: 6)
    for target in targets { yaml.line("- \(CommentedYAML.scalar(target))", indent: 10) }
  }

  private mutating func writeEndpoint() {
    let profile = request.backend
    yaml.blank()
    yaml.line("remote_write:")
    yaml.comment("What the endpoint is called in metrics and in the log; a backlog belongs to the name.", indent: 2)
    yaml.line("- name: \(profile.name)", indent: 2)
    yaml.field(
      "url", CommentedYAML.scalar(generator.address.url), indent: 4,
      why: "\(profile.title) takes writes at \(profile.path).")
    let latency = request.latency ?? ConfigurationRequest.latencyDefault
    let timeout = Duration.seconds(max(30, (10 * Quantity.seconds(latency)).rounded(.up)))
    yaml.field(
      "remote_timeout", DurationText.format(timeout), indent: 4,
      why:
        "30s or ten times the latency of \(latencyWords), whichever is more: a request that is given up is sent again, "
        + "and may arrive twice.")
    if let tenant = profile.tenant, let value = request.pieces["tenant"] {
      yaml.comment("Whose samples they are.", indent: 4)
      yaml.line("headers:", indent: 4)
      yaml.field(tenant.header, CommentedYAML.scalar(value), indent: 6)
    }
    if generator.message == .version2 {
      yaml.field(
        "protobuf_message", WriteMessage.version2.rawValue, indent: 4,
        why:
          "Remote Write 2.0: labels are written once for a request, types and units go with the series, and the answer "
          + "says how much was taken.")
    }
    generator.authentication.write(to: &yaml, indent: 4)
    writeTLS()
    writeQueue()
  }

  private var latencyWords: String {
    let latency = request.latency ?? ConfigurationRequest.latencyDefault
    return DurationText.format(latency) + (request.latency == nil ? " (assumed; --latency names yours)" : "")
  }

  private mutating func writeTLS() {
    let files = request.credentials
    guard AuthenticationFlag.ofTLS.contains(where: { files[$0] != nil }) else { return }
    yaml.line("tls_config:", indent: 4)
    if let file = files[.caFile]?.first {
      yaml.field("ca_file", CommentedYAML.scalar(file), indent: 6, why: "Who vouches for the endpoint.")
    }
    if let certificate = files[.certFile]?.first, let key = files[.keyFile]?.first {
      yaml.field("cert_file", CommentedYAML.scalar(certificate), indent: 6, why: "Who we are; read again when changed.")
      yaml.field("key_file", CommentedYAML.scalar(key), indent: 6)
    }
    if let name = files[.serverName]?.first {
      yaml.field("server_name", CommentedYAML.scalar(name), indent: 6, why: "The name that its certificate has.")
    }
  }

  private mutating func writeQueue() {
    yaml.line("queue_config:", indent: 4)
    if let plan = generator.plan {
      writeSizes(plan)
    } else {
      let capped = request.backend.batchMax != nil ? "as the backend's profile has it" : "the default"
      yaml.field("max_samples_per_send", "\(generator.batch)", indent: 6, why: "Samples in a request, \(capped).")
      yaml.field(
        "capacity", "\(generator.batch * QueuePlan.capacityBatches)", indent: 6,
        why: "\(QueuePlan.capacityBatches) requests wait behind the one under way; 3 to 10 is sound.")
    }
    yaml.field(
      "batch_send_deadline", "5s", indent: 6,
      why: "A request that is not full goes after this, so no sample waits longer while all is well.")
    yaml.field(
      "min_backoff", "30ms", indent: 6, why: "A failed request is sent again after this, then after twice as long …")
    yaml.field("max_backoff", "5s", indent: 6, why: "… up to this; Retry-After of the answer is obeyed beside it.")
    yaml.field(
      "retry_on_http_429", "true", indent: 6,
      why: "Otherwise a 429 throws its samples away. \(request.backend.throttling)")
    if let ageMax = request.backend.ageMax, request.consumer.knows(.sampleAgeLimit) {
      yaml.field(
        "sample_age_limit", DurationText.format(ageMax), indent: 6,
        why: "Older ones are dropped there; dropped here they are counted.")
    }
  }

  private mutating func writeSizes(_ plan: QueuePlan) {
    let (rate, batch) = (Quantity.grouped(plan.load.rate), Quantity.grouped(plan.batch))
    yaml.field(
      "max_samples_per_send", "\(plan.batch)", indent: 6,
      why:
        "Samples in a request, \(request.backend.batchMax.map { $0 == plan.batch } == true ? "as the backend's profile has it" : "the default")."
    )
    yaml.field(
      "min_shards", "\(plan.minShards)", indent: 6,
      why:
        "\(rate) samples/s × \(latencyWords) ÷ \(batch) = \(Quantity.short(plan.needed)) requests under way at any time."
    )
    var why =
      "\(Quantity.short(plan.needed)) × \(Quantity.short(QueuePlan.headroom)) head room, within "
      + "\(QueuePlan.shardsLeast)…\(QueuePlan.shardsMax); all together carry \(Quantity.short(plan.throughput)) samples/s."
    if let outage = request.outage, let recovery = plan.recovery(after: outage) {
      why +=
        " After an outage of \(DurationText.format(outage)) the backlog is sent in about "
        + "\(DurationText.format(.seconds(max(1, Quantity.seconds(recovery).rounded(.up))))), if the endpoint takes that much."
    }
    yaml.field("max_shards", "\(plan.maxShards)", indent: 6, why: why)
    why = "\(plan.capacity / plan.batch) × \(batch): 3 to 10 requests wait behind the one under way. At most "
    why +=
      "\(plan.maxShards) × (\(Quantity.grouped(plan.capacity)) + \(batch)) × 170 bytes = \(Quantity.size(plan.memoryBytes))"
    if let memory = plan.load.memoryBytes { why += ", a third of \(Quantity.size(Double(memory))) being meant for it" }
    yaml.field("capacity", "\(plan.capacity)", indent: 6, why: why + ".")
  }
}
