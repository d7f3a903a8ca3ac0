import AgentConfiguration
public import Diagnostics
import Settings

/// What limits the queues of a sender now, which settings fit, and what they would change.
///
///     var request = SizingRequest()
///     request.pages = [before, after]
///     request.apart = 60
///     let report = try SizingReport(request)
///     report.endpoints[0].cause            // .shardCap
///     report.answer.json()
///
/// It reads nothing and writes nothing: pages and configuration are brought by the caller.
public struct SizingReport: Sendable {
  public let program: SenderProgram
  public let version: String
  public let endpoints: [EndpointSizing]
  public let findings: [Finding]
  /// The change of the configuration as a unified diff; empty without a configuration or a change.
  public let diff: String
  /// The configuration with the change; nil without either.
  public let editedText: String?
  let goals: SizingGoals
  let configurationPath: String?

  /// - Throws: `SizingError` when what is given says too little or cannot be read.
  public init(_ request: SizingRequest) throws(SizingError) {
    let senders = try Self.senders(request)
    let file: QueueFile? =
      if let configuration = request.configuration {
        try QueueFile(path: configuration.path, text: configuration.text)
      } else { nil }
    program = request.program ?? senders.last?.program ?? .godwit
    version = program == senders.last?.program ? senders.last?.version ?? "" : ""
    goals = request.goals
    configurationPath = request.configuration?.path
    let desk = SizingDesk(request: request, program: program, senders: senders, file: file)
    endpoints = try desk.endpoints()
    var findings = endpoints.flatMap { SizingFindings(desk: desk, endpoint: $0).all }
    (diff, editedText) = Self.edit(endpoints, file, &findings)
    self.findings = findings
  }

  private static func senders(_ request: SizingRequest) throws(SizingError) -> [SenderSnapshot] {
    guard request.pages.count <= 2 else { throw SizingError("two pages at most: one before and one after") }
    var senders: [SenderSnapshot] = []
    for page in request.pages { senders.append(try SenderSnapshot(page)) }
    guard senders.count == 2 else { return senders }
    guard senders[0].program == senders[1].program else {
      throw SizingError("the two pages are of different programs: take both of one process")
    }
    guard let apart = request.apart, apart > 0 else {
      throw SizingError("say how far the two pages are apart: --apart 60s")
    }
    return senders
  }

  private static func edit(
    _ endpoints: [EndpointSizing], _ file: QueueFile?, _ findings: inout [Finding]
  ) -> (String, String?) {
    guard let file else { return ("", nil) }
    var changes: [Int: [QueueChange]] = [:]
    for endpoint in endpoints { if let index = endpoint.fileIndex { changes[index] = endpoint.changes } }
    guard changes.values.contains(where: { !$0.isEmpty }) else { return ("", nil) }
    do throws(QueueEdit.Refusal) {
      let text = try QueueEdit.apply(changes, to: file)
      return (QueueEdit.diff(of: file, to: text), text)
    } catch {
      findings.append(
        Finding(
          id: TuneFinding.undecided.rawValue, severity: .info, path: file.path,
          message: "the file is not changed by itself", evidence: error.description,
          fix: "put the proposed values into queue_config by hand"))
      return ("", nil)
    }
  }
}

/// Brings together what is known of each endpoint.
struct SizingDesk {
  /// More requests than this are not simulated: the course is shortened.
  private static let requestsMost = 40_000.0

  let request: SizingRequest
  let program: SenderProgram
  let senders: [SenderSnapshot]
  let file: QueueFile?

  func endpoints() throws(SizingError) -> [EndpointSizing] {
    var result: [EndpointSizing] = []
    var names: [String] = []
    for (name, url, snapshot) in candidates() {
      names.append(name)
      if let wanted = request.endpoint, wanted != name { continue }
      result.append(try sizing(name: name, url: url, snapshot))
    }
    if let wanted = request.endpoint, result.isEmpty {
      throw SizingError("there is no endpoint called \"\(wanted)\"; there is \(names.joined(separator: ", "))")
    }
    return result
  }

  /// How many queues share the process.
  var endpointCount: Int { max(1, senders.last?.endpoints.count ?? file?.endpoints.count ?? 1) }

