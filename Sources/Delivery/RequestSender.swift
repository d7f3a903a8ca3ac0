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
    /// The same samples at once, in requests that are made anew: with another message, or smaller.
    case anew
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
    /// What the message could not carry, counted in samples.
    var omitted = 0
    var series: [SeriesID] = []
  }

  private let endpoint: EndpointContext
  /// The message of the prepared request.
  private(set) var version: WriteMessageVersion
  private var compressed: [UInt8] = []
  private var contents = Contents()

  init(_ endpoint: EndpointContext) {
    self.endpoint = endpoint
    version = endpoint.version
  }

  /// How many samples the prepared request stands for, those included that its message cannot carry.
  var keptCount: UInt64 { UInt64(contents.samples + contents.histograms + contents.omitted) }

  /// Encodes and compresses the samples of `asked`.
  ///
  /// - Returns: the cut that the request holds: smaller than the one asked for where its labels are very long.
  mutating func prepare(
    _ asked: RequestAssembler.Cut, from assembler: inout RequestAssembler
  ) -> RequestAssembler.Cut {
    endpoint.press.withLock { press in
      press.begin(endpoint.version)
      var cut = asked
      while true {
        endpoint.registry.withTable { table in assembler.encode(cut, with: &press.encoder, table: table) }
        if press.encoder.byteCount <= Self.requestBytesMax || cut.kept <= 1 { break }
        cut = assembler.cut(maxKept: cut.kept / 2)
      }
      finish(&press, naming: assembler.firstSeries(of: cut, max: RefusedBatch.namedSeriesMax))
      return cut
    }
  }

  /// Encodes and compresses what `cut` holds of the series in `part`.
  mutating func prepare(
    _ part: ArraySlice<UInt32>, of cut: RequestAssembler.Cut, from assembler: inout RequestAssembler
  ) {
    endpoint.press.withLock { press in
      press.begin(endpoint.version)
      endpoint.registry.withTable { table in
        assembler.encode(cut, part: part, with: &press.encoder, table: table)
      }
      finish(&press, naming: part.prefix(RefusedBatch.namedSeriesMax).map(SeriesID.init(rawValue:)))
    }
  }

  private mutating func finish(_ press: inout RequestPress, naming series: [SeriesID]) {
    version = press.encoder.version
    contents = Contents(
      samples: press.encoder.sampleCount, histograms: press.encoder.histogramCount,
      exemplars: press.encoder.exemplarCount, omitted: press.encoder.omissions.histogramsWithCustomBuckets,
      series: series)
    press.finish(into: &compressed)
  }

  /// Posts the prepared request, and tells the endpoint's pace what came of it.
  ///
  /// - Parameter attempt: how often these samples are sent with this request, at least 1.
  mutating func send(attempt: Int, with permit: Pace.Permit) async -> Outcome {
    let request = OutgoingRequest(version: version, body: compressed, earlierAttempts: attempt - 1)
    let metrics = endpoint.metrics
    metrics.samplesSent.add(contents.samples)
    metrics.histogramsSent.add(contents.histograms)
    metrics.exemplarsSent.add(contents.exemplars)
    metrics.bytesSent.add(compressed.count)

    let started = ContinuousClock.now
    let answer = await endpoint.courier(request)
    let took = ContinuousClock.now - started
    metrics.duration.observe(took)
    endpoint.noteSend(samples: Int(keptCount), took: took)

    let verdict = verdict(on: answer)
    if case .retryable(let retryAfter, let message) = verdict {
      return .again(after: retry(after: retryAfter, Self.cause(of: answer, message), answer, attempt, permit))
    }
    endpoint.pace.end(permit, answer.status == 429 ? .rateLimited(retryAfter: nil) : .answered)
    return outcome(of: verdict)
  }

  /// Ends the request in the endpoint's pace, and says how long this shard is to wait beyond that.
  private func retry(
    after retryAfter: Duration?, _ cause: String, _ answer: CourierAnswer, _ attempt: Int, _ permit: Pace.Permit
  ) -> Duration? {
    endpoint.metrics.samplesRetried.add(contents.samples)
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

  private func outcome(of verdict: WriteVerdict) -> Outcome {
    switch verdict {
    case .accepted:
      endpoint.noteAccepted(samples: Int(keptCount))
      return .settled(acknowledged: keptCount - omit())
    case .partiallyRefused(let status, let written, let message):
      // Counts come from outside; they cannot make more of the request than there was.
      let accepted =
        min(written.samples, UInt64(contents.samples)) + min(written.histograms, UInt64(contents.histograms))
      setAside(Refusal(status: status, message: message), acknowledged: accepted)
      return .settled(acknowledged: accepted)
    case .refused(let status, let message):
      return .refused(Refusal(status: status, message: message))
    case .tooLarge(let message):
      endpoint.noteTooLarge(samples: Int(keptCount))
      return keptCount > 1 ? .anew : .refused(Refusal(status: 413, message: message))
    case .unsupported(let message):
      // The endpoint speaks 1.0 only. It is asked again with that; the choice is remembered until the next start.
      guard version == .v2 else { return .refused(Refusal(status: 415, message: message)) }
      endpoint.fallBackToVersion1(because: message)
      return .anew
    case .retryable: return .again(after: nil)
    }
  }

  /// Keeps the prepared request, of which the endpoint took `acknowledged` samples and refused the others.
  func setAside(_ refusal: Refusal, acknowledged: UInt64 = 0) {
    let sent = keptCount - omit()
    guard acknowledged < sent else { return }
    let series = contents.series
    let names = endpoint.registry.withTable { table in series.map { table.labels(of: $0).description } }
    endpoint.setAside(
      RefusedBatch(
        endpoint: endpoint.settings.name, timeMs: endpoint.nowMs(), status: refusal.status, answer: refusal.message,
        version: version, samples: sent, refused: sent - acknowledged, series: names, body: compressed))
  }

  /// Counts what the message could not carry: nobody has refused it, but it will never arrive.
  ///
  /// - Returns: how many samples.
  private func omit() -> UInt64 {
    if contents.omitted > 0 {
      endpoint.metrics.samplesFailed.add(contents.omitted)
      endpoint.report.omitted(contents.omitted)
    }
    return UInt64(contents.omitted)
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
