import GodwitTesting
import MetricModel
import Testing

@testable import Receiver

@Suite("The set of timestamps")
struct TimestampSetTests {
  @Test("It agrees with a plain set, whatever comes in whatever order", arguments: SeededRandom.seeds)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let edges: [Int64] = [.min, .min + 1, -65_537, -65_536, -1, 0, 1, 65_535, 65_536, .max - 1, .max]
    var set = TimestampSet()
    var model: Set<Int64> = []
    var clock: Int64 = 1_700_000_000_000
    for _ in 0..<5000 {
      clock += Int64.random(in: 1...30_000, using: &random)
      let timestamp =
        switch Int.random(in: 0..<4, using: &random) {
        case 0: clock - Int64.random(in: 0...500_000, using: &random)
        case 1: edges.randomElement(using: &random) ?? 0
        default: clock
        }
      #expect(set.contains(timestamp) == model.contains(timestamp), "seed \(seed): \(timestamp)")
      #expect(set.insert(timestamp) == model.insert(timestamp).inserted, "seed \(seed): \(timestamp)")
    }
    #expect(set.count == model.count)
    for timestamp in model {
      #expect(set.contains(timestamp), "seed \(seed): \(timestamp)")
      for neighbour in [timestamp &- 1, timestamp &+ 1] {
        #expect(set.contains(neighbour) == model.contains(neighbour), "seed \(seed): \(neighbour)")
      }
    }
  }

  @Test("With all timestamps a ledger tells every repetition and every late sample", arguments: SeededRandom.seeds)
  func ledger(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var ledger = SeriesLedger(seriesMax: 10, strictOrder: false, keepsAllTimestamps: true)
    var (seen, newest, duplicates, late) = (Set<Int64>(), Int64.min, 0, 0)
    for _ in 0..<200 {
      // Far more timestamps than the 64 that are remembered otherwise.
      let times = (0..<20).map { _ in Int64.random(in: 0..<100_000, using: &random) }
      for time in times {
        if !seen.insert(time).inserted { duplicates += 1 } else if time < newest { late += 1 }
        newest = max(newest, time)
      }
      _ = ledger.commit(batch([(["__name__": "up"], times.map { ($0, 1) })]), .validRest)
    }
    let report = ledger.reports(matching: "up", limit: 1)[0]
    #expect(report.samples == 4000)
    #expect(report.duplicates == duplicates, "seed \(seed)")
    #expect(report.outOfOrder == late, "seed \(seed)")
  }

  @Test("What a refused batch brought is not remembered")
  func rollback() {
    var ledger = SeriesLedger(seriesMax: 10, strictOrder: true, keepsAllTimestamps: true)
    let up = ["__name__": "up"]
    _ = ledger.commit(batch([(up, [(10, 1)])]), .allOrNothing)
    let refused = ledger.commit(batch([(up, [(20, 1), (5, 1)])]), .allOrNothing)
    #expect(refused.samplesWritten == 0)
    let again = ledger.commit(batch([(up, [(20, 1)])]), .allOrNothing)
    #expect(again.samplesWritten == 1)
    #expect(again.duplicates == 0)
  }
}
