import RemoteWriteProtocol
import Synchronization
import Telemetry

/// Takes write requests and remembers what came: everything of a receiver but HTTP.
final class WriteReception: Sendable {
  fileprivate struct State {
    var ledger: SeriesLedger
    var totals = ReceiverTotals()
    var plan = MisbehaviourPlan()
  }

  private let reader: RequestReader
  private let state: Mutex<State>
  private let registry: MetricsRegistry
  private let samplesTotal: Counter
  private let histogramsTotal: Counter
  private let exemplarsTotal: Counter
  private let bytesTotal: Counter

  init(_ settings: ReceiverSettings, registry: MetricsRegistry) {
    reader = RequestReader(settings)
    state = Mutex(
      State(
        ledger: SeriesLedger(
          seriesMax: settings.seriesMax, strictOrder: settings.strictOrder,
          keepsAllTimestamps: settings.keepsAllTimestamps)))
    self.registry = registry
    samplesTotal = registry.counter("godwit_receiver_samples_total", help: "Float samples written.")
    histogramsTotal = registry.counter(
      "godwit_receiver_histograms_total", help: "Native histogram samples written.")
    exemplarsTotal = registry.counter("godwit_receiver_exemplars_total", help: "Exemplars written.")
    bytesTotal = registry.counter("godwit_receiver_bytes_total", help: "Bytes of request bodies as they came.")
  }

  // MARK: - Requests

  /// Takes what is good in the request and says what to answer. Decodes without holding any lock.
  func receive(_ body: [UInt8], _ headers: WriteHeaders) -> WriteAnswer {
    bytesTotal.add(body.count)
    switch reader.read(body, headers) {
    case .failure(let refusal):
      state.withLock {
        $0.totals.bytesCompressed += body.count
        for (code, tally) in refusal.breaches { $0.totals.breach(code, tally) }
      }
      return refusal.answer
    case .success(let request):
      let outcome = state.withLock { $0.take(request, bodyBytes: body.count) }
      samplesTotal.add(outcome.samplesWritten)
      histogramsTotal.add(outcome.histogramsWritten)
      exemplarsTotal.add(outcome.exemplarsWritten)
      return answer(request, outcome)
    }
  }

  /// Answers as ``receive(_:_:)`` does when all is good, and keeps nothing: the lie of an endpoint that loses data.
  func pretend(_ body: [UInt8], _ headers: WriteHeaders) -> WriteAnswer {
    switch reader.read(body, headers) {
    case .failure(let refusal): return refusal.answer
    case .success(let request):
      var outcome = LedgerOutcome()
      for series in request.batch.series {
        outcome.samplesWritten += series.samples.count
        outcome.histogramsWritten += series.histograms.count
        outcome.exemplarsWritten += series.exemplarCount
      }
      return answer(request, outcome)
    }
  }

  /// Counts a request by what it was answered with; status 0 stands for a dropped connection.
  func count(_ answer: WriteAnswer) {
    state.withLock { $0.totals.count(version: answer.version, status: answer.status) }
    registry.counter(
      "prometheus_http_requests_total", help: "Counter of HTTP requests.",
      labels: [("handler", "/api/v1/write"), ("code", String(answer.status))]
    ).add()
  }

  private func answer(_ request: IncomingRequest, _ outcome: LedgerOutcome) -> WriteAnswer {
    var answer = WriteAnswer(status: 204, version: WriteAnswer.word(request.version))
    answer.samplesWritten = outcome.samplesWritten
    answer.histogramsWritten = outcome.histogramsWritten
    answer.exemplarsWritten = outcome.exemplarsWritten
    var parts = request.refused.sorted { $0.key < $1.key }.map {
      "\($0.value.count) refused as \($0.key): \($0.value.example)"
    }
    parts += outcome.refusals.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      "\($0.value.count) refused as \($0.key.rawValue), \($0.key.description): \($0.value.example)"
    }
    if !parts.isEmpty {
      answer.status = 400
      let written = outcome.samplesWritten + outcome.histogramsWritten
      let rest = written > 0 ? "the other \(written) were written" : "nothing was written"
      answer.reason = parts.joined(separator: "; ") + "; " + rest
    }
    return answer
  }

  // MARK: - Reports

  func report() -> ReceiverReport { state.withLock { $0.totals.report(seriesCount: $0.ledger.count) } }

  func series(matching text: String, limit: Int) -> [SeriesReport] {
    state.withLock { $0.ledger.reports(matching: text, limit: limit) }
  }

  // MARK: - Misbehaviour

  func misbehave(_ misbehaviour: Misbehaviour?) {
    state.withLock { $0.plan.set(misbehaviour, at: .now) }
  }

  func nextMisbehaviour(at now: ContinuousClock.Instant) -> Misbehaviour? {
    state.withLock {
      let misbehaviour = $0.plan.next(at: now)
      if misbehaviour != nil { $0.totals.misbehaved += 1 }
      return misbehaviour
    }
  }
}

extension WriteReception.State {
  fileprivate mutating func take(_ request: IncomingRequest, bodyBytes: Int) -> LedgerOutcome {
    totals.bytesCompressed += bodyBytes
    totals.bytesUncompressed += request.uncompressedByteCount
    for (code, tally) in request.breaches { totals.breach(code, tally) }
    for (code, tally) in request.refused { totals.refuse(code, tally) }
    // A 1.0 request has no way to say that a part of it was written, so it is taken whole or not at all.
    if request.version == .v1 && !request.refused.isEmpty { return LedgerOutcome() }
    let outcome = ledger.commit(request.batch, request.version == .v1 ? .allOrNothing : .validRest)
    totals.add(outcome)
    totals.metadata += request.metadataCount
    return outcome
  }
}

/// A request after reading: what may be taken, and what was wrong with the rest.
struct IncomingRequest: Sendable {
  var version: WriteMessageVersion
  var batch = IncomingBatch()
  /// By code: points, or series without points, that are not in the batch.
  var refused: [String: ReceiverTotals.Tally] = [:]
  /// By code: what is against the specification, whether it led to a refusal or not.
  var breaches: [String: ReceiverTotals.Tally] = [:]
  var metadataCount = 0
  var uncompressedByteCount = 0
}
