import MetricModel
import RemoteWriteProtocol

/// How many bytes series take on the way to an endpoint, with one sample of each, counted with the agent's own encoder.
///
/// Some blocks of series are encoded and compressed as the agent does it; the others count in proportion to what each
/// series has that the one before it has not. Up to some tens of thousands of series every one is encoded.
struct WireMeasure: Sendable {
  /// The agent's `max_samples_per_send` where the file does not say.
  private static let seriesPerRequest = 5_000
  private static let firstBlocks = 4
  private static let everyBlock = 16
  private static let timestampMs: Int64 = 1_767_225_600_000

  /// What was encoded: its weight, and the bytes that came out.
  private var measuredWeight = 0
  private var measuredBytes = 0
  /// The weight of all.
  private var weight = 0
  /// The series of a block that is being measured.
  private var pending: [LabelSet] = []
  /// The labels of the last series.
  private var last = LabelSet()
  private let isMeasuring: Bool
  private let version: WriteMessageVersion

  /// - Parameter block: the index of the block whose series are coming.
  init(_ version: WriteMessageVersion, block: Int) {
    self.version = version
    isMeasuring = block < Self.firstBlocks || block.isMultiple(of: Self.everyBlock)
  }

  @inline(__always)
  mutating func add(_ labels: LabelSet) {
    // Compression leaves little of labels that are the same; the rest is the value, its time, and references.
    let own = 8 + labels.count + labels.byteCount(differingFrom: last)
    weight += own
    if isMeasuring {
      measuredWeight += own
      pending.append(labels)
    }
    // Not `last = labels`, which would make the caller copy the text before the next change.
    last.removeAll()
    _ = last.addMissing(of: labels)
  }

  /// Encodes what came.
  mutating func finish() {
    var rest = pending[...]
    while !rest.isEmpty {
      let request = rest.prefix(Self.seriesPerRequest)
      rest = rest.dropFirst(request.count)
      var symbols = SymbolTable()
      var encoder = WriteRequestEncoder(version)
      var own = LabelSymbols()
      let metadata = MetadataSymbols(type: .unknown, help: 0, unit: 0)
      for (index, labels) in request.enumerated() {
        own.removeAll()
        for position in 0..<labels.count {
          own.append(symbols.intern(labels.name(at: position)), symbols.intern(labels.value(at: position)))
        }
        // Not all the same: real values are not.
        let sample = Sample(timestampMs: Self.timestampMs, value: Double(index &* 7919 % 100_003) / 8)
        encoder.appendSeries(
          names: own.names[...], values: own.values[...], symbols: symbols, metadata: metadata, samples: [sample])
      }
      var block: [UInt8] = []
      encoder.finish(compressedInto: &block)
      measuredBytes += block.count
    }
    pending = []
  }

  mutating func add(_ other: WireMeasure) {
    measuredWeight += other.measuredWeight
    measuredBytes += other.measuredBytes
    weight += other.weight
  }

  /// The bytes of one sample of each series.
  var bytes: Int {
    guard measuredWeight > 0 else { return 0 }
    if measuredWeight == weight { return measuredBytes }
    return Int((Double(measuredBytes) / Double(measuredWeight) * Double(weight)).rounded())
  }
}
