import ByteCoding
import GodwitTesting
import MetricModel
import Testing

@testable import Agent

@Suite("Recognised series")
struct RecognisedSeriesTests {
  private static func key(_ number: UInt64) -> Hash128.Digest {
    // Few different low words, so that places of the index are fought over.
    Hash128.Digest(low: number % 7, high: number)
  }

  private static func mark(_ number: UInt64) -> SeriesMark {
    SeriesMark(SeriesID(rawValue: UInt32(number)), lane: PushLane.all.lowerBound, hasMetadata: false, byteCount: 1)
  }

  @Test("What is known is found wherever the search begins", arguments: SeededRandom.seeds)
  func findsLikeADictionary(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = RecognisedSeries()
    var model: [UInt64: (mark: SeriesMark, seenMs: Int64)] = [:]
    var next = 0
    for nowMs in 1...2000 as ClosedRange<Int64> {
      let number = random.next() % 200
      switch random.next() % 40 {
      case 0:
        let limitMs = nowMs - Int64(random.next() % 500)
        var seen: [SeriesMark: Int64] = [:]
        table.settle { mark, seenMs in
          seen[mark] = seenMs
          return seenMs >= limitMs
        }
        #expect(seen == Dictionary(uniqueKeysWithValues: model.values.map { ($0.mark, $0.seenMs) }), "seed \(seed)")
        model = model.filter { $0.value.seenMs >= limitMs }
      case 1..<12:
        table.note(Self.key(number), Self.mark(number), at: nowMs)
        model[number] = (Self.mark(number), nowMs)
      default:
        if random.next() % 8 == 0 { next = Int(random.next() % 300) - 50 }
        let found = table.find(Self.key(number), at: nowMs, next: &next)
        #expect(found == model[number]?.mark ?? .absent, "seed \(seed)")
        model[number]?.seenMs = nowMs
      }
      #expect(table.count == model.count, "seed \(seed)")
    }
  }

  @Test("A request in the order of the last one is walked from place to place")
  func followsTheOrder() {
    var table = RecognisedSeries()
    for number in 0..<100 as Range<UInt64> { table.note(Self.key(number), Self.mark(number), at: 1) }
    var next = 0
    #expect(table.find(Self.key(40), at: 2, next: &next) == Self.mark(40))
    for number in 41..<100 {
      #expect(next == number)
      #expect(table.find(Self.key(UInt64(number)), at: 2, next: &next) == Self.mark(UInt64(number)))
    }
    #expect(table.find(Self.key(1000), at: 2, next: &next) == .absent)
  }
}
