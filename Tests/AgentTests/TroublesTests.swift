import Foundation
import Logging
import Synchronization
import Telemetry
import Testing

@testable import Agent

/// The lines that a logger was given.
final class LinesOfLog: Sendable {
  struct Line: Equatable, Sendable {
    var level: Logger.Level
    var message: String
    var metadata: [String: String]
  }

  private struct Handler: LogHandler {
    let lines: LinesOfLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let line = Line(
        level: event.level, message: "\(event.message)", metadata: (event.metadata ?? [:]).mapValues { "\($0)" })
      lines.all.withLock { $0.append(line) }
    }
  }

  private let all = Mutex<[Line]>([])

  var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

  /// What came since the last call.
  func take() -> [Line] {
    all.withLock { lines in
      defer { lines = [] }
      return lines
    }
  }
}

/// Troubles with a clock that a test turns.
struct TroublesBench {
  let lines = LinesOfLog()
  let registry = MetricsRegistry()
  let troubles: Troubles
  private let clock = SharedClock()

  private final class SharedClock: Sendable {
    let nowMs = Mutex<Int64>(1_000_000)
  }

  init() {
    troubles = Troubles(registry: registry, logger: lines.logger) { [clock] in clock.nowMs.withLock { $0 } }
  }

  func pass(_ milliseconds: Int64) { clock.nowMs.withLock { $0 += milliseconds } }
  var nowMs: @Sendable () -> Int64 { { [clock] in clock.nowMs.withLock { $0 } } }

  func gauge(_ code: TroubleCode) -> Double? { registry.value(of: "godwit_trouble", labels: [("code", code.rawValue)]) }
}

/// Since when a disk has not answered.
private final class Stalled: Sendable {
  let sinceMs = Mutex<Int64?>(nil)
}

@Suite("What is wrong now")
struct TroublesTests {
  @Test("Every code has its gauge from the start")
  func gauges() {
    let bench = TroublesBench()
    for code in TroubleCode.allCases { #expect(bench.gauge(code) == 0, "\(code)") }
  }

  @Test("A trouble is logged once when it begins and once when it ends, with how long it lasted")
  func once() throws {
    let bench = TroublesBench()
    for number in 0..<10 {
      bench.troubles.raise(.logNotWriting, "The disk is full", evidence: "attempt \(number)", fix: "free space")
      bench.pass(1000)
    }
    let begun = bench.lines.take()
    #expect(begun.map(\.message) == ["The disk is full"] && begun.first?.level == .error)
    #expect(begun.first?.metadata == ["trouble": "log-not-writing", "evidence": "attempt 0", "fix": "free space"])
    #expect(bench.gauge(.logNotWriting) == 1)
    let trouble = try #require(bench.troubles.current.first)
    #expect(trouble.sinceMs == 1_000_000 && trouble.evidence == "attempt 9")

    for _ in 0..<3 { bench.troubles.clear(.logNotWriting) }
    let ended = bench.lines.take()
    #expect(ended.count == 1 && ended.first?.level == .notice && ended.first?.metadata["lasted"] == "10s")
    #expect(bench.gauge(.logNotWriting) == 0 && bench.troubles.current.isEmpty)
  }

  @Test("Another message under the same code is news, and the time of the beginning stays")
  func news() {
    let bench = TroublesBench()
    bench.troubles.raise(.logNotWriting, "The disk is full", evidence: "", fix: "")
    bench.pass(1)
    bench.troubles.raise(.logNotWriting, "The disk is read-only", evidence: "", fix: "")
    #expect(bench.lines.take().map(\.message) == ["The disk is full", "The disk is read-only"])
    #expect(bench.troubles.current.map(\.sinceMs) == [1_000_000])
  }

  @Test("Endpoints have the same trouble each for itself, and the gauge falls with the last one")
  func subjects() {
    let bench = TroublesBench()
    let words = (message: "Samples expire", evidence: "", fix: "")
    bench.troubles.settle(.samplesExpiring, ["a": words, "b": words])
    #expect(bench.lines.take().map { $0.metadata["remote_name"] } == ["a", "b"])
    bench.troubles.settle(.samplesExpiring, ["b": words])
    #expect(bench.lines.take().map { $0.metadata["remote_name"] } == ["a"])
    #expect(bench.gauge(.samplesExpiring) == 1 && bench.troubles.current.map(\.subject) == ["b"])
    bench.troubles.settle(.samplesExpiring, [:])
    #expect(bench.gauge(.samplesExpiring) == 0)
  }

  @Test("A write that does not return is a trouble after five seconds, and none once it has")
  func stall() {
    let bench = TroublesBench()
    let stalled = Stalled()
    let watch = StallWatch(troubles: bench.troubles, nowMs: bench.nowMs) { stalled.sinceMs.withLock { $0 } }
    watch.look()
    stalled.sinceMs.withLock { [now = bench.nowMs()] in $0 = now }
    bench.pass(5000)
    watch.look()
    #expect(bench.troubles.current.isEmpty)
    bench.pass(1)
    watch.look()
    #expect(bench.troubles.current.map(\.code) == [.diskStalled])
    stalled.sinceMs.withLock { $0 = nil }
    watch.look()
    #expect(bench.troubles.current.isEmpty)
    #expect(bench.lines.take().map(\.level) == [.error, .notice])
  }
}
