import Exposition
import GodwitTesting
import MetricModel
import Testing

/// Every float series of a page, as `labels value`.
func floats(_ body: [UInt8]) throws -> [String] {
  var parser = FamilyParser(body)
  var (labels, found) = (LabelSet(), [String]())
  while try parser.next() {
    for index in 0..<parser.seriesCount {
      let series = parser.series(at: index)
      guard try parser.labels(of: series, into: &labels) else { throw Refused() }
      found.append("\(labels) \(series.value.isNaN ? "nan" : series.value.description)")
    }
  }
  return found
}

struct Refused: Error {}

@Suite("Pages in protobuf")
struct FamilyParserTests {
  @Test("Counters, gauges and untyped values are one series each, with type, help and unit")
  func simple() throws {
    var page = ProtobufPage()
    page.family("lat_seconds_total", type: 0, help: "how \"long\"\n", unit: "seconds") {
      $0.message(4) {
        $0.label("b", "2")
        $0.label("a", "")
        $0.label("a2", "é")
        $0.message(3) {
          $0.double(1, 1.5)
          $0.timestamp(3, ms: 1_700_000_000_123)
        }
        $0.integer(6, 42)
      }
    }
    page.family("g", type: 1) { $0.message(4) { $0.message(2) { $0.double(1, -.infinity) } } }
    page.family("u", type: 3) {
      $0.message(4) { $0.message(5) { $0.double(1, Double(bitPattern: 0x7ff0_0000_0000_0002)) } }
    }
    #expect(
      try floats(page.bytes) == ["lat_seconds_total{a2=\"é\",b=\"2\"} 1.5", "g{} -inf", "u{} nan"])
    var parser = FamilyParser(page.bytes)
    #expect(try parser.next() && parser.isFirstOfFamily)
    #expect(parser.familyMetadata == MetricMetadata(type: .counter, help: "how \"long\"\n", unit: "seconds"))
    #expect(parser.timestampMs == 42 && parser.startTimestampMs == 1_700_000_000_123)
    #expect(try parser.next() && parser.next())
    #expect(parser.series(at: 0).value.bitPattern == SpecialNaN.normal.bitPattern, "no page forges a stale marker")
    #expect(parser.timestampMs == nil && parser.familyMetadata.type == .unknown)
    #expect(try !parser.next())
  }

  @Test("The same bytes cut into other labels are another series")
  func cuts() throws {
    func label(_ name: String, _ value: String) -> [UInt8] {
      var message = ProtobufMessage()
      message.text(1, name)
      message.text(2, value)
      return message.bytes
    }
    let (first, second) = (label("a", "b"), label("c", ""))
    // To the one label that it is, the second is another name.
    let one = first + [0x0a, UInt8(second.count)] + second
    var page = ProtobufPage()
    page.family("g", type: 1) {
      $0.message(4) { $0.raw(1, one) }
      $0.message(4) {
        $0.raw(1, first)
        $0.raw(1, second)
      }
    }
    var parser = FamilyParser(page.bytes)
    var found: [(hash: UInt64, labels: LabelSet)] = []
    while try parser.next() {
      var labels = LabelSet()
      let series = parser.series(at: 0)
      #expect(try parser.labels(of: series, into: &labels))
      found.append((series.hash, labels))
    }
    #expect(found.count == 2 && found[0].labels != found[1].labels)
    #expect(found[0].hash != found[1].hash)
  }

  @Test("A summary is its count, its sum and its quantiles")
  func summary() throws {
    var page = ProtobufPage()
    page.family("s", type: 2) {
      $0.message(4) {
        $0.message(4) {
          $0.integer(1, 3)
          $0.double(2, 4.5)
          for quantile in [0.5, 1] {
            $0.message(3) {
              $0.double(1, quantile); $0.double(2, 7)
            }
          }
        }
      }
    }
    #expect(
      try floats(page.bytes)
        == ["s_count{} 3.0", "s_sum{} 4.5", "s{quantile=\"0.5\"} 7.0", "s{quantile=\"1.0\"} 7.0"])
  }

  @Test("A classic histogram has a last bucket without bound, written or not", arguments: [false, true])
  func classic(hasInfinity: Bool) throws {
    var page = ProtobufPage()
    page.family("h", type: 4) {
      $0.message(4) {
        $0.message(7) {
          $0.integer(1, 9)
          $0.double(2, 2)
          $0.bucket(1, 4)
          $0.bucket(2.5e9, 8)
          if hasInfinity { $0.bucket(.infinity, 9) }
        }
      }
    }
    #expect(
      try floats(page.bytes) == [
        "h_count{} 9.0", "h_sum{} 2.0", "h_bucket{le=\"1.0\"} 4.0", "h_bucket{le=\"2.5e+09\"} 8.0",
        "h_bucket{le=\"+Inf\"} 9.0",
      ])
  }

  @Test("A native histogram has spans, deltas and its exemplars; those without a time are left out")
  func native() throws {
    var page = ProtobufPage()
    page.family("h", type: 5) {
      $0.message(4) {
        $0.message(7) {
          $0.integer(1, 6)
          $0.double(2, 1.25)
          $0.signed(5, 3)
          $0.double(6, 0.001)
          $0.integer(7, 1)
          $0.span(12, offset: -2, length: 2)
          $0.packed(13, [1, 1])
          $0.span(9, offset: 0, length: 1)
          $0.signed(10, 2)
          $0.timestamp(15, ms: 5_000)
          $0.exemplar(16, trace: "a", value: 1, ms: nil)
          $0.exemplar(16, trace: "b", value: 2, ms: 7)
        }
      }
    }
    var parser = FamilyParser(page.bytes)
    #expect(try parser.next() && parser.isNative && !parser.hasClassicBuckets)
    let expected = NativeHistogram(
      timestampMs: 11, startTimestampMs: 5_000, sum: 1.25, schema: 3, zeroThreshold: 0.001,
      counts: .integer(count: 6, zeroCount: 1, negativeDeltas: [2], positiveDeltas: [1, 1]),
      negativeSpans: [.init(offset: 0, length: 1)], positiveSpans: [.init(offset: -2, length: 2)], resetHint: .gauge)
    #expect(parser.nativeHistogram(timestampMs: 11) == expected)
    #expect(parser.histogramExemplars().map(\.timestampMs) == [7])
    #expect(HistogramFlaw(in: expected) == nil)
  }

  @Test("An empty native histogram is told by a span of no buckets")
  func emptyNative() throws {
    for hasSpan in [true, false] {
      var page = ProtobufPage()
      page.family("h", type: 4) {
        $0.message(4) { $0.message(7) { if hasSpan { $0.span(12, offset: 0, length: 0) } } }
      }
      var parser = FamilyParser(page.bytes)
      #expect(try parser.next() && parser.isNative == hasSpan)
    }
  }

  @Test("Series keep their hash from page to page, and no two of a page share one")
  func hashes() throws {
    func page(_ value: Double) -> [UInt8] {
      var page = ProtobufPage()
      for (name, type) in [("a", 1), ("b", 1), ("c", 4)] {
        page.family(name, type: type) {
          for label in ["x", "y"] {
            $0.message(4) {
              $0.label("l", label)
              $0.message(2) { $0.double(1, value) }
              $0.message(7) { $0.bucket(1, 2) }
            }
          }
        }
      }
      return page.bytes
    }
    func hashes(_ body: [UInt8]) throws -> [UInt64] {
      var (parser, found) = (FamilyParser(body), [UInt64]())
      while try parser.next() {
        found += (0..<parser.seriesCount).map { parser.series(at: $0).hash }
        if parser.familyType == .histogram {
          found += [true, false].map { parser.histogramSeries(converted: $0).hash }
        }
      }
      return found
    }
    let first = try hashes(page(1))
    #expect(try hashes(page(2)) == first)
    #expect(Set(first).count == first.count && first.count == 16)
  }
}

