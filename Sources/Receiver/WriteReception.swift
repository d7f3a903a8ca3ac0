import Intake
import RemoteWriteProtocol
import Synchronization
import Telemetry

/// Takes write requests and remembers what came: everything of a receiver but HTTP.
final class WriteReception: WriteStore {
  fileprivate struct State {
    var ledger: SeriesLedger
    var totals = ReceiverTotals()
    var plan = MisbehaviourPlan()
  }

  private let reader: RequestReader
  private let state: Mutex<State>
  private let counts: WriteRequestCounts
  private let samplesTotal: Counter
  private let histogramsTotal: Counter
  private let exemplarsTotal: Counter
  private let bytesTotal: Counter

  init(_ settings: ReceiverSettings, registry: MetricsRegistry) {
    reader = RequestReader(settings.limits)
    state = Mutex(
      State(
        ledger: SeriesLedger(
          seriesMax: settings.seriesMax, strictOrder: settings.strictOrder,
          keepsAllTimestamps: settings.keepsAllTimestamps)))
    counts = WriteRequestCounts(registry: registry)
    samplesTotal = registry.counter("godwit_receiver_samples_total", help: "Float samples written.")
    histogramsTotal = registry.counter(
      "godwit_receiver_histograms_total", help: "Native histogram samples written.")
    exemplarsTotal = registry.counter("godwit_receiver_exemplars_total", help: "Exemplars written.")
    bytesTotal = registry.counter("godwit_receiver_bytes_total", help: "Bytes of request bodies as they came.")
  }

  // MARK: - Requests

  /// Takes what is good in the request and says what to answer. Decodes without holding any lock.
  func receive(_ body: [UInt8], _ headers: WriteHeaders) -> WriteAnswer {
    WriteIntake(limits: reader.limits, store: self).answer(body, headers)
  }

  func take(_ request: AdmittedRequest) -> StoreOutcome {
    // Written out before the lock is taken.
    let batch = IncomingBatch(request)
    let outcome = state.withLock { $0.take(request, batch) }
    bytesTotal.add(request.bodyByteCount)
    samplesTotal.add(outcome.samplesWritten)
    histogramsTotal.add(outcome.histogramsWritten)
    exemplarsTotal.add(outcome.exemplarsWritten)
    return StoreOutcome(outcome)
  }

  func noteUnread(_ refusal: RequestRefusal) {
    bytesTotal.add(refusal.bodyByteCount)
    state.withLock {
      $0.totals.bytesCompressed += refusal.bodyByteCount
      for (code, tally) in refusal.breaches { $0.totals.breach(code, tally) }
    }
  }

  /// Answers as ``receive(_:_:)`` does when all is good, and keeps nothing: the lie of an endpoint that loses data.
  func pretend(_ body: [UInt8], _ headers: WriteHeaders) -> WriteAnswer {
    switch reader.read(body, headers) {
    case .failure(let refusal): return refusal.answer
    case .success(let request):
      var outcome = StoreOutcome()
      for series in request.series {
        outcome.samplesWritten += series.samples.count
        outcome.histogramsWritten += series.histograms.count
        outcome.exemplarsWritten += series.exemplars.count
      }
      return WriteAnswer(to: request, outcome)
    }
  }

  /// Counts a request by what it was answered with; status 0 stands for a dropped connection.
  func count(_ answer: WriteAnswer) {
    state.withLock { $0.totals.count(version: answer.versionWord, status: answer.status) }
    counts.count(answer.status)
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
  fileprivate mutating func take(_ request: AdmittedRequest, _ batch: IncomingBatch) -> LedgerOutcome {
    totals.bytesCompressed += request.bodyByteCount
    totals.bytesUncompressed += request.uncompressedByteCount
    for (code, tally) in request.breaches { totals.breach(code, tally) }
    for (code, tally) in request.refused { totals.refuse(code, tally) }
    // A 1.0 request has no way to say that a part of it was written, so it is taken whole or not at all.
    let outcome = ledger.commit(batch, request.version == .v1 ? .allOrNothing : .validRest)
    totals.add(outcome)
    totals.metadata += request.metadataCount
    return outcome
  }
}

extension StoreOutcome {
  fileprivate init(_ outcome: LedgerOutcome) {
    self.init()
    samplesWritten = outcome.samplesWritten
    histogramsWritten = outcome.histogramsWritten
    exemplarsWritten = outcome.exemplarsWritten
    for (reason, refusal) in outcome.refusals {
      refused[reason.rawValue] = Tally(count: refusal.count, example: refusal.example, meaning: reason.description)
    }
  }
}
