import MetricModel
import RemoteWriteProtocol
import Settings
import Synchronization
import Telemetry

/// Makes requests of cuts, posts them and says what the answers mean for the samples in them.
struct RequestSender {
  /// The most bytes a request may have before compression; half the samples are tried when it has more.
  static let requestBytesMax = 16 << 20

  enum Outcome {
    /// So many have arrived; all others are refused for good and kept in quarantine.
    case settled(acknowledged: UInt64)
    /// Refused for good, all of it, and not yet set aside.
    case refused(Refusal)
    /// The same samples once more, after a pause; where it is nil the pace of the endpoint says when.
    case again(after: Duration?)
    /// The same samples at once, in requests that are made anew with another message.
    case anew
    /// The same samples in smaller requests: at once, or after a pause where the endpoint may not mean their number.
    case smaller(afterPause: Bool)
    /// The same samples once in the other message: refused, and it may be that the message is to blame.
    case onTrial(Refusal)
  }

  /// The endpoint's word on a whole request.
  struct Refusal {
    var status: Int
    var message: String
    /// Whether it may be that only some of the series are to blame. Every other refusal is about the endpoint, the
    /// credentials or the message, and would meet each part of the request alike.
    var isAboutSeries: Bool { status == 400 || status == 422 }
  }

  /// What the prepared request is made of.
  private struct Contents {
    var samples = 0
    var histograms = 0
    var exemplars = 0
    var series: [SeriesID] = []
    var omission: Omission?
  }

  /// What the message could not carry.
  private struct Omission {
    /// In samples.
    var count: Int
    /// Of these, such as stand at the time of a sample of another series that has become the same by escaping.
    var collisions: Int
    var series: [SeriesID]
    /// All of it as a compressed 2.0 message.
    var body: [UInt8] = []
  }

  private let endpoint: EndpointContext
  private let shard: Int
  private let lanes: LaneShares
  /// The message of the prepared request, and whether it is sent to see if the endpoint takes that.
  private(set) var version: WriteMessageVersion
  private var isTrial = false
  private var compressed: [UInt8] = []
  private var contents = Contents()

  /// - Parameter shard: whose samples are sent, among those that share the lanes.
  init(_ endpoint: EndpointContext, shard: Int, among lanes: LaneShares) {
    self.endpoint = endpoint
    self.shard = shard
    self.lanes = lanes
    version = endpoint.books.message
  }

  /// Gives the memory of the prepared request back, once it is settled.
  mutating func giveBack() {
    compressed = []
    contents = Contents()
  }

  /// How many samples the prepared request stands for, those included that its message cannot carry.
  private var keptCount: UInt64 { carriedCount + UInt64(contents.omission?.count ?? 0) }
  private var carriedCount: UInt64 { UInt64(contents.samples + contents.histograms) }

  /// Whether there is nothing to send: the message can carry nothing of what the request stands for.
  var isEmpty: Bool { carriedCount == 0 }

  /// Makes a request of the samples of `asked` as `version`, or finds one that another endpoint has made of the first of
  /// them.
  ///
  /// - Returns: the cut that the request holds: smaller than the one asked for where its labels are very long, or where
  ///   another endpoint has cut there.
  mutating func prepare(
    _ asked: RequestAssembler.Cut, from assembler: inout RequestAssembler, as version: WriteMessageVersion,
    isTrial: Bool = false
  ) -> RequestAssembler.Cut {
    self.isTrial = isTrial
    guard endpoint.sharesRequests else { return make(asked, from: &assembler, as: version) }
    var asked = asked
    if let wanted = assembler.stretch(of: asked, shard: shard, among: lanes) {
      switch endpoint.group.advice(on: wanted, as: version) {
      case .take(let count):
        let cut = assembler.cut(maxKept: count)
        if take(cut, from: assembler, as: version) { return cut }
      case .meet(let place):
        let count = assembler.keptCount(before: place)
        if count > 0 { asked = assembler.cut(maxKept: count) }
      case .make: break
      }
    }
    let cut = make(asked, from: &assembler, as: version)
    share(cut, from: assembler)
    return cut
  }

  /// Prepares the request that another endpoint has made of just these samples.
  ///
  /// - Returns: false if there is none.
  private mutating func take(
    _ cut: RequestAssembler.Cut, from assembler: borrowing RequestAssembler, as version: WriteMessageVersion
  ) -> Bool {
    guard let wanted = assembler.stretch(of: cut, shard: shard, among: lanes),
      let found = endpoint.group.take(wanted, as: version)
    else { return false }
    self.version = version
    contents = Contents(
      samples: found.samples, histograms: found.histograms, exemplars: found.exemplars,
      series: assembler.firstSeries(of: cut, max: RefusedBatch.namedSeriesMax))
    compressed = found.body
    endpoint.metrics.requestsTaken.add()
    return true
  }

