import GodwitTesting
import MetricModel
import Testing

@testable import Intake

@Suite("Histograms finer than schema 8")
struct HistogramReductionTests {
  /// Buckets by index, of one side.
  private func buckets(_ spans: [NativeHistogram.Span], _ counts: [Double]) -> [Int64: Double] {
    var result: [Int64: Double] = [:]
    var (index, next): (Int64, Int) = (0, 0)
    for span in spans {
      index += Int64(span.offset)
      for _ in 0..<span.length {
        result[index, default: 0] += counts[next]
        next += 1
        index += 1
      }
    }
    return result
  }

  private func absolute(_ deltas: [Int64]) -> [Double] {
    var count: Int64 = 0
    return deltas.map {
      count += $0
      return Double(count)
    }
  }

  /// The index whose bucket of the coarser schema holds that of the finer one: upper bounds are 2^(index·2^−schema).
  private func coarse(_ index: Int64, by shift: Int32) -> Int64 {
    Int64((Double(index) / Double(Int64(1) << Int64(shift))).rounded(.up))
  }

  @Test("Every observation is in the bucket that holds its old one", arguments: SeededRandom.seeds)
  func random(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let shift = Int32.random(in: 1...20, using: &random)
      func side() -> ([NativeHistogram.Span], [Int64]) {
        let spans = (0..<Int.random(in: 0...5, using: &random)).map { position in
          NativeHistogram.Span(
            offset: .random(in: (position == 0 ? -40 : 0)...9, using: &random),
            length: .random(in: 0...6, using: &random))
        }
        var last: Int64 = 0
        let deltas = (0..<spans.reduce(0) { $0 + Int($1.length) }).map { _ in
          let count = Int64.random(in: 0...9, using: &random)
          defer { last = count }
          return count - last
        }
        return (spans, deltas)
      }
      let ((negativeSpans, negative), (positiveSpans, positive)) = (side(), side())
      let isFloat = random.oneIn(2)
      let fine = NativeHistogram(
        timestampMs: 1, sum: 2, schema: 8 + shift, zeroThreshold: 0.1,
        counts: isFloat
          ? .float(count: 9, zeroCount: 3, negativeCounts: absolute(negative), positiveCounts: absolute(positive))
          : .integer(count: 9, zeroCount: 3, negativeDeltas: negative, positiveDeltas: positive),
        negativeSpans: negativeSpans, positiveSpans: positiveSpans)
      let reduced = try #require(fine.reduced(to: 8))
      #expect(reduced.schema == 8)
      let (newNegative, newPositive) =
        switch reduced.counts {
        case .integer(9, 3, let negative, let positive): (absolute(negative), absolute(positive))
        case .float(9, 3, let negative, let positive): (negative, positive)
        default: ([], []) as ([Double], [Double])
        }
      for (spans, counts, newSpans, newCounts) in [
        (negativeSpans, absolute(negative), reduced.negativeSpans, newNegative),
        (positiveSpans, absolute(positive), reduced.positiveSpans, newPositive),
      ] {
        var expected: [Int64: Double] = [:]
        for (index, count) in buckets(spans, counts) { expected[coarse(index, by: shift), default: 0] += count }
        #expect(buckets(newSpans, newCounts) == expected, "seed \(seed)")
        #expect(newSpans.dropFirst().allSatisfy { $0.offset >= 0 })
      }
    }
  }

  @Test("One that is no finer stays as it is; one that nothing coarser can say has no answer")
  func edges() {
    var histogram = NativeHistogram(
      timestampMs: 1, sum: 2, schema: 8, zeroThreshold: 0,
      counts: .integer(count: 3, zeroCount: 0, negativeDeltas: [], positiveDeltas: [1, 1]),
      positiveSpans: [.init(offset: 5, length: 2)])
    #expect(histogram.reduced(to: 8) == histogram)
    histogram.schema = 9
    histogram.counts = .integer(count: 3, zeroCount: 0, negativeDeltas: [], positiveDeltas: [.max, 0])
    #expect(histogram.reduced(to: 8) == nil)
    histogram.positiveSpans = Array(repeating: .init(offset: .max, length: 1), count: 5)
    histogram.counts = .integer(count: 5, zeroCount: 0, negativeDeltas: [], positiveDeltas: [1, 0, 0, 0, 0])
    // Gaps shrink with the resolution, so what a fine span reaches a coarse one reaches too.
    #expect(histogram.reduced(to: 8)?.positiveSpans.count == 5)
  }
}
