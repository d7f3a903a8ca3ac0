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
      // A page that says one thing of all its series, until one of them is told another.
      if random.oneIn(10) {
        let page = series() / UInt32(SeriesColumn.pageSize) * UInt32(SeriesColumn.pageSize)
        for number in (page..<page + UInt32(SeriesColumn.pageSize)).shuffled(using: &random) {
          column[number] = value
          model[number] = value
        }
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
    // Two kilobytes for each thousand, and twelve bytes for each page below.
    #expect(column.byteCount < 50_000)
    column.updateEach { $1 = 0 }
    #expect(column.byteCount == 0)
  }

  @Test("Series that were all told the same take next to nothing, also while they are told another thing")
  func uniform() {
    var column = SeriesColumn(absent: 0)
    for value in 1...5 as ClosedRange<UInt32> {
      for series in 0..<100_000 as Range<UInt32> {
        column[series] = value
        #expect(column.byteCount < 10_000)
      }
      #expect(column[99_999] == value && column[100_000] == 0)
    }
    var count = 0
    column.forEach { if $1 == 5 { count += 1 } }
    #expect(count == 100_000)
    column.updateEach { if $0 % 2 == 0 { $1 = 0 } }
    #expect(!column.isEmpty && column[1] == 5 && column[2] == 0)
    column.updateEach { $1 = 0 }
    #expect(column.isEmpty && column.byteCount == 0)
  }
}
