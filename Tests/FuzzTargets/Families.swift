import Exposition
import GodwitTesting
import MetricModel

extension FuzzTarget {
  /// Pages in protobuf, and what becomes of the histograms on them.
  static let families = [
    FuzzTarget("page-protobuf", seeds: { [familyPage] }) { input in
      var parser = FamilyParser(input)
      // What a series is known by, with its labels or none where they are refused.
      var known: [SeriesKey: LabelSet?] = [:]
      var labels = LabelSet()
      while (try? parser.next()) == true {
        _ = (parser.familyName, parser.familyHash, parser.familyMetadata, parser.timestampMs, parser.startTimestampMs)
        _ = parser.emptyLabels()
        var all = (0..<min(parser.seriesCount, 256)).map { parser.series(at: $0) }
        if parser.familyType == .histogram || parser.familyType == .gaugeHistogram {
          all.append(parser.histogramSeries(converted: true))
          all.append(parser.histogramSeries(converted: false))
          check(parser.classicHistogram())
          if parser.isNative { check(parser.nativeHistogram(timestampMs: 1)) }
          _ = parser.histogramExemplars()
        }
        for series in all {
          precondition(!SpecialNaN.isStaleMarker(series.value), "a page forged a stale marker")
          let isNamed = (try? parser.labels(of: series, into: &labels)) ?? false
          let found = isNamed ? labels : nil
          let before = known.updateValue(found, forKey: SeriesKey(series))
          precondition(before == nil || before == .some(found), "two series are known by the same")
          _ = parser.exemplar(of: series)
        }
      }
    }
  ]

  private struct SeriesKey: Hashable {
    var hash: UInt64
    var byteCount: Int
    init(_ series: FamilyParser.Series) { (hash, byteCount) = (series.hash, series.byteCount) }
  }

  /// A conversion is flawless or none at all.
  private static func check(_ classic: ClassicHistogram) {
    guard let converted = classic.converted(timestampMs: 1) else { return }
    precondition(HistogramFlaw(in: converted) == nil, "a converted histogram contradicts itself")
  }

  /// What is flawless stays so at any resolution, and says the same again without its empty buckets.
  private static func check(_ exposed: NativeHistogram) {
    var exposed = exposed
    if exposed.sum.isNaN { exposed.sum = 0 }
    let isFlawless = HistogramFlaw(in: exposed) == nil
    for schema in NativeHistogram.exponentialSchemas {
      guard let reduced = exposed.reduced(toSchema: schema) else { continue }
      if case .float = reduced.counts { continue }
      precondition(!isFlawless || HistogramFlaw(in: reduced) == nil, "a coarser histogram contradicts itself")
      // Buckets below nothing, which are refused elsewhere, can add up to an empty one.
      precondition(!isFlawless || reduced.compacted() == reduced, "a compact histogram was made more compact")
    }
  }

  /// A page with a family of each type.
  static let familyPage: [UInt8] = {
    var page = ProtobufPage()
    page.family("lat_seconds_total", type: 0, help: "How long.", unit: "seconds") {
      $0.message(4) {
        $0.label("a", "x")
        $0.label("b", "")
        $0.message(3) {
          $0.double(1, 1.5)
          $0.exemplar(2, trace: "t", value: 0.5, ms: 1)
          $0.timestamp(3, ms: 2)
        }
        $0.integer(6, 42)
      }
    }
    page.family("g", type: 1) { $0.message(4) { $0.message(2) { $0.double(1, .nan) } } }
    page.family("s", type: 2) {
      $0.message(4) {
        $0.message(4) {
          $0.integer(1, 3)
          $0.message(3) { $0.double(1, 0.5) }
        }
      }
    }
    page.family("h", type: 4) {
      $0.message(4) {
        $0.message(7) {
          $0.integer(1, 3)
          $0.double(2, 1.5)
          $0.bucket(0.5, 1)
          $0.bucket(1, 3)
          $0.signed(5, 2)
          $0.span(9, offset: -3, length: 1)
          $0.packed(10, [1])
          $0.span(12, offset: 1, length: 2)
          $0.packed(13, [1, 0])
          $0.exemplar(16, trace: "t", value: 0.7, ms: 9_000)
        }
      }
    }
    return page.bytes
  }()
}
