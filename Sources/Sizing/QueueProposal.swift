public import Settings

/// The settings that fit what was seen and what is wanted, each with its derivation.
///
/// What suffices today is kept: a setting changes only where the arithmetic asks for it.
public struct QueueProposal: Sendable, Hashable {
  public var queue: QueueSettings
  public var derivations: [Derivation]
  /// Goals that no setting meets, as sentences.
  var impossible: [String] = []
}

/// What a proposal starts from.
struct QueueNeeds: Sendable, Hashable {
  var program: SenderProgram
  var cause: Cause
  /// What the queue runs with; nil where nothing tells, and the program's defaults hold.
  var today: QueueSettings?
  var rate: Derivation.Input
  var latency: Derivation.Input
  var bytesPerSample: Derivation.Input
  var storedBytesPerSample: Derivation.Input
  /// Samples a second that the endpoint lets in, where it lets in less than it is offered.
  var limit: Derivation.Input?
  /// The most samples that the endpoint takes in a request, once it has answered 413.
  var requestSamplesMax: Int?
  var goals: SizingGoals
  var endpointCount = 1
}

extension QueueProposal {
  /// Room for catching up: an outage is worked off in half the time that it took.
  static let catchUp = 3.0
  /// A cap on shards that leaves less room than this is raised.
  static let roomLeast = 1.5
  /// Shards beyond this number are worth a larger batch first.
  static let shardsAtEase = 25.0
  /// Few endpoints take more in a request; Mimir's and Cortex's defaults allow about this many.
  static let batchMost = 10_000
  private static let batchLeast = 500

  init(_ needs: QueueNeeds) {
    var sizing = Sizer(needs)
    sizing.size()
    queue = sizing.queue
    derivations = sizing.derivations
    impossible = sizing.impossible
  }

  /// The way to the numbers, one setting after the other.
  private struct Sizer {
    let needs: QueueNeeds
    var queue: QueueSettings
    var derivations: [Derivation] = []
    var impossible: [String] = []

    init(_ needs: QueueNeeds) {
      self.needs = needs
      queue = needs.today ?? needs.program.defaults
    }

    private var rate: Double { needs.rate.quantity.value }
    private var latency: Double { needs.latency.quantity.value }
    /// What can go out: what comes in, or what the endpoint lets in where that is less.
    private var flow: Double { min(rate, needs.limit?.quantity.value ?? .infinity) }
    /// Whether the cause asks for another size, or nobody has chosen one yet.
    private var isOpen: Bool { needs.today == nil || needs.cause.isCurable }
    private var shardsNeeded: Double { flow * latency / Double(queue.maxSamplesPerSend) }
    private var batchInput: Derivation.Input {
      Derivation.Input("batch", Quantity(queue.maxSamplesPerSend, .samples), "max_samples_per_send")
    }
    private var neededInput: Derivation.Input {
      Derivation.Input("needed", Quantity(shardsNeeded, .shards), "rate × latency ÷ batch")
    }

    mutating func size() {
      sizeBatch()
      sizeShards()
      fitMemory()
      sizeCapacity()
      addShards()
      addTimes()
      addBounds()
    }

    // MARK: - Decisions

    private mutating func sizeBatch() {
      let usual = needs.program.defaults.maxSamplesPerSend
      if isOpen && needs.cause != .manyEndpoints {
        queue.maxSamplesPerSend = max(queue.maxSamplesPerSend, usual)
        while shardsNeeded > QueueProposal.shardsAtEase && queue.maxSamplesPerSend < QueueProposal.batchMost {
          queue.maxSamplesPerSend = min(2 * queue.maxSamplesPerSend, QueueProposal.batchMost)
        }
      }
      if let most = needs.requestSamplesMax, most > 0 { queue.maxSamplesPerSend = min(queue.maxSamplesPerSend, most) }
    }

    private mutating func sizeShards() {
      guard isOpen else { return }
      if needs.cause == .throttled {
        // As many as the limit feeds, and half as many more for answers that take longer than others.
        queue.maxShards = max(1, min(queue.maxShards, whole(QueueProposal.roomLeast * shardsNeeded)))
        if latency > queue.minBackoff.seconds {
          queue.minBackoff = .milliseconds(min(Int64((latency * 1000).rounded(.up)), 1000))
        }
        queue.maxBackoff = max(queue.maxBackoff, queue.minBackoff * 10)
        if needs.program == .prometheus { queue.retryOnRateLimit = true }
      } else if Double(queue.maxShards) < QueueProposal.roomLeast * shardsNeeded {
        queue.maxShards = whole(QueueProposal.catchUp * shardsNeeded)
      }
      let starts = needs.cause == .coldStart || needs.today == nil
      if starts { queue.minShards = max(queue.minShards, whole(shardsNeeded)) }
      queue.minShards = max(1, min(queue.minShards, queue.maxShards))
      // Its workers are as many as its flag says, from the start.
      if needs.program == .vmagent { queue.minShards = queue.maxShards }
    }

