import MetricModel
import RemoteWriteProtocol

/// A request of Remote Write with one sample of each of its series, encoded once: each time it is sent, only the values
/// and timestamps in it are overwritten before it is compressed.
struct PushRequest {
  private struct Slot {
    var valueAt: Int
    var timestampAt: Int
    var value: Double
    var step: Double
  }

  /// Six bytes of seven bits hold the milliseconds from 1971 to 2109.
  private static let timestampWidth = 6
  private static let timestampRange: ClosedRange<Int64> = 1 << 35...(1 << 42) - 1

  private var message: [UInt8]
  private var slots: [Slot] = []

  var sampleCount: Int { slots.count }

  /// - Parameter series: the series with the labels that their target adds.
  init(_ series: some Sequence<(target: Int, series: PageSeries)>, _ version: WriteMessageVersion) {
    var encoder = WriteRequestEncoder(version)
    var symbols = SymbolTable()
    var growth: [(value: Double, step: Double)] = []
    for (target, one) in series {
      var labels = LabelSet()
      labels.set("__name__", one.name)
      for (name, value) in one.labels { labels.set(name, value) }
      labels.set("instance", TargetPages.instance(target))
      labels.set("job", "bench")
      let names = labels.pairs.map { symbols.intern($0.name) }
      let values = labels.pairs.map { symbols.intern($0.value) }
      let metadata = MetadataSymbols(type: one.family.kind.type, help: symbols.intern(one.family.help), unit: 0)
      let first = one.value(at: 0)
      encoder.appendSeries(
        names: names[...], values: values[...], symbols: symbols, metadata: metadata,
        samples: [Sample(timestampMs: Self.timestampRange.upperBound, value: first)])
      growth.append((first, one.value(at: 1) - first))
    }
    message = encoder.finish()
    var places = SamplePlaces()
    // What our encoder wrote can be walked; were it not so, the request would be empty.
    try? SampleWalk.walk(message.span, version, &places)
    for (place, growth) in zip(places.all, growth) {
      slots.append(
        Slot(valueAt: place.valueAt, timestampAt: place.timestampAt, value: growth.value, step: growth.step))
    }
  }

  /// Replaces `body` by the request as it is sent for the `number`th time.
  mutating func write(number: Int, timestampMs: Int64, into body: inout [UInt8]) {
    let clamped = min(max(timestampMs, Self.timestampRange.lowerBound), Self.timestampRange.upperBound)
    let slots = slots
    var bytes = message.mutableSpan
    for slot in slots {
      var value = (slot.value + slot.step * Double(number)).bitPattern
      for index in 0..<8 {
        bytes[slot.valueAt + index] = UInt8(truncatingIfNeeded: value)
        value >>= 8
      }
      var time = UInt64(clamped)
      for index in 0..<Self.timestampWidth {
        bytes[slot.timestampAt + index] = UInt8(truncatingIfNeeded: time & 0x7f) | (index < 5 ? 0x80 : 0)
        time >>= 7
      }
    }
    Snappy.compress(message[...], into: &body)
  }
}

private struct SamplePlaces: SampleVisitor {
  private(set) var all: [(valueAt: Int, timestampAt: Int)] = []

  mutating func visitSeries() {}
  mutating func visitHistogram(timestampMs: Int64) {}
  mutating func visitExemplar() {}
  mutating func visitSample(timestampMs: Int64, valueAt: Int?, timestampAt: Int?) {
    if let valueAt, let timestampAt { all.append((valueAt, timestampAt)) }
  }
}

extension PageFamily.Kind {
  var type: MetricMetadata.MetricType {
    switch self {
    case .counter: .counter
    case .gauge: .gauge
    case .histogram: .histogram
    }
  }
}
