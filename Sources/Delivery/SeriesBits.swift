import SampleLog

/// A set of series, by their numbers: a bit for each number up to the highest that was ever in it.
///
/// Numbers mostly come in runs, since the series of a target were numbered in the order of its page, and a run is 64 of
/// them at a time.
struct SeriesBits: Sendable {
  private var words: [UInt64] = []

  /// Adds a run of numbers.
  ///
  /// - Returns: whether one of them was there.
  mutating func insert(_ run: SeriesRun) -> Bool {
    let last = run.first + UInt32(run.count - 1)
    if Int(last >> 6) >= words.count {
      words.append(contentsOf: repeatElement(0, count: Int(last >> 6) + 1 - words.count))
    }
    var known: UInt64 = 0
    Self.forEachWord(of: run) { word, mask in
      known |= words[word] & mask
      words[word] |= mask
    }
    return known != 0
  }

  /// Takes away numbers, all of which have been added.
  mutating func remove(_ run: SeriesRun) {
    Self.forEachWord(of: run) { word, mask in words[word] &= ~mask }
  }

  /// Calls `body` with each word that has bits of the run, and with those.
  @inline(__always)
  private static func forEachWord(of run: SeriesRun, _ body: (_ word: Int, _ mask: UInt64) -> Void) {
    let end = run.first + UInt32(run.count - 1)
    let (first, last) = (Int(run.first >> 6), Int(end >> 6))
    let (head, tail) = (UInt64.max << UInt64(run.first & 63), UInt64.max >> UInt64(63 - end & 63))
    if first == last { return body(first, head & tail) }
    body(first, head)
    for word in first + 1..<last { body(word, .max) }
    body(last, tail)
  }
}
