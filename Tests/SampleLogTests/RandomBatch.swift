import GodwitTesting
import MetricModel

/// Batches of all shapes, from a seed.
struct RandomBatch {
  static let timestamps: [Int64] = [.min, .min + 1, -1, 0, 1, 1_700_000_000_000, .max - 1, .max]
  static let bitPatterns: [UInt64] = [
    0, 1 << 63, 0x7ff0_0000_0000_0000, 0x7ff0_0000_0000_0002, 0x7ff8_0000_0000_0001, 0xfff0_dead_beef_0001, .max, 1,
  ]

  var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func batch(of ids: [SeriesID]) -> SampleBatch {
    var batch = SampleBatch()
    let shared: Int64? = random.oneIn(2) ? timestamp() : nil
    let hasStarts = random.oneIn(2)
    let sharedStart = timestamp()
    for id in ids {
      if random.oneIn(5) {
        batch.append(id, histogram: histogram())
        if random.oneIn(3) { batch.attach(exemplar()) }
      } else if !random.oneIn(6) {
        let start = !hasStarts || random.oneIn(4) ? 0 : random.oneIn(3) ? timestamp() : sharedStart
        batch.append(id, timestampMs: shared ?? timestamp(), value: value(), startTimestampMs: start)
        if random.oneIn(4) { batch.attach(exemplar()) }
        if random.oneIn(9) { batch.attach(exemplar()) }
      }
    }
    return batch
  }

  mutating func timestamp() -> Int64 {
    random.oneIn(3)
      ? Self.timestamps.randomElement(using: &random) ?? 0 : Int64.random(in: .min ... .max, using: &random)
  }

  mutating func value() -> Double {
    Double(bitPattern: random.oneIn(2) ? Self.bitPatterns.randomElement(using: &random) ?? 0 : random.next())
  }

  mutating func exemplar() -> Exemplar {
    Exemplar(
      labels: random.oneIn(3) ? LabelSet() : LabelSet(["trace_id": "\(random.next())", "é": "x"]), value: value(),
      timestampMs: random.oneIn(2) ? timestamp() : nil)
  }

  mutating func histogram() -> NativeHistogram {
    func many<Element>(_ make: (inout SeededRandom) -> Element) -> [Element] {
      (0..<Int.random(in: 0..<4, using: &random)).map { _ in make(&random) }
    }
    let deltas: (inout SeededRandom) -> Int64 = { Int64(bitPattern: $0.next()) }
    let doubles: (inout SeededRandom) -> Double = { Double(bitPattern: $0.next()) }
    let spans: (inout SeededRandom) -> NativeHistogram.Span = {
      NativeHistogram.Span(
        offset: .random(in: .min ... .max, using: &$0), length: .random(in: .min ... .max, using: &$0))
    }
    let counts: NativeHistogram.Counts =
      random.oneIn(2)
      ? .integer(
        count: random.next(), zeroCount: random.next(), negativeDeltas: many(deltas), positiveDeltas: many(deltas))
      : .float(count: value(), zeroCount: value(), negativeCounts: many(doubles), positiveCounts: many(doubles))
    return NativeHistogram(
      timestampMs: timestamp(), startTimestampMs: timestamp(), sum: value(),
      schema: .random(in: .min ... .max, using: &random), zeroThreshold: value(), counts: counts,
      negativeSpans: many(spans), positiveSpans: many(spans),
      resetHint: NativeHistogram.ResetHint(rawValue: .random(in: 0...3, using: &random)) ?? .unknown,
      customValues: many(doubles))
  }
}

/// A text of every bit of a histogram: equality of doubles does not hold between NaNs.
func bits(of histogram: NativeHistogram) -> String {
  func hex(_ values: [Double]) -> String { values.map { String($0.bitPattern, radix: 16) }.joined(separator: ",") }
  let counts =
    switch histogram.counts {
    case .integer(let count, let zero, let negative, let positive): "\(count) \(zero) \(negative) \(positive)"
    case .float(let count, let zero, let negative, let positive):
      "\(hex([count, zero])) \(hex(negative)) \(hex(positive))"
    }
  return """
    \(histogram.timestampMs) \(histogram.startTimestampMs) \(hex([histogram.sum, histogram.zeroThreshold])) \
    \(histogram.schema) \(histogram.negativeSpans) \(histogram.positiveSpans) \(histogram.resetHint) \
    \(hex(histogram.customValues)) \(counts)
    """
}

func bits(of exemplar: Exemplar) -> String {
  "\(exemplar.labels) \(exemplar.value.bitPattern) \(String(describing: exemplar.timestampMs))"
}
