import ByteCoding
import MetricModel
import RemoteWriteProtocol

extension FuzzTarget {
  /// The quick walk over a request beside the strict reading.
  static let scans = [
    FuzzTarget("scan-v1", seeds: { pairs(.v1) }) { compare($0, .v1) },
    FuzzTarget("scan-v2", seeds: { pairs(.v2) }) { compare($0, .v2) },
  ]

  /// Two messages: the first byte is the length of the first, which teaches the series, in units of eight bytes.
  private static func compare(_ input: [UInt8], _ version: WriteMessageVersion) {
    guard let first = input.first else { return }
    let split = min(input.count, 1 + 8 * Int(first))
    let (teacher, body) = (Array(input[1..<split]), Array(input[split...]))
    var known = KnownLabels()
    known.learn(teacher, version)
    known.check(body, version)
    checkLimits(body, version, elementsMax: Int(first) % 16)
    // Whole as one message, too: then seeds of the other targets work here.
    known.check(Array(input.dropFirst()), version)
  }

  /// What is recognised counts against a limit just as what is read does.
  private static func checkLimits(_ body: [UInt8], _ version: WriteMessageVersion, elementsMax: Int) {
    var limits = DecodingLimits()
    limits.elements = elementsMax
    guard (try? DecodedWriteRequest(decoding: body, version: version)) != nil,
      let scan = MessageScan(body, version), scan.series.allSatisfy(\.isPlain)
    else { return }
    let isRead = (try? DecodedWriteRequest(decoding: body, version: version, limits: limits)) != nil
    let isKnown =
      (try? DecodedWriteRequest(decoding: body, restOf: scan, known: { _ in true }, limits: limits)) != nil
    precondition(isRead == isKnown, "a limit depends on what is recognised")
  }

  /// A message as long as the length of the first says, padded by nothing: so each seed is cut where it should be.
  private static func pairs(_ version: WriteMessageVersion) -> [[UInt8]] {
    let plain = plainRequest(version)
    let filled = plain + [UInt8](repeating: 0, count: (8 - plain.count % 8) % 8)
    return [
      [0] + encoded(version), [0] + plain, [UInt8(plain.count / 8)] + plain + plain,
      [UInt8(filled.count / 8)] + filled + plain,
    ]
  }

  /// Series of floats only, whose length is made a multiple of eight by the length of a label.
  private static func plainRequest(_ version: WriteMessageVersion) -> [UInt8] {
    for padding in 0..<8 {
      var encoder = WriteRequestEncoder(version)
      var table = SeriesTable()
      for number in 0..<3 {
        var labels = LabelSet()
        labels.set("__name__", "m")
        labels.set("n", "\(number)" + String(repeating: "x", count: number == 0 ? padding : 0))
        let id = table.register(labels, MetricMetadata(type: .gauge, help: "H", unit: ""))
        encoder.appendSeries(
          names: table.labelNames(of: id), values: table.labelValues(of: id), symbols: table.symbols,
          metadata: table.metadata(of: id),
          samples: [Sample(timestampMs: 1, value: 2), Sample(timestampMs: 300, value: -1)][...])
      }
      let bytes = encoder.finish()
      if bytes.count % 8 == 0 { return bytes }
    }
    return []
  }
}

/// What earlier requests taught: the labels and the metadata that each key stands for.
private struct KnownLabels {
  private struct Meaning: Equatable {
    var texts: [[UInt8]]
    var metadata: MetricMetadata

    init(_ series: DecodedSeries) {
      texts = (0..<series.labels.count).flatMap {
        [Array(series.labels.name(at: $0)), Array(series.labels.value(at: $0))]
      }
      metadata = series.metadata ?? .none
    }
  }

  private var all: [Hash128.Digest: Meaning] = [:]

  /// Learns the series of a message that is read whole and without an objection.
  mutating func learn(_ body: [UInt8], _ version: WriteMessageVersion) {
    guard let request = try? DecodedWriteRequest(decoding: body, version: version),
      let scan = MessageScan(body, version)
    else { return }
    precondition(scan.series.count == request.series.count, "the scan counts other series")
    for (one, series) in zip(scan.series, request.series) where one.isPlain {
      let meaning = Meaning(series)
      precondition(all.updateValue(meaning, forKey: one.key) ?? meaning == meaning, "one key, two series")
    }
  }

  /// The scan of `body` is right in all it says, and leaving out what is known changes nothing.
  mutating func check(_ body: [UInt8], _ version: WriteMessageVersion) {
    guard let scan = MessageScan(body, version) else { return }
    precondition(scan.series.count <= body.count && scan.values.count == scan.timestampsMs.count)
    precondition(scan.startTimestampsMs.isEmpty || scan.startTimestampsMs.count == scan.values.count)
    let isKnown = scan.series.map { $0.isPlain && all[$0.key] != nil }
    let whole = try? DecodedWriteRequest(decoding: body, version: version)
    let rest = try? DecodedWriteRequest(decoding: body, restOf: scan, known: { isKnown[$0] })
    precondition((whole == nil) == (rest == nil), "what is recognised changes whether a request is read")
    guard let whole, let rest else { return }
    precondition(whole.metadata.isEmpty && whole.series.count == scan.series.count)
    precondition(rest.series.count == isKnown.count { !$0 })
    var unread = rest.series.makeIterator()
    for (index, (one, series)) in zip(scan.series, whole.series).enumerated() {
      if one.isPlain { Self.compare(one, of: scan, series) }
      if isKnown[index] {
        precondition(all[one.key] == Meaning(series), "a series was taken for another")
      } else if let read = unread.next() {
        precondition(Meaning(read) == Meaning(series) && read.samples.count == series.samples.count)
      }
    }
    learn(body, version)
  }

  private static func compare(_ one: MessageScan.Series, of scan: MessageScan, _ series: DecodedSeries) {
    precondition(series.histograms.isEmpty && series.exemplars.isEmpty && !series.samples.isEmpty)
    precondition(one.samples.count == series.samples.count, "the scan has other samples")
    for (index, sample) in zip(one.samples, series.samples) {
      precondition(scan.timestampsMs[index] == sample.timestampMs)
      precondition(scan.values[index].bitPattern == sample.value.bitPattern)
      let startMs = scan.startTimestampsMs.isEmpty ? 0 : scan.startTimestampsMs[index]
      precondition(startMs == sample.startTimestampMs)
      precondition(index == one.samples.lowerBound || scan.timestampsMs[index - 1] < sample.timestampMs)
    }
  }
}