    private mutating func sizeCapacity() {
      guard isOpen, needs.program == .prometheus else { return }
      let batch = queue.maxSamplesPerSend
      if queue.capacity < 3 * batch || queue.capacity > 10 * batch {
        queue.capacity = (isTight ? 3 : 5) * batch
      }
    }

    /// Whether the goal of memory leaves no more than what is needed.
    private var isTight: Bool {
      guard let memory = memoryForOne else { return false }
      var roomy = queue
      roomy.capacity = 5 * queue.maxSamplesPerSend
      return MemoryBound(roomy, program: needs.program).bytes > memory
    }

    private var memoryForOne: Double? { needs.goals.memory.map { $0 / Double(max(1, needs.endpointCount)) } }

    private mutating func fitMemory() {
      guard let memory = memoryForOne else { return }
      func fits(_ queue: QueueSettings) -> Bool { MemoryBound(queue, program: needs.program).bytes <= memory }
      if fits(queue) { return }
      // What is never used first: shards beyond what catching up takes, then samples that wait in a shard.
      let room = whole(QueueProposal.roomLeast * shardsNeeded)
      if needs.program != .godwit { queue.capacity = min(queue.capacity, 3 * queue.maxSamplesPerSend) }
      if !fits(queue) { queue.maxShards = max(1, min(queue.maxShards, max(room, fitting(memory)))) }
      // Smaller batches need more shards of less memory each; what is under way stays the same, what waits shrinks.
      while !fits(queue) && queue.maxSamplesPerSend > QueueProposal.batchLeast {
        queue.maxSamplesPerSend = max(QueueProposal.batchLeast, queue.maxSamplesPerSend / 2)
        queue.capacity = min(queue.capacity, 3 * queue.maxSamplesPerSend)
        queue.maxShards = max(whole(shardsNeeded), min(queue.maxShards, fitting(memory)))
      }
      queue.minShards = min(queue.minShards, queue.maxShards)
      if !fits(queue) {
        impossible.append(
          "\(Quantity(memory, .bytes).text) of memory for an endpoint is less than the "
            + "\(Quantity(MemoryBound(queue, program: needs.program).bytes, .bytes).text) that "
            + "\(queue.maxShards) shards of \(queue.maxSamplesPerSend) samples take")
      }
    }

    /// How many shards of the present size fit.
    private func fitting(_ memory: Double) -> Int {
      var one = queue
      one.maxShards = 1
      return max(1, Int(min(memory / MemoryBound(one, program: needs.program).bytes, 512)))
    }

    /// At least 1, at most what Godwit runs.
    private func whole(_ number: Double) -> Int {
      number.isFinite ? max(1, Int(min(number.rounded(.up), 512))) : 1
    }

    // MARK: - Derivations

    private func today(_ path: KeyPath<QueueSettings, Int>, _ unit: Quantity.Unit) -> Quantity? {
      needs.today.map { Quantity($0[keyPath: path], unit) }
    }

    private mutating func addShards() {
      var flowInputs = [needs.rate, needs.latency]
      if let limit = needs.limit { flowInputs.append(limit) }
      let flowWord = needs.limit == nil ? "rate" : "min(rate, limit)"
      derivations = [
        Derivation(
          "max_samples_per_send", Quantity(queue.maxSamplesPerSend, .samples),
          "today's or the default, doubled while rate × latency ÷ batch > \(Int(QueueProposal.shardsAtEase)), "
            + "to \(Quantity(QueueProposal.batchMost, .count).text) at most",
          flowInputs, today: today(\.maxSamplesPerSend, .samples),
          note: needs.requestSamplesMax.map { "the endpoint answered 413 to more than \($0)" } ?? ""),
        Derivation(
          "shards needed", Quantity(shardsNeeded, .shards), "\(flowWord) × latency ÷ batch",
          flowInputs + [batchInput]),
        Derivation(
          "max_shards", Quantity(queue.maxShards, .shards),
          needs.cause == .throttled
            ? "⌈\(Quantity.number(QueueProposal.roomLeast)) × needed⌉, no more than today"
            : "today's if at least \(Quantity.number(QueueProposal.roomLeast)) × needed, else "
              + "⌈\(Quantity.number(QueueProposal.catchUp)) × needed⌉",
          [neededInput], today: today(\.maxShards, .shards)),
        Derivation(
          "min_shards", Quantity(queue.minShards, .shards),
          "⌈needed⌉ for a start without a climb, else today's", [neededInput], today: today(\.minShards, .shards)),
        Derivation(
          "capacity", Quantity(queue.capacity, .samples),
          needs.program == .godwit ? "today's or the default" : "3 to 10 × batch, 5 × where it is neither",
          [batchInput], today: today(\.capacity, .samples),
          note: needs.program == .godwit ? "a backlog is in the log, so it sets nothing but memory" : ""),
        Derivation(
          "throughput",
          Quantity(Double(queue.maxShards) * Double(queue.maxSamplesPerSend) / latency, .samplesPerSecond),
          "max_shards × batch ÷ latency",
          [Derivation.Input("max_shards", Quantity(queue.maxShards, .shards), "above"), batchInput, needs.latency],
          today: needs.today.map {
            Quantity(Double($0.maxShards) * Double($0.maxSamplesPerSend) / latency, .samplesPerSecond)
          }, note: "the most that can go out while the endpoint answers as it does"),
      ]
    }

