import Intake
import MetricModel
import RemoteWriteProtocol
import Synchronization

/// The log as the place where pushed series go.
///
/// Samples are taken in the order in which they come, late ones and repetitions included: the agent passes them on,
/// and what order means is for the endpoint to say. When ``take(_:)`` says that something was written, it is in the
/// log. It waits for the disk.
final class PushStore: WriteStore {
  private struct State {
    var series: PushedSeries
    var families: PushedFamilies
  }

  /// How many series are looked up at one turn at the table, which all scrapes and endpoints share.
  private static let seriesPerTurn = 1024

  private let registry: SeriesRegistry
  private let sink: any SampleSink
  private let gate: PushGate
  private let metrics: PushMetrics
  private let bounds: PushBounds
  private let nowMs: @Sendable () -> Int64
  private let state: Mutex<State>

  /// - Parameter nowMs: a clock that does not go back.
  init(
    registry: SeriesRegistry, sink: any SampleSink, gate: PushGate, metrics: PushMetrics, bounds: PushBounds,
    nowMs: @escaping @Sendable () -> Int64 = PushStore.elapsedMs
  ) {
    self.registry = registry
    self.sink = sink
    self.gate = gate
    self.metrics = metrics
    self.bounds = bounds
    self.nowMs = nowMs
    state = Mutex(
      State(
        series: PushedSeries(
          seriesMax: bounds.seriesMax, bytesMax: bounds.seriesBytesMax, keepMs: bounds.keepMs),
        families: PushedFamilies(familiesMax: bounds.familiesMax, bytesMax: bounds.familyBytesMax)))
  }

  private static let start = ContinuousClock.now

  static func elapsedMs() -> Int64 {
    let elapsed = start.duration(to: .now).components
    return elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000
  }

  /// The metric families that senders described.
  var families: [(name: String, metadata: MetricMetadata)] { state.withLock { $0.families.all } }

  /// How many series are held.
  var seriesCount: Int { state.withLock { $0.series.count } }

  func noteUnread(_ refusal: RequestRefusal) {}

  func take(_ request: AdmittedRequest) -> StoreOutcome {
    metrics.noteRefused(request)
    guard gate.enter() else { return .postponed(.notRunning(bounds)) }
    defer { gate.leave() }
    // A recognition is a visit of its own, which ends later.
    let visit = request.recognition == nil ? state.withLock { $0.series.beginVisit(at: nowMs()) } : nil
    defer { if let visit { state.withLock { $0.series.endVisit(visit) } } }
    let resolved: ResolvedSeries
    do throws(Postponement) {
      resolved = try resolve(request)
    } catch {
      return .postponed(error)
    }
    if resolved.marks.isEmpty { return StoreOutcome() }
    var writing = PushWriting(of: request, as: resolved, to: sink, bounds: bounds, metrics: metrics)
    writing.run()
    return writing.outcome
  }

  /// Gives back the series that have not come for a while. Called at intervals.
  func settle() { state.withLock { expire(&$0, at: nowMs()) } }

  private func expire(_ state: inout State, at nowMs: Int64) {
    var gone = state.series.expire(at: nowMs)[...]
    while !gone.isEmpty {
      let turn = gone.prefix(Self.seriesPerTurn)
      registry.withTable { table in for id in turn { table.release(id) } }
      gone = gone.dropFirst(turn.count)
    }
  }

  // MARK: - Series

  /// The numbers of the request's series, all of them held; of new ones too, if there is room.
  private func resolve(_ request: AdmittedRequest) throws(Postponement) -> ResolvedSeries {
    let nowMs = nowMs()
    if !request.families.isEmpty {
      state.withLock { state in
        for family in request.families { state.families.note(family.familyName, family.metadata, at: nowMs) }
        metrics.noteUnkeptFamilies(state.families.takeUnkept())
      }
    }
    var resolved =
      if let recognition = request.recognition {
        ResolvedSeries(recognition)
      } else {
        ResolvedSeries(count: request.series.count)
      }
    var start = 0
    while start < request.series.count {
      let turn = start..<min(start + Self.seriesPerTurn, request.series.count)
      guard state.withLock({ resolve(turn, of: request, &$0, at: nowMs, into: &resolved) }) else {
        throw .tooManySeries(bounds)
      }
      start = turn.upperBound
    }
    return resolved
  }

