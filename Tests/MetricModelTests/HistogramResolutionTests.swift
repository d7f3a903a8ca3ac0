import GodwitTesting
import MetricModel
import Testing

@Suite("The resolution of native histograms")
struct HistogramResolutionTests {
  static func exponential(_ schema: Int32, _ spans: [(Int32, UInt32)], _ deltas: [Int64], count: UInt64)
    -> NativeHistogram
  {
    NativeHistogram(
      timestampMs: 1, sum: 1, schema: schema, zeroThreshold: 0,
      counts: .integer(count: count, zeroCount: 0, negativeDeltas: [], positiveDeltas: deltas),
      positiveSpans: spans.map { .init(offset: $0.0, length: $0.1) })
  }

  @Test("Half the resolution merges the buckets 2n−1 and 2n into n")
  func halved() {
    // Indexes -1, 0, 1, 2 and 5 hold 1, 2, 3, 4 and 5.
    let histogram = Self.exponential(2, [(-1, 4), (2, 1)], [1, 1, 1, 1, 1], count: 15)
    let halved = histogram.reduced(toSchema: 1)
    // Index 0 holds -1 and 0, index 1 holds 1 and 2, index 3 holds 5.
    #expect(halved == Self.exponential(1, [(0, 2), (1, 1)], [3, 4, -2], count: 15))
    #expect(halved.flatMap { HistogramFlaw(in: $0) } == nil)
  }

  @Test("Empty buckets and needless spans go")
  func compacted() {
    let histogram = Self.exponential(0, [(0, 0), (1, 3), (0, 1)], [0, 2, -2, 1], count: 3)
    #expect(histogram.compacted() == Self.exponential(0, [(2, 1), (1, 1)], [2, -1], count: 3))
  }

  @Test("Spans that do not match the buckets, and sums beyond 64 bits, give nothing")
  func contradictory() {
    #expect(Self.exponential(0, [(0, 2)], [1], count: 1).compacted() == nil)
    #expect(Self.exponential(0, [(0, .max), (0, .max)], [1], count: 1).compacted() == nil)
    #expect(Self.exponential(1, [(1, 2)], [.max, 0], count: 1).reduced(toSchema: 0) == nil)
    #expect(
      Self.exponential(1, [(.min, 1), (.max, 1), (.max, 1), (.max, 1)], [1, 0, 0, 0], count: 4).compacted() != nil)
  }

  @Test("Random histograms keep their observations at every resolution", arguments: SeededRandom.seeds)
  func random(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<500 {
      var (spans, deltas, total, before) = ([(Int32, UInt32)](), [Int64](), UInt64(0), Int64(0))
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let length = UInt32.random(in: 0...5, using: &random)
        spans.append((Int32.random(in: spans.isEmpty ? -20...20 : 0...9, using: &random), length))
        for _ in 0..<length {
          let bucket = Int64.random(in: 0...9, using: &random)
          deltas.append(bucket - before)
          (before, total) = (bucket, total + UInt64(bucket))
        }
      }
      let histogram = Self.exponential(Int32.random(in: -3...20, using: &random), spans, deltas, count: total)
      let reduced = try #require(histogram.reduced(toSchema: -4), "seed \(seed)")
      #expect(HistogramFlaw(in: reduced) == nil && reduced.schema == -4, "seed \(seed)")
      let steps = try #require(histogram.reduced(toSchema: 0)?.reduced(toSchema: -4), "seed \(seed)")
      #expect(steps == reduced, "seed \(seed)")
    }
  }
}

@Suite("Classic histograms that are converted")
struct ClassicHistogramTests {
  func converted(_ buckets: [(Double, Double)], count: Double?, sum: Double = 1) -> NativeHistogram? {
    var classic = ClassicHistogram()
    for bucket in buckets { classic.setBucket(upTo: bucket.0, bucket.1) }
    if let count { classic.setCount(count) }
    classic.sum = sum
    return classic.converted(timestampMs: 5, startTimestampMs: 3)
  }

  @Test("Counts become those of each bucket, bounds in any order, the last without bound")
  func integers() {
    let expected = NativeHistogram(
      timestampMs: 5, startTimestampMs: 3, sum: 1, schema: -53, zeroThreshold: 0,
      counts: .integer(count: 6, zeroCount: 0, negativeDeltas: [], positiveDeltas: [2, -1, 2]),
      positiveSpans: [.init(offset: 0, length: 3)], customValues: [0.5, 1])
    #expect(converted([(0.5, 2), (1, 3), (.infinity, 6)], count: 6) == expected)
    #expect(converted([(1, 3), (0.5, 2)], count: 6) == expected)
    #expect(converted([(0.5, 2), (1, 3), (1, 99), (.infinity, 6)], count: nil) == expected)
    #expect(HistogramFlaw(in: expected) == nil)
  }

  @Test("Counts that are not whole make a float histogram")
  func floats() throws {
    let histogram = try #require(converted([(1, 0.5), (.infinity, 2)], count: 2))
    #expect(
      histogram.counts == .float(count: 2, zeroCount: 0, negativeCounts: [], positiveCounts: [0.5, 1.5]))
    #expect(HistogramFlaw(in: histogram) == nil)
  }

  @Test("A count alone is one bucket, and nothing is nothing observed")
  func sparse() throws {
    #expect(
      try #require(converted([], count: 3)).counts
        == .integer(count: 3, zeroCount: 0, negativeDeltas: [], positiveDeltas: [3]))
    #expect(HistogramFlaw(in: try #require(converted([], count: 0, sum: .nan))) == nil)
  }

  @Test(
    "A set that contradicts itself becomes nothing",
    arguments: [
      ([(0.5, 3), (1, 2)], 3), ([(1, 2), (0.5, 3)], 3), ([(1, -1)], 1), ([(1, .nan)], 1), ([(.nan, 1)], 1),
      ([(1, 2), (.infinity, 3)], 4), ([(1, 5)], 3), ([(1, 1)], -1), ([(1, 1)], .infinity), ([(-.infinity, 1)], 2),
      ([(1, 1)], .nan),
    ] as [([(Double, Double)], Double)])
  func contradictions(_ buckets: [(Double, Double)], _ count: Double) {
    #expect(converted(buckets, count: count) == nil)
  }
}