    private mutating func addTimes() {
      let today = needs.today
      let shards = Double(max(queue.minShards, whole(shardsNeeded)))
      let fill = rate > 0 ? Double(queue.maxSamplesPerSend) * shards / rate : 0
      derivations += [
        Derivation(
          "batch_send_deadline", Quantity(queue.batchSendDeadline.seconds, .seconds), "today's or the default",
          [
            Derivation.Input(
              "time to fill a request", Quantity(fill, .seconds), "batch × shards ÷ rate")
          ], today: today.map { Quantity($0.batchSendDeadline.seconds, .seconds) },
          note: fill > queue.batchSendDeadline.seconds ? "requests go out before they are full" : ""),
        Derivation(
          "min_backoff", Quantity(queue.minBackoff.seconds, .seconds),
          "the latency (1 s at most) where the endpoint throttles, else today's", [needs.latency],
          today: today.map { Quantity($0.minBackoff.seconds, .seconds) }),
        Derivation(
          "max_backoff", Quantity(queue.maxBackoff.seconds, .seconds), "at least 10 × min_backoff where it throttles",
          [Derivation.Input("min_backoff", Quantity(queue.minBackoff.seconds, .seconds), "above")],
          today: today.map { Quantity($0.maxBackoff.seconds, .seconds) },
          note: "an endpoint that is back is noticed after this long at most; Retry-After goes before"),
        Derivation(
          "remote_timeout", Quantity(max(30, (10 * latency).rounded(.up)), .seconds), "max(30 s, 10 × latency)",
          [needs.latency], note: "stands beside queue_config; the diff leaves it alone"),
      ]
    }

    private mutating func addBounds() {
      var memory = MemoryBound(queue, program: needs.program).derivation
      memory.today = needs.today.map { Quantity(MemoryBound($0, program: needs.program).bytes, .bytes) }
      derivations.append(memory)
      let sent = rate * needs.bytesPerSample.quantity.value
      derivations.append(
        Derivation(
          "bandwidth", Quantity(sent, .bytesPerSecond), "rate × bytes a sample", [needs.rate, needs.bytesPerSample]))
      if let bandwidth = needs.goals.bandwidth, sent > bandwidth {
        impossible.append(
          "\(Quantity(rate, .samplesPerSecond).text) × \(needs.bytesPerSample.quantity.text) = "
            + "\(Quantity(sent, .bytesPerSecond).text), more than the \(Quantity(bandwidth, .bytesPerSecond).text) of "
            + "the link")
      }
      if let limit = needs.limit?.quantity.value, limit < 0.99 * rate {
        impossible.append(
          "\(Quantity(rate, .samplesPerSecond).text) come in and the endpoint lets in "
            + "\(Quantity(limit, .samplesPerSecond).text)")
      }
      let perCore = Quantity(needs.program.samplesPerCoreSecond, .samplesPerSecond)
      derivations.append(
        Derivation(
          "cores", Quantity(rate / perCore.value * Double(needs.endpointCount), .cores), "rate × endpoints ÷ a core's",
          [
            needs.rate, Derivation.Input("endpoints", Quantity(needs.endpointCount, .count), "configuration or page"),
            Derivation.Input("a core's", perCore, "docs/performance.md"),
          ], note: "of a machine like the one that was measured, scraping included"))
      guard let outage = needs.goals.outage else { return }
      let stored = rate * needs.storedBytesPerSample.quantity.value * outage
      derivations.append(
        Derivation(
          "disk", Quantity(stored * 1.125, .bytes), "rate × bytes a sample × outage × 1.125",
          [needs.rate, needs.storedBytesPerSample, Derivation.Input("outage", Quantity(outage, .seconds), "--outage")],
          note: needs.program == .godwit
            ? "an eighth more, because whole segments go; a log is shared by all endpoints"
            : "for what is kept at all"))
    }
  }
}