  private func candidates() -> [(String, String, QueueSnapshot?)] {
    if let sender = senders.last {
      return sender.endpoints.map { ($0.name, QueueFile.plainURL($0.url), $0) }
    }
    if let file { return file.endpoints.map { ($0.name.isEmpty ? $0.url : $0.name, $0.url, nil) } }
    return [("", "", nil)]
  }

  private func sizing(name: String, url: String, _ snapshot: QueueSnapshot?) throws(SizingError) -> EndpointSizing {
    let reading = try reading(of: snapshot)
    var index = file?.index(name: name, url: url)
    // One entry and one queue belong together, whatever they are called.
    if index == nil, let file, file.endpoints.count == 1, endpointCount == 1 { index = 0 }
    let (today, isKnown) = today(reading, file: index.flatMap { file?.endpoints[$0] })
    let diagnosis = reading.map {
      Diagnostician(reading: $0, queue: today, program: program, goals: request.goals, endpointCount: endpointCount)
        .diagnosis
    }
    let needs = try needs(reading, today: isKnown ? today : nil, diagnosis?.cause)
    let proposal = QueueProposal(needs)
    let changes = QueueChange.all(from: today, to: proposal.queue)
    return EndpointSizing(
      name: name, url: url, reading: reading, diagnosis: diagnosis, today: today, isTodayKnown: isKnown,
      proposal: proposal, changes: changes,
      trial: trial(needs, reading, today: today, proposed: changes.isEmpty ? nil : proposal.queue), fileIndex: index,
      fileLine: index.flatMap { file?.endpoints[$0].node.place.line })
  }

  private func reading(of snapshot: QueueSnapshot?) throws(SizingError) -> QueueReading? {
    guard let snapshot, let last = senders.last else { return nil }
    if senders.count == 2, let apart = request.apart {
      guard let before = senders[0].endpoints.first(where: { $0.name == snapshot.name && $0.url == snapshot.url })
      else { throw SizingError("the older page does not have the endpoint \"\(snapshot.name)\"") }
      return try QueueReading(before, snapshot, from: senders[0], to: last, seconds: apart)
    }
    guard let reading = QueueReading(snapshot, of: last, now: request.takenAt) else {
      throw SizingError(
        "one page without process_start_time_seconds says nothing about rates: give two, the older one first, and "
          + "--apart")
    }
    return reading
  }

  /// What the queue runs with: what the process says goes before what the file says, as it may not have been read yet.
  private func today(_ reading: QueueReading?, file: QueueFile.Endpoint?) -> (QueueSettings, isKnown: Bool) {
    var queue = program.defaults
    if let file {
      let says = file.keys.contains
      if says("capacity") { queue.capacity = file.settings.capacity }
      if says("max_shards") { queue.maxShards = file.settings.maxShards }
      if says("min_shards") { queue.minShards = file.settings.minShards }
      if says("max_samples_per_send") { queue.maxSamplesPerSend = file.settings.maxSamplesPerSend }
      if says("batch_send_deadline") { queue.batchSendDeadline = file.settings.batchSendDeadline }
      if says("min_backoff") { queue.minBackoff = file.settings.minBackoff }
      if says("max_backoff") { queue.maxBackoff = file.settings.maxBackoff }
      if says("retry_on_http_429") { queue.retryOnRateLimit = file.settings.retryOnRateLimit }
    }
    func show(_ shown: Double?, _ path: WritableKeyPath<QueueSettings, Int>) {
      if let number = shown.flatMap({ Int(exactly: $0.rounded()) }), number > 0 { queue[keyPath: path] = number }
    }
    show(reading?.capacity, \.capacity)
    show(reading?.shardsMax, \.maxShards)
    show(reading?.shardsMin, \.minShards)
    show(reading?.batch, \.maxSamplesPerSend)
    return (queue, file != nil || reading?.shardsMax != nil)
  }

