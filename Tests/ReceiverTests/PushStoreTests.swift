import Intake
import MetricModel
import RemoteWriteProtocol
import SampleLog
import Synchronization
import Telemetry
import Testing

@testable import Agent

/// Passes batches on to a log, or refuses those that it is told to.
private final class ScriptedSink: SampleSink {
  struct Script: Sendable {
    /// A batch of more samples is too large.
    var samplesMax = Int.max
    /// After so many batches, everything is refused for this reason.
    var refusal: (after: Int, reason: SampleSinkError.Reason)?
    /// Whether the task that brings a batch is cancelled while it does.
    var isCancelling = false
  }

  private let log: SampleLog
  private let script: Script
  private let taken = Mutex(0)

  init(_ log: SampleLog, _ script: Script) {
    self.log = log
    self.script = script
  }

  func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError) {
    if script.isCancelling { withUnsafeCurrentTask { $0?.cancel() } }
    if batch.sampleCount > script.samplesMax { throw SampleSinkError(.tooLarge, "as told") }
    let count = taken.withLock { $0 }
    if let refusal = script.refusal, count >= refusal.after { throw SampleSinkError(refusal.reason, "as told") }
    try log.take(batch, lane: lane)
    taken.withLock { $0 += 1 }
  }

  /// As a log does that has room for so many records: all of them or none.
  func take(_ batches: [LaneBatch]) throws(SampleSinkError) {
    if script.isCancelling { withUnsafeCurrentTask { $0?.cancel() } }
    let largest = batches.map(\.batch.sampleCount).max() ?? 0
    if largest > script.samplesMax { throw SampleSinkError(.tooLarge, "as told") }
    let count = taken.withLock { $0 }
    if let refusal = script.refusal, count + batches.count > refusal.after {
      throw SampleSinkError(refusal.reason, "as told")
    }
    try log.take(batches)
    taken.withLock { $0 += batches.count }
  }
}

@Suite("Pushes into the log of the agent")
struct PushStoreTests {
  private static let headers = WriteHeaders(
    contentType: WriteMessageVersion.v2.contentType, contentEncoding: "snappy", version: "2.0.0", userAgent: "test/1")
  private static let oldHeaders = WriteHeaders(
    contentType: "application/x-protobuf", contentEncoding: "snappy", version: "0.1.0", userAgent: "test/1")

  private func push(_ series: [TestSeries], to site: AgentSite) async -> WriteAnswer {
    site.route.intake.answer(TestRequest.v2(series), Self.headers)
  }

  private func series(_ count: Int, at timestampMs: Int64 = 1) -> [TestSeries] {
    (0..<count).map { TestSeries("m", [("n", "\($0)")], at: timestampMs) }
  }

