import GodwitTesting
import Testing

@testable import Bench

@Suite("Spreads")
struct SpreadTests {
  @Test("A quantile is at most 4 % above the exact one, and never below it", arguments: SeededRandom.seeds)
  func quantiles(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var (spread, all) = (Spread(), [Int64]())
    for _ in 0..<2000 {
      let value = Int64.random(in: 0...(1 << Int64.random(in: 1...39, using: &random)), using: &random)
      spread.add(value)
      all.append(value)
    }
    all.sort()
    for share in [0.01, 0.5, 0.9, 0.99, 1] {
      let exact = all[max(0, Int((Double(all.count) * share).rounded(.up)) - 1)]
      let found = spread.quantile(share)
      #expect(found >= exact && Double(found) <= Double(exact) * 1.04 + 1, "\(share): \(found) for \(exact)")
    }
    #expect(spread.largest == spread.quantile(1) && spread.count == 2000)
  }

  @Test("The spread of a window is the difference of two readings")
  func windows() {
    var spread = Spread()
    spread.add(5000, times: 10)
    let earlier = spread
    spread.add(7, times: 3)
    #expect((spread - earlier).count == 3)
    #expect((spread - earlier).largest == 7)
  }

  @Test("Values out of range are counted at the ends", arguments: [(Int64.min, Int64(0)), (.max, 1 << 41 - 1)])
  func ends(value: Int64, shown: Int64) {
    var spread = Spread()
    spread.add(value)
    #expect(spread.largest == shown)
  }

  @Test("Nothing has no quantiles")
  func nothing() {
    #expect(Spread().quantile(0.5) == 0)
    #expect(Spread().largest == 0)
  }
}
