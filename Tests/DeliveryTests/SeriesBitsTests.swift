import GodwitTesting
import SampleLog
import Testing

@testable import Delivery

@Suite("Series as bits")
struct SeriesBitsTests {
  @Test("It agrees with a set, whatever runs come and go", arguments: SeededRandom.seeds)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var bits = SeriesBits()
    for round in 0..<40 {
      let story: Comment = "seed \(seed), round \(round)"
      var met: Set<UInt32> = []
      var runs: [SeriesRun] = []
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        // Short runs around the ends of words, and some over several words.
        let count = random.oneIn(4) ? Int.random(in: 1...300, using: &random) : Int.random(in: 1...3, using: &random)
        let run = SeriesRun(first: UInt32.random(in: 0...4000, using: &random), count: count)
        let numbers = (0..<count).map { run.first + UInt32($0) }
        let isMet = bits.insert(run)
        #expect(isMet == !met.isDisjoint(with: numbers), story)
        met.formUnion(numbers)
        runs.append(run)
      }
      for run in runs { bits.remove(run) }
    }
    let isLeft = bits.insert(SeriesRun(first: 0, count: 10_000))
    #expect(!isLeft, "seed \(seed)")
  }
}
