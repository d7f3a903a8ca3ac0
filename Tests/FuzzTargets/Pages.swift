import Exposition
import MetricModel

extension FuzzTarget {
  /// Pages of metrics, in all their forms.
  static let pages = [
    FuzzTarget("page-text", seeds: { texts }) { readTwice($0, .prometheusText) },
    FuzzTarget("page-openmetrics", seeds: { texts.map { $0 + Array("# EOF\n".utf8) } }) { readTwice($0, .openMetrics) },
    FuzzTarget("content-type", seeds: { contentTypes.map { Array($0.utf8) } }) { input in
      _ = ExpositionFormat(contentType: String(decoding: input, as: UTF8.self))
    },
  ]

  private static let contentTypes = [
    "text/plain; version=0.0.4; charset=utf-8", "application/openmetrics-text; version=1.0.0; escaping=\"allow-utf-8\"",
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
  ]

  private static let texts = [
    "# HELP a b\n# TYPE a counter\na_total{b=\"c\\\"d\"} 1 # {trace_id=\"x\"} 0.5 1.5\n",
    "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 3\nh_sum 1e9\nh_count 3\n# UNIT t_seconds seconds\nt_seconds NaN 12.5\n",
    "{\"n.a.m.e\",\"l.b\"=\"\\n\"} -Inf\nx 0x1F\ny 123456789012345678901234567890e-25 1\n",
  ].map { Array($0.utf8) }

  /// A line must read the same when it is parsed and when it is recognised.
  private static func readTwice(_ input: [UInt8], _ format: ExpositionFormat) {
    struct Line: Equatable {
      var byteCount: Int
      var hash: UInt64
      var value: UInt64
      var timestampMs: Int64?
      var hasExemplar: Bool
    }
    func line(_ parser: borrowing ExpositionParser) -> Line {
      Line(
        byteCount: parser.seriesText.count, hash: parser.seriesHash, value: parser.value.bitPattern,
        timestampMs: parser.timestampMs, hasExemplar: parser.hasExemplar)
    }
    var parser = ExpositionParser(input, format: format)
    var labels = LabelSet()
    var lines: [Line] = []
    do throws(ExpositionError) {
      while let entry = try parser.next() {
        guard entry == .series else {
          _ = (parser.metadataName, parser.metadataType, parser.metadataText)
          continue
        }
        lines.append(line(parser))
        _ = parser.labels(into: &labels)
        _ = parser.exemplar()
      }
    } catch {
      return
    }
    var second = ExpositionParser(input, format: format)
    for first in lines {
      while true {
        if (try? second.nextIfKnown(byteCount: first.byteCount, hash: first.hash)) == true { break }
        // Metadata and comments stand between, and a line that ends in what recognition does not look at is parsed.
        guard let entry = try? second.next() else { preconditionFailure("a line was not found again") }
        if entry == .series { break }
      }
      precondition(line(second) == first, "a line was recognised as another")
    }
  }
}