  /// Leaves the prepared request to the other endpoints.
  private func share(_ cut: RequestAssembler.Cut, from assembler: borrowing RequestAssembler) {
    guard contents.omission == nil, let stretch = assembler.stretch(of: cut, shard: shard, among: lanes) else { return }
    endpoint.group.keep(
      MadeRequest(
        version: version, stretch: stretch, samples: contents.samples, histograms: contents.histograms,
        exemplars: contents.exemplars, body: compressed))
  }

  /// Encodes and compresses the samples of `asked`, or fewer where their labels are very long.
  private mutating func make(
    _ asked: RequestAssembler.Cut, from assembler: inout RequestAssembler, as version: WriteMessageVersion
  ) -> RequestAssembler.Cut {
    endpoint.press.withLock { press in
      press.begin(version)
      var cut = asked
      while true {
        assembler.encode(cut, into: &press, endpoint.registry)
        if press.encoder.byteCount <= Self.requestBytesMax || cut.kept <= 1 { break }
        cut = assembler.cut(maxKept: cut.kept / 2)
      }
      finish(&press, naming: assembler.firstSeries(of: cut, max: RefusedBatch.namedSeriesMax), &assembler)
      return cut
    }
  }

  /// Encodes and compresses what `cut` holds of the series in `part`.
  mutating func prepare(
    _ part: ArraySlice<UInt32>, of cut: RequestAssembler.Cut, from assembler: inout RequestAssembler,
    as version: WriteMessageVersion
  ) {
    isTrial = false
    endpoint.press.withLock { press in
      press.begin(version)
      assembler.encode(cut, part: part, into: &press, endpoint.registry)
      finish(&press, naming: part.prefix(RefusedBatch.namedSeriesMax).map(SeriesID.init(rawValue:)), &assembler)
    }
  }

  private mutating func finish(
    _ press: inout RequestPress, naming series: [SeriesID], _ assembler: inout RequestAssembler
  ) {
    version = press.encoder.version
    contents = Contents(
      samples: press.encoder.sampleCount, histograms: press.encoder.histogramCount,
      exemplars: press.encoder.exemplarCount, series: series)
    press.finish(into: &compressed)
    guard assembler.omittedCount > 0 else { return }
    var omission = Omission(
      count: assembler.omittedCount, collisions: assembler.collisionCount,
      series: assembler.omittedSeries(max: RefusedBatch.namedSeriesMax))
    var encoder = assembler.encodeOmitted(endpoint.registry)
    Snappy.compress(encoder.finish()[...], into: &omission.body)
    contents.omission = omission
  }

  /// Posts the prepared request, and tells the endpoint's pace what came of it.
  ///
  /// - Parameter attempt: how often these samples are sent with this request, at least 1.
  mutating func send(attempt: Int, with permit: Pace.Permit) async -> Outcome {
    let request = OutgoingRequest(version: version, body: compressed, earlierAttempts: attempt - 1)
    endpoint.metrics.samplesSent.add(contents.samples)
    endpoint.metrics.histogramsSent.add(contents.histograms)
    endpoint.metrics.exemplarsSent.add(contents.exemplars)
    endpoint.metrics.bytesSent.add(compressed.count)

    let started = ContinuousClock.now
    let answer = await endpoint.courier(request)
    let took = ContinuousClock.now - started
    endpoint.metrics.duration.observe(took)
    endpoint.noteSend(samples: Int(keptCount), took: took)

    let verdict = verdict(on: answer)
    if case .retryable(let retryAfter, let message) = verdict {
      return .again(after: retry(after: retryAfter, Self.cause(of: answer, message), answer, attempt, permit))
    }
    endpoint.pace.end(permit, answer.status == 429 ? .rateLimited(retryAfter: nil) : .answered)
    return outcome(of: verdict, answer)
  }

  /// Ends the request in the endpoint's pace, and says how long this shard is to wait beyond that.
  private func retry(
    after retryAfter: Duration?, _ cause: String, _ answer: CourierAnswer, _ attempt: Int, _ permit: Pace.Permit
  ) -> Duration? {
    endpoint.metrics.samplesRetried.add(contents.samples)
    endpoint.metrics.histogramsRetried.add(contents.histograms)
    endpoint.metrics.exemplarsRetried.add(contents.exemplars)
    // A shard whose first attempt this is must not come sooner than one that has been trying for long.
    let delay = RetryPolicy(endpoint.settings.queue).delay(
      afterAttempt: max(attempt, endpoint.pace.failures + 1), retryAfter: retryAfter, random: .random(in: 0..<1))
    endpoint.noteRetry()
    endpoint.report.retrying(message: cause, attempt: attempt, delay: delay)
    if answer.status == 429 {
      endpoint.pace.end(permit, .rateLimited(retryAfter: retryAfter))
      return retryAfter == nil ? delay : nil
    }
    endpoint.pace.end(permit, .failed(retryAfter: retryAfter, backoff: delay))
    return nil
  }