  /// - Returns: false if there was no room for a new series.
  private func resolve(
    _ turn: Range<Int>, of request: AdmittedRequest, _ state: inout State, at nowMs: Int64,
    into resolved: inout ResolvedSeries
  ) -> Bool {
    // Those that nobody needs go first, so that they never stand in the way of a new one.
    if !state.series.hasRoom { expire(&state, at: nowMs) }
    state.series.follow(state.families.generation)
    var resolving = SeriesResolving(version: request.version, nowMs: nowMs)
    defer { metrics.noteUnkeptFamilies(state.families.takeUnkept()) }
    return registry.withTable { table in
      for index in turn {
        let series = request.series[index]
        let mark = resolving.resolve(series, &state.families, &state.series, &table)
        if !mark.isPresent { return false }
        let place = request.places.isEmpty ? index : request.places[index]
        resolved.set(mark, at: place, source: index)
        if let one = request.recognition?.scan.series[place] {
          learn(one, of: request.version, series.labels, mark, &state, at: nowMs)
        }
      }
      return true
    }
  }

  // MARK: - Recognition

  func recognise(_ message: OpenedMessage) -> Recognition? {
    guard let scan = MessageScan(message.bytes, message.version) else { return nil }
    let nowMs = nowMs()
    let visit = state.withLock { $0.series.beginVisit(at: nowMs) }
    var marks: [UInt64] = []
    marks.reserveCapacity(scan.series.count)
    var labelByteCount = 0
    var knownCount = 0
    var next = 0
    while marks.count < scan.series.count {
      state.withLock { state in
        state.series.follow(state.families.generation)
        for index in marks.count..<min(marks.count + Self.seriesPerTurn, scan.series.count) {
          let one = scan.series[index]
          let mark = one.isPlain ? state.series.recognise(one.key, scan.version, at: nowMs, next: &next) : .absent
          marks.append(mark.rawValue)
          labelByteCount += mark.byteCount
          knownCount += mark.isPresent ? 1 : 0
        }
      }
    }
    return Recognition(
      scan: scan, marks: marks, labelByteCount: labelByteCount, knownCount: knownCount, visit: visit)
  }

  func end(_ recognition: Recognition) { state.withLock { $0.series.endVisit(recognition.visit) } }

  /// Knows a series the next time by what named it, if everything was right with its labels: they will not be looked at
  /// again.
  private func learn(
    _ one: MessageScan.Series, of version: WriteMessageVersion, _ labels: DecodedLabels, _ mark: SeriesMark,
    _ state: inout State, at nowMs: Int64
  ) {
    guard one.isPlain, labels.areFlawless(legacyNames: version == .v1) else { return }
    state.series.note(one.key, version, mark, at: nowMs)
  }
}

extension StoreOutcome {
  fileprivate static func postponed(_ postponement: Postponement) -> StoreOutcome {
    var outcome = StoreOutcome()
    outcome.postponement = postponement
    return outcome
  }
}

extension Postponement {
  fileprivate static func notRunning(_ bounds: PushBounds) -> Postponement {
    Postponement(
      status: 503, reason: "The agent is starting or ending and takes nothing now.",
      retryAfterSeconds: bounds.retryAfterSeconds)
  }

  fileprivate static func tooManySeries(_ bounds: PushBounds) -> Postponement {
    Postponement(
      status: 429,
      reason: "\(bounds.seriesMax) series, or \(bounds.seriesBytesMax) bytes of their labels, were pushed within the "
        + "last \(bounds.keepMs / 60_000) minutes, and there is no room for further series; push fewer, or to another "
        + "agent",
      retryAfterSeconds: bounds.retryAfterSeconds)
  }
}
