import RemoteWriteProtocol

/// Protobuf written field by field, so that a test can also write what no encoder would.
struct Wire {
  var bytes: [UInt8] = []

  mutating func rawVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func varint(_ field: UInt64, _ value: UInt64) {
    rawVarint(field << 3)
    rawVarint(value)
  }

  mutating func zigzag(_ field: UInt64, _ value: Int64) {
    varint(field, UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func double(_ field: UInt64, _ value: Double) {
    rawVarint(field << 3 | 1)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
    }
  }

  mutating func bytes(_ field: UInt64, _ content: [UInt8]) {
    rawVarint(field << 3 | 2)
    rawVarint(UInt64(content.count))
    bytes += content
  }

  static func of(_ write: (inout Wire) -> Void) -> [UInt8] {
    var wire = Wire()
    write(&wire)
    return wire.bytes
  }
}

/// A series as a test describes it, for either message.
struct TestSeries {
  var labels: [(String, String)]
  var samples: [(timestampMs: Int64, value: Double)] = []
  /// Integer histograms with one bucket of three and a count that may contradict it.
  var histograms: [(timestampMs: Int64, count: UInt64)] = []
  /// Exemplars without labels; a time of 0 is left out.
  var exemplars: [(timestampMs: Int64, value: Double)] = []
  var startTimestampMs: Int64 = 0
  var type: UInt64 = 0
  var help = ""

  init(_ name: String, _ labels: [(String, String)] = [], at timestampMs: Int64...) {
    self.labels = [("__name__", name)] + labels
    samples = timestampMs.map { ($0, 1) }
  }
}

enum TestRequest {
  /// The compressed body of a 1.0 request.
  static func v1(_ series: [TestSeries], metadata: [(name: String, type: UInt64)] = []) -> [UInt8] {
    compressed(
      Wire.of { wire in
        for one in series { wire.bytes(1, Wire.of { Self.writeV1(one, &$0) }) }
        for family in metadata {
          wire.bytes(
            3,
            Wire.of {
              $0.varint(1, family.type)
              $0.bytes(2, Array(family.name.utf8))
            })
        }
      })
  }

  /// The compressed body of a 2.0 request; `unknownFields` adds what a later sender might.
  static func v2(_ series: [TestSeries], unknownFields: Bool = false) -> [UInt8] {
    var symbols = [""]
    func reference(_ text: String) -> UInt64 {
      if let known = symbols.firstIndex(of: text) { return UInt64(known) }
      symbols.append(text)
      return UInt64(symbols.count - 1)
    }
    let messages = series.map { one in Wire.of { writeV2(one, reference, unknownFields, &$0) } }
    return compressed(
      Wire.of { wire in
        for symbol in symbols { wire.bytes(4, Array(symbol.utf8)) }
        for message in messages { wire.bytes(5, message) }
        if unknownFields { wire.bytes(99, [1, 2, 3]) }
      })
  }

  static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    Snappy.compress(bytes[...], into: &output)
    return output
  }

  private static func writeV1(_ series: TestSeries, _ wire: inout Wire) {
    for (name, value) in series.labels {
      wire.bytes(
        1,
        Wire.of {
          $0.bytes(1, Array(name.utf8))
          $0.bytes(2, Array(value.utf8))
        })
    }
    for sample in series.samples { wire.bytes(2, self.sample(sample, 0)) }
    for exemplar in series.exemplars { wire.bytes(3, self.exemplar(exemplar)) }
    for histogram in series.histograms { wire.bytes(4, self.histogram(histogram)) }
  }

  private static func writeV2(
    _ series: TestSeries, _ reference: (String) -> UInt64, _ unknownFields: Bool, _ wire: inout Wire
  ) {
    let references = Wire.of { wire in
      for (name, value) in series.labels {
        wire.rawVarint(reference(name))
        wire.rawVarint(reference(value))
      }
    }
    wire.bytes(1, references)
    for sample in series.samples { wire.bytes(2, self.sample(sample, series.startTimestampMs)) }
    for histogram in series.histograms { wire.bytes(3, self.histogram(histogram)) }
    for exemplar in series.exemplars { wire.bytes(4, self.exemplar(exemplar)) }
    wire.bytes(
      5,
      Wire.of {
        if series.type != 0 { $0.varint(1, series.type) }
        if !series.help.isEmpty { $0.varint(3, reference(series.help)) }
      })
    // Field 6 is where an earlier candidate of the specification had its created timestamp.
    if unknownFields { wire.varint(6, 12_345) }
  }

  private static func sample(_ sample: (timestampMs: Int64, value: Double), _ startTimestampMs: Int64) -> [UInt8] {
    Wire.of {
      $0.double(1, sample.value)
      $0.varint(2, UInt64(bitPattern: sample.timestampMs))
      if startTimestampMs != 0 { $0.varint(3, UInt64(bitPattern: startTimestampMs)) }
    }
  }

  private static func exemplar(_ exemplar: (timestampMs: Int64, value: Double)) -> [UInt8] {
    Wire.of {
      $0.double(2, exemplar.value)
      if exemplar.timestampMs != 0 { $0.varint(3, UInt64(bitPattern: exemplar.timestampMs)) }
    }
  }

  private static func histogram(_ histogram: (timestampMs: Int64, count: UInt64)) -> [UInt8] {
    Wire.of {
      $0.varint(1, histogram.count)
      $0.double(3, 4.5)
      $0.zigzag(4, 0)
      $0.bytes(11, Wire.of { $0.varint(2, 1) })
      $0.bytes(12, [6])
      $0.varint(15, UInt64(bitPattern: histogram.timestampMs))
    }
  }
}
