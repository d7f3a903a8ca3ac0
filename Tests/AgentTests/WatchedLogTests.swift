import MetricModel
import Synchronization
import Testing

@testable import Agent

/// Takes batches, or refuses them for the reason it was given.
private final class ScriptedLog: SampleSink {
  let refusal = Mutex<SampleSinkError.Reason?>(nil)
  private let clock = Mutex(ContinuousClock.now)

  var now: ContinuousClock.Instant { clock.withLock { $0 } }
  func pass(_ duration: Duration) { clock.withLock { $0 += duration } }

  func take(_ batch: borrowing SampleBatch, lane: UInt32) throws(SampleSinkError) {
    if let reason = refusal.withLock({ $0 }) { throw SampleSinkError(reason, "as told") }
  }

  func take(_ batches: [LaneBatch]) throws(SampleSinkError) {
    if let reason = refusal.withLock({ $0 }) { throw SampleSinkError(reason, "as told") }
  }
}

@Suite("The log as its sources see it")
struct WatchedLogTests {
  private let bench = TroublesBench()
  private let log = ScriptedLog()
  private let watched: WatchedLog

  init() { watched = WatchedLog(log, troubles: bench.troubles) { [log] in log.now } }

  private func take(refusing reason: SampleSinkError.Reason?) -> Bool {
    log.refusal.withLock { $0 = reason }
    var batch = SampleBatch()
    batch.append(SeriesID(rawValue: 1), timestampMs: 1, value: 1)
    return (try? watched.take(batch, lane: 0)) != nil
  }

  @Test("What is not taken is counted by reason", arguments: SampleSinkError.Reason.allCases)
  func counts(reason: SampleSinkError.Reason) {
    #expect(!take(refusing: reason) && !take(refusing: reason))
    #expect(watched.samplesNotTaken == [reason: 2])
    let isDisk = reason == .disk || reason == .diskFull
    #expect(bench.troubles.current.map(\.code) == (isDisk ? [.logNotWriting] : []))
  }

  @Test(
    "Of batches that are brought together all are counted, unless they are too large and will be brought alone",
    arguments: SampleSinkError.Reason.allCases, [1, 3])
  func countsTogether(reason: SampleSinkError.Reason, count: Int) {
    log.refusal.withLock { $0 = reason }
    var batch = SampleBatch()
    batch.append(SeriesID(rawValue: 1), timestampMs: 1, value: 1)
    let batches = (0..<count).map { LaneBatch(lane: UInt32($0), batch: batch) }
    #expect(throws: SampleSinkError.self) { try watched.take(batches) }
    #expect(watched.samplesNotTaken == (reason == .tooLarge && count > 1 ? [:] : [reason: UInt64(count)]))
  }

  @Test("Histograms and exemplars that were taken are counted, refused ones are not")
  func kinds() throws {
    var batch = SampleBatch()
    batch.append(SeriesID(rawValue: 1), timestampMs: 1, value: 1)
    batch.attach(Exemplar(labels: LabelSet(), value: 1, timestampMs: 1))
    batch.append(
      SeriesID(rawValue: 2),
      histogram: NativeHistogram(
        timestampMs: 1, sum: 1, schema: 0, zeroThreshold: 0,
        counts: .integer(count: 1, zeroCount: 1, negativeDeltas: [], positiveDeltas: [])))
    batch.attach(Exemplar(labels: LabelSet(), value: 1, timestampMs: 1))
    try watched.take(batch, lane: 0)
    log.refusal.withLock { $0 = .diskFull }
    #expect(throws: SampleSinkError.self) { try watched.take(batch, lane: 0) }
    #expect(watched.histogramsTaken == 1)
    #expect(watched.exemplarsTaken == 2)
  }

  @Test("The trouble ends when a batch was taken and none has failed for five seconds")
  func recovery() {
    _ = take(refusing: .diskFull)
    log.pass(WatchedLog.calm)
    watched.settle()
    #expect(bench.troubles.current.count == 1, "nothing was taken yet")
    #expect(take(refusing: nil))
    watched.settle()
    #expect(bench.troubles.current.isEmpty)
  }

  @Test("On a disk that is all but full it does not come and go")
  func flapping() {
    for _ in 0..<20 {
      _ = take(refusing: .diskFull)
      #expect(take(refusing: nil))
      log.pass(.seconds(1))
      watched.settle()
    }
    #expect(bench.lines.take().count == 1)
  }
}