@Suite("Protobuf that is not well-formed")
struct MalformedFamilyTests {
  static func family(_ name: [UInt8] = Array("a".utf8), type: UInt64 = 1, _ labels: [(String, String)] = []) -> [UInt8]
  {
    var message = ProtobufMessage()
    message.raw(1, name)
    message.integer(3, type)
    message.message(4) { metric in for label in labels { metric.label(label.0, label.1) } }
    return ProtobufMessage.varint(UInt64(message.bytes.count)) + message.bytes
  }

  @Test(
    "The page is refused",
    arguments: [
      ("a length beyond the end", [5, 1]), ("a negative length", Array(repeating: 0xff, count: 9) + [1]),
      ("a varint without end", Array(repeating: 0x80, count: 11)), ("field 0", [2, 0, 0]),
      ("a group", [2, 0x0b, 0x0c]),
      ("the wrong wire type", [2, 0x08, 1]), ("an unknown type", family(type: 6)),
      ("a name that is not UTF-8", family([0xff])), ("no name", family([])),
      ("a label twice", family(Array("a".utf8), [("l", "x"), ("l", "y")])),
      ("a label without name", family(Array("a".utf8), [("", "x")])),
      ("a label that is the name", family(Array("a".utf8), [("__name__", "x")])),
    ] as [(String, [UInt8])])
  func refused(_ what: String, _ body: [UInt8]) {
    #expect(throws: (any Error).self, "\(what)") { try floats(body) }
  }

