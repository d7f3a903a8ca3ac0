/// A page whose every value follows from its number, and what a sender makes of it.
struct NumberedPage {
  /// From 1.
  let number: Int
  /// The time of the samples that carry one, in milliseconds since the Unix epoch, on page 0. After the start of the
  /// sender: Prometheus takes older ones for samples that it sent in an earlier life.
  let epochMs: Int64

  /// Series by labels without those of the target, as text of an exposition and as a number.
  private var gauges: [(series: String, labels: Labels, text: String, value: Double)] {
    let third = Double(number) / 3
    // There is no minus zero: the protobuf of senders in Go leaves out whatever equals zero, and so its sign.
    var all: [(String, String, Double)] = [
      ("nan", "NaN", .nan), ("inf", "+Inf", .infinity), ("minus inf", "-Inf", -.infinity),
      ("huge", "\(number)e307", Double("\(number)e307") ?? 0), ("tiny", "5e-324", .leastNonzeroMagnitude),
      ("third", "\(third)", third), ("héllo ☃ 𝛼", "\(number)", Double(number)),
      ("a \\\"quoted\\\" \\\\ back\\nnew line", "-\(number)", -Double(number)),
    ]
    // On every other page: a series that ends and begins again.
    if hasSometimes { all.append(("sometimes", "\(number).5", Double(number) + 0.5)) }
    return all.map { name, text, value in
      let plain = name.replacing("\\n", with: "\n").replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
      return ("edge{v=\"\(name)\"}", ["__name__": "edge", "v": plain], text, value)
    }
  }

  var hasSometimes: Bool { number % 2 == 1 }
  private var timeMs: Int64 { epochMs + Int64(number) * 1000 + 123 }

  /// In text format 0.0.4.
  var text: [UInt8] { Array(lines(isOpenMetrics: false).utf8) }

  static let openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  /// In OpenMetrics, with an exemplar.
  var openMetrics: [UInt8] { Array((lines(isOpenMetrics: true) + "# EOF\n").utf8) }

  /// The exemplar of the OpenMetrics page's `requests_total`.
  var exemplar: StoredExemplar {
    StoredExemplar(labels: ["trace_id": "t\(number)", "v": "é"], value: Double(number) / 4, time: timeMs)
  }

  private func lines(isOpenMetrics: Bool) -> String {
    let time = isOpenMetrics ? "\(timeMs / 1000).\(timeMs % 1000)" : "\(timeMs)"
    let exemplar =
      isOpenMetrics ? " # {trace_id=\"t\(number)\",v=\"é\"} \(self.exemplar.value) \(time)" : ""
    return """
      # HELP edge Values at the edges.
      # TYPE edge gauge
      \(gauges.map { "\($0.series) \($0.text)\n" }.joined())\
      # HELP told When it is.
      # TYPE told gauge
      told \(number) \(time)
      # HELP requests\(isOpenMetrics ? "" : "_total") How many.
      # TYPE requests\(isOpenMetrics ? "" : "_total") counter
      requests_total{code="200"} \(number * 7)\(exemplar)

      """
  }

  /// The newest point of every series on the page, for a target with these labels.
  func points(of target: Labels) -> [ExpectedPoint] {
    var points = gauges.map { ExpectedPoint(labels: $0.labels, value: $0.value) }
    points.append(ExpectedPoint(labels: ["__name__": "told"], value: Double(number), time: timeMs))
    points.append(ExpectedPoint(labels: ["__name__": "requests_total", "code": "200"], value: Double(number * 7)))
    points.append(ExpectedPoint(labels: ["__name__": "up"], value: 1))
    for index in points.indices { points[index].labels.merge(target) { $1 } }
    return points
  }

  // MARK: - A native histogram

  /// A delimited `io.prometheus.client.MetricFamily` with a native histogram whose sum is half the number.
  var histogram: [UInt8] {
    let span = message { $0.field(2, varint: 2) }  // offset 0, two buckets
    let histogram = message {
      $0.field(1, varint: UInt64(number) * 3)  // count
      $0.field(2, double: Double(number) / 2)
      $0.field(5, varint: 6)  // schema 3, as the zigzag that sint32 is
      $0.field(6, double: 0.001)  // width of the zero bucket
      $0.field(7, varint: 0)
      $0.field(12, bytes: span)
      $0.field(13, varint: UInt64(number) * 2)  // the first bucket has `number`, …
      $0.field(13, varint: UInt64(number) * 2)  // … the second twice that; zigzag again
    }
    let family = message {
      $0.field(1, bytes: Array("took_seconds".utf8))
      $0.field(2, bytes: Array("How long.".utf8))
      $0.field(3, varint: 4)
      $0.field(4, bytes: message { $0.field(7, bytes: histogram) })
    }
    return message { $0.varint(UInt64(family.count)) } + family
  }

  static let histogramType =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

  private func message(_ fill: (inout ProtobufText) -> Void) -> [UInt8] {
    var text = ProtobufText()
    fill(&text)
    return text.bytes
  }
}

/// Bytes of a protobuf message, field by field.
private struct ProtobufText {
  private(set) var bytes: [UInt8] = []

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func field(_ number: UInt64, varint value: UInt64) {
    varint(number << 3)
    varint(value)
  }

  mutating func field(_ number: UInt64, double value: Double) {
    varint(number << 3 | 1)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func field(_ number: UInt64, bytes value: [UInt8]) {
    varint(number << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }
}
