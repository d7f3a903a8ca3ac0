import ByteCoding
import GodwitTesting
import MetricModel
import Testing

@testable import Agent

@Suite("The table of recognised series")
struct RecognisedSeriesTests {
  private static func mark(_ number: Int) -> SeriesMark {
    SeriesMark(
      SeriesID(rawValue: UInt32(number)), lane: PushLane.all.lowerBound + UInt32(number) % PushLane.count, hasMetadata: number % 2 == 0,
      byteCount: number)
  }

  /// A few keys that meet in the table, whatever its size: their low halves are the same but for the highest bits.
  private static func key(_ number: Int) -> Hash128.Digest {
    Hash128.Digest(low: UInt64(number % 3) << 60 | UInt64(number % 5), high: UInt64(number))
  }

  @Test("It knows what a dictionary would know", arguments: SeededRandom.seeds)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = RecognisedSeries()
    var model: [Hash128.Digest: (mark: SeriesMark, seenMs: Int64)] = [:]
    for step in 0..<6_000 as Range<Int64> {
      let key = Self.key(.random(in: 0..<300, using: &random))
      switch Int.random(in: 0..<40, using: &random) {
      case 0..<15:
        let mark = Self.mark(.random(in: 1..<1_000, using: &random))
        table.note(key, mark, at: step)
        model[key] = (mark, step)
      case 15..<39:
        // A clock that went back is not taken for a series that was seen earlier.
        let nowMs = step - (random.oneIn(5) ? 50 : 0)
        #expect(table.find(key, at: nowMs) == model[key]?.mark ?? .absent, "seed \(seed), step \(step)")
        if let known = model[key] { model[key]?.seenMs = max(known.seenMs, nowMs) }
      default:
        let oldestMs = step - .random(in: 0..<600, using: &random)
        var told: [Int64] = []
        table.settle { mark, seenMs in
          told.append(seenMs)
          return mark.isPresent && seenMs >= oldestMs
        }
        #expect(told.sorted() == model.values.map(\.seenMs).sorted(), "seed \(seed), step \(step)")
        model = model.filter { $0.value.seenMs >= oldestMs }
      }
      #expect(table.count == model.count, "seed \(seed), step \(step)")
    }
    for (key, known) in model { #expect(table.find(key, at: 0) == known.mark, "seed \(seed)") }
  }

  @Test("A quarter of the places stays free, and a table that empties gives them back")
  func size() {
    var table = RecognisedSeries()
    #expect(table.byteCount == 0 && table.find(Self.key(1), at: 0) == .absent)
    for number in 1...10_000 {
      table.note(Hash128.Digest(low: UInt64(number), high: 0), Self.mark(number), at: Int64(number))
    }
    #expect(table.count == 10_000)
    #expect(table.byteCount == 16_384 * 32)
    table.settle { _, seenMs in seenMs > 9_990 }
    #expect(table.count == 10 && table.byteCount == 64 * 32)
    #expect(table.find(Hash128.Digest(low: 9_991, high: 0), at: 0) == Self.mark(9_991))
    #expect(table.find(Hash128.Digest(low: 9_990, high: 0), at: 0) == .absent)
    table.settle { _, _ in false }
    #expect(table.count == 0 && table.byteCount == 0)
  }

  @Test("Both halves of a key count")
  func halves() {
    var table = RecognisedSeries()
    table.note(Hash128.Digest(low: 1, high: 2), Self.mark(7), at: 0)
    #expect(table.find(Hash128.Digest(low: 1, high: 3), at: 0) == .absent)
    #expect(table.find(Hash128.Digest(low: 65, high: 2), at: 0) == .absent)
    #expect(table.find(Hash128.Digest(low: 1, high: 2), at: 0) == Self.mark(7))
  }

  @Test("A mark keeps what it is made of", arguments: [0, 1, 15], [0, 77, Int(UInt32.max)], [0, 1, 1 << 26 - 1, 1 << 40])
  func marks(lane: Int, id: Int, byteCount: Int) {
    for hasMetadata in [true, false] {
      let mark = SeriesMark(
        SeriesID(rawValue: UInt32(id)), lane: PushLane.all.lowerBound + UInt32(lane), hasMetadata: hasMetadata, byteCount: byteCount)
      #expect(mark.isPresent && mark.id.rawValue == UInt32(id) && mark.laneIndex == lane)
      #expect(mark.hasMetadata == hasMetadata && mark.byteCount == min(byteCount, 1 << 26 - 1))
    }
  }
}