  @Test("A family without metrics is passed over, whatever it is called, and unknown fields too")
  func leniency() throws {
    var page = ProtobufPage()
    page.family("", type: 77) { _ in }
    #expect(throws: ExpositionError.self) { try floats(page.bytes) }
    page = ProtobufPage()
    page.family("", type: nil) { _ in }
    page.family("a", type: 1) {
      $0.text(99, "unknown")
      $0.message(4) {
        $0.message(2) { $0.double(1, 3) }; $0.integer(90, 1)
      }
    }
    #expect(try floats(page.bytes) == ["a{} 3.0"])
  }

  @Test("A unit that is not the name's last word refuses the page, before _total too")
  func units() throws {
    for (name, type, isValid) in [
      ("a_s", 1, true), ("a_s_total", 0, true), ("a_s_total", 1, false), ("as", 1, false), ("s", 1, false),
    ] {
      var page = ProtobufPage()
      page.family(name, type: type, unit: "s") { $0.message(4) { _ in } }
      #expect(((try? floats(page.bytes)) != nil) == isValid, "\(name)")
    }
  }

  @Test("A metric with too many elements refuses the page before they are kept")
  func tooMany() {
    var page = ProtobufPage()
    page.family("h", type: 4) {
      $0.message(4) { $0.message(7) { $0.raw(13, Array(repeating: 0, count: 1 << 20)) } }
    }
    #expect(throws: ExpositionError.self) { try floats(page.bytes) }
  }

  @Test("Random changes to a page never trap", arguments: SeededRandom.seeds)
  func mutations(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let original = RandomFamilies(using: &random).bytes
    for _ in 0..<3_000 {
      var body = original
      for _ in 0..<Int.random(in: 1...6, using: &random) where !body.isEmpty {
        let place = Int.random(in: 0..<body.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: body[place] = UInt8.random(in: 0...255, using: &random)
        case 1: body.remove(at: place)
        case 2: body.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: body.removeSubrange(place...)
        }
      }
      var parser = FamilyParser(body)
      var labels = LabelSet()
      while (try? parser.next()) == true {
        for index in 0..<parser.seriesCount {
          let series = parser.series(at: index)
          _ = try? parser.labels(of: series, into: &labels)
          _ = parser.exemplar(of: series)
        }
        _ = parser.histogramExemplars()
        _ = parser.classicHistogram().converted(timestampMs: 0)
        let histogram = parser.nativeHistogram(timestampMs: 0)
        _ = histogram.reduced(toSchema: -4).map { HistogramFlaw(in: $0) }
      }
    }
  }

  @Test("Random pages come back as they were written", arguments: SeededRandom.seeds)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let page = RandomFamilies(using: &random)
      #expect(try floats(page.bytes) == page.series, "seed \(seed)")
    }
  }
}

/// A random page and the float series it has.
struct RandomFamilies {
  private(set) var bytes: [UInt8] = []
  private(set) var series: [String] = []

  init(using random: inout SeededRandom) {
    var page = ProtobufPage()
    for family in 0..<Int.random(in: 1...4, using: &random) {
      let name = "f\(family)"
      let type = [0, 1, 3, 4].randomElement(using: &random) ?? 1
      page.family(name, type: type, help: "h") { message in
        for metric in 0..<Int.random(in: 1...4, using: &random) {
          let value = Double(Int.random(in: 0...99, using: &random))
          message.message(4) {
            $0.label("m", "\(metric)")
            switch type {
            case 0:
              $0.message(3) {
                $0.double(1, value); $0.exemplar(2, trace: "t", value: 1, ms: 5)
              }
            case 1: $0.message(2) { $0.double(1, value) }
            case 3: $0.message(5) { $0.double(1, value) }
            default:
              $0.message(7) {
                $0.integer(1, UInt64(value))
                $0.bucket(0.5, UInt64(value) / 2)
                $0.span(12, offset: 1, length: 2)
                $0.packed(13, [1, 2])
                $0.exemplar(16, trace: "t", value: 1, ms: 5)
              }
            }
          }
          if type != 4 {
            series.append("\(name){m=\"\(metric)\"} \(value)")
          } else {
            series += [
              "\(name)_count{m=\"\(metric)\"} \(value)", "\(name)_sum{m=\"\(metric)\"} 0.0",
              "\(name)_bucket{le=\"0.5\",m=\"\(metric)\"} \((value / 2).rounded(.down))",
              "\(name)_bucket{le=\"+Inf\",m=\"\(metric)\"} \(value)",
            ]
          }
        }
      }
    }
    bytes = page.bytes
  }
}