  @Test("A series is always on one lane, many series are on all sixteen, and a request has one record for each")
  func lanes() async throws {
    let site = try AgentSite()
    for time in 1...3 as ClosedRange<Int64> { #expect(await push(series(400, at: time), to: site).status == 204) }
    let points = try site.points()
    #expect(points.count == 1200)
    for (labels, points) in Dictionary(grouping: points, by: \.labels) {
      #expect(Set(points.map(\.lane)).count == 1, "\(labels)")
      #expect(points.map(\.timestampMs) == [1, 2, 3], "\(labels)")
    }
    let records = try site.recordCounts()
    #expect(records.count == 16)
    #expect(Set(records.values) == [3])
    #expect(Set(records.keys.map { $0 % 16 }).count == 16)
  }

  @Test("The series of a target share a lane and a record, and targets are spread over the lanes")
  func targets() async throws {
    let site = try AgentSite()
    let series = (0..<400).map {
      TestSeries("m", [("instance", "i\($0 / 4)"), ("job", "j"), ("n", "\($0)")], at: 1)
    }
    #expect(await push(series, to: site).status == 204)
    for (instance, points) in try Dictionary(grouping: site.points(), by: { $0.labels["instance"] }) {
      #expect(Set(points.map(\.lane)).count == 1, "\(instance ?? "")")
    }
    #expect(try site.recordCounts().count == 16)
  }

  @Test("The lane of a series is what it was in earlier processes")
  func lanesAreStable() async throws {
    let site = try AgentSite()
    #expect(await push(series(3), to: site).status == 204)
    let lanes = try site.points().sorted { ($0.labels["n"] ?? "") < ($1.labels["n"] ?? "") }.map { $0.lane % 16 }
    #expect(lanes == [9, 15, 0])
  }

  @Test("A request that is too large for a record becomes several", arguments: [1, 2, 7, 100])
  func split(samplesMax: Int) async throws {
    let site = try AgentSite(sink: { ScriptedSink($0, .init(samplesMax: samplesMax)) })
    var wide = TestSeries("wide")
    wide.samples = (1...500).map { ($0, Double($0)) }
    wide.exemplars = [(1, 0.5)]
    var histograms = TestSeries("histograms")
    histograms.histograms = (1...50).map { ($0, 3) }
    let answer = await push([wide, histograms], to: site)
    #expect(answer.status == 204, "\(answer.reason)")
    #expect((answer.samplesWritten, answer.histogramsWritten, answer.exemplarsWritten) == (500, 50, 1))
    let points = try site.points()
    #expect(points.filter { $0.histogram == nil }.map(\.timestampMs) == Array(1...500))
    #expect(points.filter { $0.histogram != nil }.map(\.timestampMs) == Array(1...50))
    #expect(try site.stored()[["__name__": "wide"]]?.exemplars == 1)
  }

  @Test("Records are filled up to their size and no further")
  func fill() async throws {
    var bounds = PushBounds()
    bounds.recordBytesMax = 1000
    let site = try AgentSite(bounds: bounds)
    var wide = TestSeries("wide")
    wide.samples = (1...500).map { ($0, 1) }
    #expect(await push([wide], to: site).status == 204)
    #expect(try site.points().map(\.timestampMs) == Array(1...500))
    #expect(try site.recordCounts().values.reduce(0, +) == 12)
  }

  @Test(
    "A log that takes nothing puts the sender off, and what was taken before is told",
    arguments: [(SampleSinkError.Reason.full, 429), (.diskFull, 503), (.disk, 503)], [0, 3])
  func postponed(refusal: (reason: SampleSinkError.Reason, status: Int), after: Int) async throws {
    var bounds = PushBounds()
    // Each sample has a record and a write of its own.
    bounds.recordBytesMax = 1
    let site = try AgentSite(bounds: bounds, sink: { ScriptedSink($0, .init(refusal: (after, refusal.reason))) })
    let answer = await push(series(200), to: site)
    #expect(answer.status == refusal.status)
    #expect(answer.retryAfterSeconds == 5)
    #expect(answer.reason == "as told")
    #expect(try answer.samplesWritten == site.points().count)
    #expect(try site.recordCounts().values.reduce(0, +) == after)
  }

  @Test("The records of all lanes are taken together or not at all")
  func together() async throws {
    let site = try AgentSite(sink: { ScriptedSink($0, .init(refusal: (15, .diskFull))) })
    let answer = await push(series(200), to: site)
    #expect(answer.status == 503 && answer.samplesWritten == 0)
    #expect(try site.points().isEmpty)
  }

  @Test("A push whose sender is gone in the middle is written to its end, and gives back all that it held")
  func cancelled() async throws {
    let clock = Atomic<Int64>(0)
    let bounds = PushBounds()
    let site = try AgentSite(
      bounds: bounds, sink: { ScriptedSink($0, .init(isCancelling: true)) }, nowMs: { clock.load(ordering: .relaxed) })
    let (answer, isCancelled) = await Task { (await push(series(200), to: site), Task.isCancelled) }.value
    #expect(isCancelled)
    #expect(answer.status == 204)
    #expect(answer.samplesWritten == 200)
    #expect(try site.points().count == 200)
    // Returns at once: nobody is inside any more.
    await site.gate.close()
    clock.store(bounds.keepMs * 2, ordering: .relaxed)
    site.store.settle()
    #expect(site.registry.withTable { $0.count } == 0)
  }

  @Test("A closed gate of the log is told as 429, with the sentence of whoever closed it")
  func full() async throws {
    let site = try AgentSite()
    site.logGate.close("The log is full.")
    let answer = await push(series(1), to: site)
    #expect(answer.status == 429)
    #expect(answer.reason == "The log is full.")
    site.logGate.open()
    #expect(await push(series(1), to: site).status == 204)
  }

  @Test("Before everything runs and after the end began nothing is taken, and a push under way is waited for")
  func gate() async throws {
    let site = try AgentSite()
    await site.gate.close()
    let answer = await push(series(1), to: site)
    #expect(answer.status == 503)
    #expect(answer.retryAfterSeconds == 5)
    #expect(try site.points().isEmpty)
    site.gate.open()
    #expect(site.gate.enter())
    let closing = Task { await site.gate.close() }
    while site.gate.enter() {
      site.gate.leave()
      await Task.yield()
    }
    site.gate.leave()
    await closing.value
  }

  @Test("More series than may be held put the sender off; they go when they are not pushed any more")
  func seriesBound() async throws {
    let clock = Atomic<Int64>(0)
    var bounds = PushBounds()
    bounds.seriesMax = 10
    let site = try AgentSite(bounds: bounds, nowMs: { clock.load(ordering: .relaxed) })
    #expect(await push(series(10), to: site).status == 204)
    #expect(await push([TestSeries("new", at: 1)], to: site).status == 429)
    #expect(await push(series(10), to: site).status == 204)
    #expect(site.registry.withTable { $0.count } == 10)
    clock.store(bounds.keepMs + 1, ordering: .relaxed)
    #expect(await push(series(2), to: site).status == 204)
    clock.store(bounds.keepMs * 2, ordering: .relaxed)
    site.store.settle()
    #expect(site.store.seriesCount == 2)
    #expect(site.registry.withTable { $0.count } == 2)
    #expect(await push([TestSeries("new", at: 1)], to: site).status == 204)
  }

  @Test("Values keep every bit, stale markers and other NaNs among them")
  func bits() async throws {
    let site = try AgentSite()
    let patterns: [UInt64] = [
      SpecialNaN.staleMarker.bitPattern, SpecialNaN.normal.bitPattern, 0x7ff4_0000_dead_beef, 0xfff8_0000_0000_0000,
      Double.infinity.bitPattern, (-0.0).bitPattern, 1,
    ]
    var one = TestSeries("m")
    one.samples = patterns.enumerated().map { (Int64($0), Double(bitPattern: $1)) }
    for version in WriteMessageVersion.allCases {
      let answer =
        version == .v1
        ? site.route.intake.answer(TestRequest.v1([one]), Self.oldHeaders) : await push([one], to: site)
      #expect(answer.status == 204)
    }
    #expect(try site.points().map(\.bits) == patterns + patterns)
  }

  @Test("Exemplars that come in a message of their own go with the sample of their series, as 1.0 senders send them")
  func exemplarMessages() async throws {
    let site = try AgentSite()
    var alone = TestSeries("m", [("a", "1")])
    alone.exemplars = [(5, 0.5), (6, 0.5)]
    var stray = TestSeries("other")
    stray.exemplars = [(5, 0.5)]
    let body = TestRequest.v1([alone, TestSeries("m", [("a", "1")], at: 5), stray])
    #expect(site.route.intake.answer(body, Self.oldHeaders).status == 204)
    #expect(try site.stored().values.map(\.exemplars) == [2])
    #expect(site.telemetry.value(of: "godwit_push_exemplars_without_sample_total") == 1)
  }

  @Test("The exemplars of a sample go with it however much that takes")
  func exemplarsOfLargeSamples() async throws {
    var bounds = PushBounds()
    bounds.recordBytesMax = 100
    let site = try AgentSite(bounds: bounds)
    var wide = TestSeries("m", [("a", String(repeating: "v", count: 1000))], at: 1)
    wide.exemplars = [(1, 0.5), (2, 0.5)]
    let answer = await push([wide], to: site)
    #expect(answer.status == 204)
    #expect(answer.exemplarsWritten == 2)
    #expect(try site.stored().values.map(\.exemplars) == [2])
  }

  @Test("Labels of more bytes than may be held put the sender off, and known series are still taken")
  func seriesBytesBound() async throws {
    var bounds = PushBounds()
    bounds.seriesBytesMax = 1000
    let site = try AgentSite(bounds: bounds)
    let wide = TestSeries("m", [("a", String(repeating: "v", count: 1000))], at: 1)
    #expect(await push([wide], to: site).status == 204)
    #expect(await push([TestSeries("other", at: 1)], to: site).status == 429)
    #expect(await push([wide], to: site).status == 204)
  }

  @Test("Descriptions beyond the bound are counted")
  func familiesBeyondTheBound() async throws {
    var bounds = PushBounds()
    bounds.familiesMax = 1
    let site = try AgentSite(bounds: bounds)
    let body = TestRequest.v1([], metadata: [(name: "a", type: 1), (name: "b", type: 1), (name: "c", type: 1)])
    #expect(site.route.intake.answer(body, Self.oldHeaders).status == 204)
    #expect(site.telemetry.value(of: "godwit_push_families_not_kept_total") == 2)
  }

  @Test("What a 1.0 request says of families comes with the series of later requests")
  func families() async throws {
    let site = try AgentSite()
    let series = TestSeries("requests_total", at: 1)
    for metadata in [[], [(name: "requests", type: UInt64(1))]] {
      let body = TestRequest.v1([series], metadata: metadata)
      #expect(site.route.intake.answer(body, Self.oldHeaders).status == 204)
    }
    #expect(site.route.intake.answer(TestRequest.v1([series]), Self.oldHeaders).status == 204)
    #expect(try site.stored().values.map(\.type) == ["counter"])
    #expect(site.store.families.map(\.name) == ["requests"])
    #expect(site.telemetry.value(of: "prometheus_api_remote_write_without_metadata_appended_samples_total") == 1)
  }

  @Test("What a 2.0 request says of its series is kept by family, for endpoints that are sent 1.0")
  func familiesOfSeries() async throws {
    let site = try AgentSite()
    let names: [(name: String, type: UInt64)] = [
      ("requests_total", 1), ("up", 2), ("latency_bucket", 3), ("latency_count", 3), ("size_sum", 5), ("plain", 0),
    ]
    for time in [1, 2] as [Int64] {
      let series = names.map { name, type in
        var series = TestSeries(name, at: time)
        series.type = type
        return series
      }
      #expect(await push(series, to: site).status == 204)
    }
    #expect(site.store.families.map(\.name) == ["requests_total", "up", "latency", "size"])
    #expect(site.telemetry.value(of: "godwit_push_families_not_kept_total") == 0)
  }

  @Test("What is taken and what is refused is counted under the reference's names")
  func metrics() async throws {
    let site = try AgentSite()
    var bad = TestSeries("bad", at: 1, 2)
    bad.labels = [("job", "a")]
    var histogram = TestSeries("h")
    histogram.histograms = [(9000, 3)]
    var counter = TestSeries("c", at: 1000)
    counter.type = 1
    #expect(await push([bad, histogram, counter, TestSeries("g", at: 2000)], to: site).status == 400)
    let telemetry = site.telemetry
    #expect(telemetry.value(of: "prometheus_agent_samples_appended_total", labels: [("type", "float")]) == 2)
    #expect(telemetry.value(of: "prometheus_agent_samples_appended_total", labels: [("type", "histogram")]) == 1)
    #expect(telemetry.value(of: "prometheus_api_remote_write_invalid_labels_samples_total") == 2)
    #expect(telemetry.value(of: "prometheus_api_remote_write_without_metadata_appended_samples_total") == 2)
    #expect(telemetry.value(of: "prometheus_remote_storage_highest_timestamp_in_seconds") == 9)
  }

  @Test("Beyond the budget of bodies a request is put off, and its answer is counted")
  func budget() async throws {
    let site = try AgentSite(allowance: 100)
    try await site.serve { client in
      let answer = try await client.write(.v2, TestRequest.v2(series(40)))
      expectStatus(429, answer)
      #expect(answer.headers["retry-after"] == "1")
      expectStatus(204, try await client.write(.v2, TestRequest.v2(series(1))))
    }
    let labels = [("handler", "/api/v1/write"), ("code", "429")]
    #expect(site.telemetry.value(of: "prometheus_http_requests_total", labels: labels) == 1)
  }

  @Test("Requests that come side by side lose nothing and mix nothing up", arguments: [8])
  func sideBySide(connections: Int) async throws {
    let site = try AgentSite()
    try await withThrowingTaskGroup { group in
      for connection in 0..<connections {
        group.addTask {
          for time in 1...20 as ClosedRange<Int64> {
            let series = (0..<30).map { TestSeries("m", [("c", "\(connection)"), ("n", "\($0)")], at: time) }
            #expect(await push(series, to: site).status == 204)
          }
        }
      }
      try await group.waitForAll()
    }
    let bySeries = Dictionary(grouping: try site.points(), by: \.labels)
    #expect(bySeries.count == connections * 30)
    for points in bySeries.values { #expect(points.map(\.timestampMs) == Array(1...20)) }
  }
}
