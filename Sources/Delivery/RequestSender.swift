import MetricModel
import RemoteWriteProtocol
import Settings
import Telemetry

/// Makes requests of cuts, posts them and says what the answers mean for the samples in them.
struct RequestSender {
  /// The most bytes a request may have before compression; half the samples are tried when it has more.
  static let requestBytesMax = 16 << 20

  enum Outcome {
    case settled(acknowledged: UInt64, refused: UInt64)
    case again(after: Duration)
    /// Nothing failed; the request has to be made anew with another message.
    case againAtOnce
  }

  private let endpoint: EndpointContext
  private var encoder: WriteRequestEncoder
  private var body: [UInt8] = []
  private var compressed: [UInt8] = []
  private var exemplarCount = 0
  private var histogramCount = 0
  /// What the message could not carry, counted in samples.
  private var omitted: UInt64 = 0
  /// Some of the series in the request, to name them if it is refused.
  private var firstSeries: [SeriesID] = []

  init(_ endpoint: EndpointContext) {
    self.endpoint = endpoint
    encoder = WriteRequestEncoder(endpoint.version)
  }

  /// Encodes and compresses the samples of `cut`.
  ///
  /// - Returns: the cut that the request holds: smaller than the one asked for where its labels are very long.
  mutating func prepare(
    _ asked: RequestAssembler.Cut, from assembler: inout RequestAssembler
  ) -> RequestAssembler.Cut {
    if encoder.version != endpoint.version { encoder = WriteRequestEncoder(endpoint.version) }
    var cut = asked
    while true {
      endpoint.registry.withTable { table in assembler.encode(cut, with: &encoder, table: table) }
      if encoder.byteCount <= Self.requestBytesMax || cut.kept <= 1 { break }
      cut = assembler.cut(maxKept: cut.kept / 2)
    }
    exemplarCount = encoder.exemplarCount
    histogramCount = encoder.histogramCount
    omitted = UInt64(encoder.omissions.histogramsWithCustomBuckets)
    firstSeries = assembler.firstSeries(of: cut, max: RefusedBatch.namedSeriesMax)
    encoder.finish(into: &body)
    Snappy.compress(body[...], into: &compressed)
    return cut
  }

  /// Posts the prepared request.
  mutating func send(attempt: Int, _ cut: RequestAssembler.Cut) async -> Outcome {
    let request = OutgoingRequest(version: encoder.version, body: compressed, earlierAttempts: attempt - 1)
    let samples = cut.kept - histogramCount - Int(omitted)
    let metrics = endpoint.metrics
    metrics.samplesSent.add(samples)
    metrics.histogramsSent.add(histogramCount)
    metrics.exemplarsSent.add(exemplarCount)
    metrics.bytesSent.add(compressed.count)

    let started = ContinuousClock.now
    let answer = await endpoint.courier(request)
    let took = ContinuousClock.now - started
    metrics.duration.observe(took)
    endpoint.noteSend(samples: cut.kept, took: took)

    switch verdict(on: answer, sent: WriteCounts(samples: UInt64(samples), histograms: UInt64(histogramCount))) {
    case .accepted:
      endpoint.report.accepted()
      return .settled(acknowledged: UInt64(cut.kept) - omitted, refused: omitted)
    case .partiallyRefused(let written, let message):
      // Counts come from outside; they cannot make more of the request than there was.
      let accepted = min(written.samples, UInt64(samples)) + min(written.histograms, UInt64(histogramCount))
      return settleRefused(UInt64(cut.kept) - accepted, of: cut, status: 400, message)
    case .refused(let status, let message):
      return settleRefused(UInt64(cut.kept), of: cut, status: status, message)
    case .unsupported(let message):
      // The endpoint speaks 1.0 only. It is asked again with that; the choice is remembered until the next start.
      if encoder.version == .v2 {
        endpoint.fallBackToVersion1(because: message)
        return .againAtOnce
      }
      return settleRefused(UInt64(cut.kept), of: cut, status: 415, message)
    case .retryable(let retryAfter, let message):
      metrics.samplesRetried.add(samples)
      let delay = RetryPolicy(endpoint.settings.queue).delay(
        afterAttempt: attempt, retryAfter: retryAfter, random: .random(in: 0..<1))
      endpoint.noteRetry()
      endpoint.report.retrying(message: Self.cause(of: answer, message), attempt: attempt, delay: delay)
      return .again(after: delay)
    }
  }

  /// An answer often has no body to speak for it; its status always tells something.
  private static func cause(of answer: CourierAnswer, _ message: String) -> String {
    guard case .answered(let response) = answer else { return message }
    return message.isEmpty ? "status \(response.status)" : "status \(response.status): \(message)"
  }

  private func verdict(on answer: CourierAnswer, sent: WriteCounts) -> WriteVerdict {
    switch answer {
    case .unreachable(let why): .retryable(after: nil, message: why)
    case .answered(let response):
      WriteVerdict(
        response, to: encoder.version, sent: sent,
        policy: ClassificationPolicy(
          retryOnRateLimit: endpoint.settings.queue.retryOnRateLimit, retryAfterMax: RetryPolicy.retryAfterMax))
    }
  }

  private func settleRefused(
    _ refused: UInt64, of cut: RequestAssembler.Cut, status: Int, _ message: String
  ) -> Outcome {
    let series = firstSeries
    let names = endpoint.registry.withTable { table in series.map { table.labels(of: $0).description } }
    endpoint.setAside(
      RefusedBatch(
        endpoint: endpoint.settings.name, timeMs: endpoint.nowMs(), status: status, answer: message,
        version: encoder.version, samples: UInt64(cut.kept), refused: refused, series: names, body: compressed))
    return .settled(acknowledged: UInt64(cut.kept) - refused, refused: refused)
  }
}