  private func needs(
    _ reading: QueueReading?, today: QueueSettings?, _ cause: Cause?
  ) throws(SizingError) -> QueueNeeds {
    let goals = request.goals
    func input(_ name: String, _ unit: Quantity.Unit, _ found: (Double?, String)...) -> Derivation.Input? {
      for (value, source) in found { if let value { return .init(name, Quantity(value, unit), source) } }
      return nil
    }
    guard
      let rate = input(
        "rate", .samplesPerSecond, (goals.rate, "--rate"),
        (reading?.keptRate ?? reading?.acknowledgedRate, "page: samples in, without what rules drop"))
    else {
      throw SizingError("say how much is to be sent, --rate 50000, or give pages of the running sender, --metrics FILE")
    }
    let perSample = program.bytesPerSampleSent
    let stored = program.bytesPerSampleStored
    guard
      let latency = input(
        "latency", .seconds, (goals.latency, "--latency"), (reading?.latency, "page: time in requests ÷ requests"),
        (0.1, "assumed; say --latency")),
      let sent = input(
        "bytes a sample", .bytesPerSample, (reading?.bytesPerSample, "page: bytes_total ÷ samples_total"),
        (perSample, "docs/performance.md")),
      let onDisk = input(
        "bytes a sample", .bytesPerSample, (reading?.storedBytesPerSample, "page: growth of the log"),
        (stored, "docs/tuning.md"))
    else { throw SizingError("there is nothing to size by") }
    var needs = QueueNeeds(
      program: program, cause: cause ?? .healthy, today: today, rate: rate, latency: latency, bytesPerSample: sent,
      storedBytesPerSample: onDisk, goals: goals, endpointCount: endpointCount)
    // A goal is a wish to be sized for, whatever the page says.
    if goals.rate != nil || cause == nil { needs.cause = cause?.isCurable == true ? needs.cause : .shardCap }
    needs.requestSamplesMax = reading.flatMap { reading in
      guard let most = reading.requestSamplesMax, most < reading.batch ?? 0 else { return nil }
      return Int(exactly: most)
    }
    if let limit = goals.limit {
      needs.limit = .init("limit", Quantity(limit, .samplesPerSecond), "--limit")
    } else if cause == .throttled, let reading {
      // What is acknowledged while more is offered is what is let in; where nothing piles up it may be more.
      needs.limit = .init(
        "limit", Quantity(max(reading.acknowledgedRate, 1), .samplesPerSecond), "page: acknowledged while throttled")
    }
    return needs
  }

  // MARK: - The trial

  private func trial(
    _ needs: QueueNeeds, _ reading: QueueReading?, today: QueueSettings, proposed: QueueSettings?
  ) -> QueueTrial {
    let rate = max(needs.rate.quantity.value, 0)
    let model = model(needs, reading)
    var simulation = QueueSimulation(program: program, queue: today, endpoint: model, rate: rate)
    // Without a page: what an outage leaves behind, of a minute where nobody says, of ten at most.
    simulation.waiting = reading?.backlog ?? rate * min(request.goals.outage ?? 60, 600)
    simulation.shards = reading?.shards.flatMap { Int(exactly: $0) }
    // Of a cold start the next one is what settings can change.
    if needs.cause == .coldStart { (simulation.waiting, simulation.shards) = (0, nil) }
    simulation.seed = request.seed
    let least = Double(max(1, min(today.maxSamplesPerSend, proposed?.maxSamplesPerSend ?? .max)))
    simulation.seconds = rate > 0 ? min(600, max(120, Self.requestsMost * least / rate)).rounded() : 600
    let course = simulation.run()
    guard let proposed else { return QueueTrial(endpoint: model, today: course, proposed: nil) }
    simulation.queue = proposed
    return QueueTrial(endpoint: model, today: course, proposed: simulation.run())
  }

  private func model(_ needs: QueueNeeds, _ reading: QueueReading?) -> EndpointModel {
    var model = EndpointModel(
      latency: needs.latency.quantity.value, bytesPerSample: needs.bytesPerSample.quantity.value)
    model.bandwidth = request.goals.bandwidth
    // What the link takes is counted for itself.
    if needs.cause == .bandwidth { model.latency = min(model.latency, 0.1) }
    if let reading {
      let answered = reading.acknowledgedRate + reading.failedRate
      if needs.cause == .refused, answered > 0 { model.refusedShare = reading.failedRate / answered }
      if needs.cause == .cpu, let cpu = reading.cpuRate, reading.attemptedRate > 0 {
        model.cpuPerSample = cpu / reading.attemptedRate
        model.cores = request.goals.cores ?? reading.cores ?? 1
      }
    }
    if let limit = needs.limit?.quantity.value { model.limit = max(limit, 1) }
    return model
  }
}