  private func outcome(of verdict: WriteVerdict, _ answer: CourierAnswer) -> Outcome {
    let said = endpoint.hear(
      word(of: verdict, answer), of: version, isTrial: isTrial, because: Self.cause(of: answer, verdict.message))
    switch verdict {
    case .accepted:
      endpoint.noteAccepted(samples: Int(carriedCount))
      setAsideOmitted()
      return .settled(acknowledged: carriedCount)
    case .partiallyRefused(let status, let written, let message):
      // Counts come from outside; they cannot make more of the request than there was.
      let accepted =
        min(written.samples, UInt64(contents.samples)) + min(written.histograms, UInt64(contents.histograms))
      setAside(Refusal(status: status, message: message), written: written)
      return .settled(acknowledged: accepted)
    case .refused(let status, let message):
      let refusal = Refusal(status: status, message: message)
      switch said {
      case .stands: return .refused(refusal)
      case .anew: return .anew
      case .onTrial: return .onTrial(refusal)
      }
    case .tooLarge(let message):
      let isTrusted = endpoint.noteTooLarge(samples: Int(keptCount))
      return keptCount > 1
        ? .smaller(afterPause: !isTrusted) : .refused(Refusal(status: 413, message: message))
    case .unsupported(let message):
      return said == .stands ? .refused(Refusal(status: answer.status ?? 415, message: message)) : .anew
    case .retryable: return .again(after: nil)
    }
  }

  /// What a verdict says about the message of the request.
  private func word(of verdict: WriteVerdict, _ answer: CourierAnswer) -> MessageChoice.Word {
    guard case .answered(let response) = answer else { return .nothing }
    return switch verdict {
    case .accepted, .partiallyRefused: .taken
    case .unsupported: .unsupported
    // Who says how much was written has read the samples.
    case .refused(400, _) where !response.saysWhatWasWritten: .invalid
    case .refused: .refused
    // Smaller requests may be taken; a single sample cannot be made smaller.
    case .tooLarge: keptCount > 1 ? .nothing : .refused
    case .retryable: .nothing
    }
  }

  /// Keeps the prepared request, of which the endpoint took what it says it has written and refused the rest.
  func setAside(_ refusal: Refusal, written: WriteCounts = WriteCounts()) {
    setAsideOmitted()
    let metrics = endpoint.metrics
    let samples = UInt64(contents.samples) - min(written.samples, UInt64(contents.samples))
    let histograms = UInt64(contents.histograms) - min(written.histograms, UInt64(contents.histograms))
    metrics.samplesFailed.add(samples)
    metrics.histogramsFailed.add(histograms)
    metrics.exemplarsFailed.add(UInt64(contents.exemplars) - min(written.exemplars, UInt64(contents.exemplars)))
    guard samples + histograms > 0 else { return }
    endpoint.setAside(
      RefusedBatch(
        endpoint: endpoint.settings.name, timeMs: endpoint.nowMs(), status: refusal.status, answer: refusal.message,
        version: version, samples: carriedCount, refused: samples + histograms, series: names(of: contents.series),
        body: compressed))
  }

  /// Keeps what the message could not carry: nobody has refused it, but it will not arrive.
  func setAsideOmitted() {
    guard let omission = contents.omission else { return }
    let custom = omission.count - omission.collisions
    endpoint.metrics.histogramsNotInRW1.add(custom)
    endpoint.metrics.samplesCollided.add(omission.collisions)
    var reasons: [String] = []
    if custom > 0 {
      reasons.append("nhcb_in_rw1_not_supported: Remote Write 1.0 has no native histograms with custom buckets")
    }
    if omission.collisions > 0 {
      reasons.append(
        "name_collision: with its names escaped for Remote Write 1.0 a series is the same as another one, which has a "
          + "sample of that time")
    }
    endpoint.setAsideOmitted(
      RefusedBatch(
        endpoint: endpoint.settings.name, timeMs: endpoint.nowMs(), status: 0,
        answer: reasons.joined(separator: "; "), version: .v2, samples: UInt64(omission.count),
        refused: UInt64(omission.count), series: names(of: omission.series), body: omission.body))
  }

  private func names(of series: [SeriesID]) -> [String] {
    endpoint.registry.withTable { table in series.map { table.labels(of: $0).description } }
  }

  /// An answer often has no body to speak for it; its status always tells something.
  private static func cause(of answer: CourierAnswer, _ message: String) -> String {
    guard case .answered(let response) = answer else { return message }
    return message.isEmpty ? "status \(response.status)" : "status \(response.status): \(message)"
  }

  private func verdict(on answer: CourierAnswer) -> WriteVerdict {
    switch answer {
    case .unreachable(let why): .retryable(after: nil, message: why)
    case .answered(let response):
      WriteVerdict(
        response, to: version,
        sent: WriteCounts(samples: UInt64(contents.samples), histograms: UInt64(contents.histograms)),
        policy: ClassificationPolicy(
          retryOnRateLimit: endpoint.settings.queue.retryOnRateLimit, retryAfterMax: RetryPolicy.retryAfterMax))
    }
  }
}

extension CourierAnswer {
  /// The status, where there was an answer.
  fileprivate var status: Int? {
    guard case .answered(let response) = self else { return nil }
    return response.status
  }
}
