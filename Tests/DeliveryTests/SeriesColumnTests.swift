import GodwitTesting
import SampleLog
import Testing

@testable import Delivery

@Suite("A column by series")
struct SeriesColumnTests {
  @Test("It says what a dictionary says, of single series and of runs", arguments: 0..<40 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let absent = UInt32.max - 1
    var column = SeriesColumn(absent: absent)
    var model: [UInt32: UInt32] = [:]
    // Around the edges of pages, and far apart.
    func series() -> UInt32 {
      UInt32.random(in: 0..<3, using: &random) * 70_000 + UInt32.random(in: 0..<800, using: &random)
    }
    for step in 0..<300 {
      let story: Comment = "seed \(seed), step \(step)"
      let (first, value) = (series(), UInt32.random(in: 0..<1000, using: &random))
      for number in first..<first + UInt32.random(in: 1...40, using: &random) {
        column[number] = value
        model[number] = value
      }
      let asked = series()
      #expect(column[asked] == model[asked] ?? absent, story)

      let (from, length) = (series(), Int.random(in: 1...900, using: &random))
      let run = SeriesRun(first: from, count: length)
      let skipped = Int.random(in: 0..<length, using: &random)
      var found: [UInt32] = [7]
      column.append(run, from: skipped, to: &found)
      let expected = (from + UInt32(skipped)..<from + UInt32(length)).map { model[$0] ?? absent }
      #expect(found == [7] + expected, story)

      if random.oneIn(20) {
        var met: [UInt32: UInt32] = [:]
        let (divisor, rest) = (UInt32.random(in: 1...4, using: &random), value % 4)
        column.updateEach { series, value in
          met[series] = value
          if series % divisor == rest { value = absent }
        }
        #expect(met == model, story)
        model = model.filter { $0.key % divisor != rest }
        var left: [UInt32: UInt32] = [:]
        column.forEach { left[$0] = $1 }
        #expect(left == model, story)
      }
    }
  }

  @Test("Few series far up take little, and nothing is kept of series that are gone")
  func memory() {
    var column = SeriesColumn(absent: 0)
    for series in 1_000_000..<1_001_000 as Range<UInt32> { column[series] = 1 }
    #expect(column.byteCount < 30_000)
    column.updateEach { $1 = 0 }
    #expect(column.byteCount == 0)
  }
}
