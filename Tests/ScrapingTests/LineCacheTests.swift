import GodwitTesting
import MetricModel
import Testing

@testable import Scraping

@Suite("The line cache")
struct LineCacheTests {
  /// What the cache should know, with a dictionary for everything.
  private struct Model {
    var entries: [UInt64: UInt32] = [:]
    /// What a line stands for, by entry.
    var series: [UInt32: UInt32] = [:]
    /// What follows, for those of which it was said.
    var next: [UInt32: UInt32] = [:]
  }

  @Test(
    "Finds what is in it and nothing else, and remembers what followed, while pages come that change and that do not",
    arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var (cache, model) = (LineCache(), Model())
    for page in 0..<60 {
      cache.beginPage()
      // Some pages in a row are steady, and then none needs the index.
      let changes = page == 0 ? 200 : random.oneIn(3) ? Int.random(in: 1...30, using: &random) : 0
      for _ in 0..<changes { change(&cache, &model, isGrowing: page == 0, &random) }
      if random.oneIn(2) { cache.settle() }
      #expect(cache.count == model.entries.count, "seed \(seed), page \(page)")
      for (entry, next) in model.next {
        #expect(cache.expected(after: entry) == next, "seed \(seed), page \(page)")
      }
      for (entry, series) in model.series {
        #expect(cache.series[entry] == series, "seed \(seed), page \(page)")
      }
      guard random.oneIn(2) else { continue }
      for hash in 0..<400 as Range<UInt64> {
        let found = cache.find(hash: spread(hash), byteCount: Int(hash))
        #expect(found == model.entries[hash], "seed \(seed), page \(page), hash \(hash)")
      }
    }
  }

  private func spread(_ number: UInt64) -> UInt64 { number &* 0x9e37_79b9_7f4a_7c15 }

  private func change(
    _ cache: inout LineCache, _ model: inout Model, isGrowing: Bool, _ random: inout SeededRandom
  ) {
    let hash = UInt64.random(in: 0..<400, using: &random)
    if let known = model.entries[hash] {
      if !isGrowing && random.oneIn(2) {
        cache.forget(known)
        model.entries[hash] = nil
        model.next[known] = nil
        model.series[known] = nil
      } else if let other = model.entries.values.randomElement(using: &random) {
        cache.link(known, to: other)
        model.next[known] = other
      }
      return
    }
    let expected = model.entries.values.randomElement(using: &random)
    let entry = cache.insert(hash: spread(hash), byteCount: Int(hash), series: UInt32(hash))
    #expect(!model.entries.values.contains(entry))
    model.entries[hash] = entry
    model.series[entry] = UInt32(hash)
    if let expected, random.oneIn(2) {
      cache.expect(expected, after: entry)
      model.next[entry] = expected
    }
  }

  @Test("Lines numbered one by one need no numbers of their series, and keep them when one becomes another")
  func series() {
    var cache = LineCache()
    cache.beginPage()
    for number in 0..<100 as Range<UInt64> {
      _ = cache.insert(hash: spread(number), byteCount: 20, series: UInt32(number) + 7000)
    }
    #expect(cache.series.numbers.isEmpty)
    #expect(cache.series[0] == 7000 && cache.series[99] == 7099)
    #expect(cache.owner(of: SeriesID(rawValue: 7042)) == 42)
    let dropped = cache.insert(hash: spread(100), byteCount: 20, series: LineCache.dropped)
    cache.setSeries(42, SeriesID(rawValue: 9))
    #expect(cache.series[41] == 7041 && cache.series[42] == 9 && cache.series[43] == 7043)
    #expect(cache.entries[Int(dropped)].isDropped && !cache.entries[Int(dropped)].isOwner)
    #expect(cache.owner(of: SeriesID(rawValue: 9)) == 42)
    cache.forget(50)
    #expect(cache.insert(hash: spread(50), byteCount: 20, series: 7050) == 50)
    #expect(cache.series[50] == 7050)
  }

  @Test("Lines that stay as they were on the first page need no numbers of those that follow")
  func sequence() {
    var cache = LineCache()
    cache.beginPage()
    var previous = LineCache.none
    for number in 0..<100 as Range<UInt64> {
      let expected = cache.expected(after: previous)
      let line = cache.insert(hash: spread(number), byteCount: 20, series: UInt32(number))
      cache.expect(expected, after: line)
      cache.link(previous, to: line)
      previous = line
    }
    #expect(cache.nexts.isEmpty)
    #expect(cache.expected(after: LineCache.none) == 0)
    #expect(cache.expected(after: 41) == 42)
    #expect(cache.expected(after: 99) == LineCache.none)
    cache.link(41, to: 50)
    #expect(cache.expected(after: 41) == 50)
    #expect(cache.expected(after: 50) == 51)
    #expect(cache.expected(after: 99) == LineCache.none)
  }
}
