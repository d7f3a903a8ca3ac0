import Exposition
import MetricModel
import Testing

@Suite("Grammar")
struct SyntaxTests {
  /// The page's series, each as its labels, value and time.
  private func series(_ page: String, _ format: ExpositionFormat) throws -> [String] {
    var parser = ExpositionParser(Array(page.utf8), format: format)
    var result: [String] = []
    var labels = LabelSet()
    while let entry = try parser.next() {
      guard entry == .series else { continue }
      #expect(parser.labels(into: &labels))
      let time = parser.timestampMs.map { " @\($0)" } ?? ""
      result.append("\(labels) \(parser.value)\(time)")
    }
    return result
  }

  @Test(
    "Prometheus text is read",
    arguments: [
      ("a 1", "a{} 1.0"), ("a 1\n", "a{} 1.0"), ("a\t1\t2\t\n", "a{} 1.0 @2"),
      ("a+1", "a{} 1.0"), ("a-1 5", "a{} -1.0 @5"),
      ("a{}1", "a{} 1.0"), ("a {} 1", "a{} 1.0"), ("a{b=\"c\",} 1", "a{b=\"c\"} 1.0"),
      ("a{b=\"c\" d=\"e\"} 1", "a{b=\"c\",d=\"e\"} 1.0"), ("a{ b = \"c\" , } 1", "a{b=\"c\"} 1.0"),
      ("{\"a.b\"} 1", "a.b{} 1.0"), ("{c=\"d\",\"a\"} 1", "a{c=\"d\"} 1.0"), ("{\"a\\nb\"} 1", "a\nb{} 1.0"),
      ("{\"a\", \"l.m\" = \"n\"} 1", "a{l.m=\"n\"} 1.0"), ("a{b=\"x\\ty\"} 1", "a{b=\"x\\\\ty\"} 1.0"),
      ("a{b=\"two\nlines\"} 1", "a{b=\"two\\nlines\"} 1.0"), ("a{b=\"\"} 1", "a{} 1.0"),
      ("a 1\n\0b 2\n", "a{} 1.0"), ("a 1\n#\0\nb 2", "a{} 1.0"), ("a 1\n# x\0\nb 2", "a{} 1.0|b{} 2.0"),
      ("# T\0YPE a summary\na{quantile=\"1\"} 1", "a{quantile=\"1.0\"} 1.0"),
      ("# TYPE a,histogram\na_bucket{le=\"1\",quantile=\"1\"} 1", "a_bucket{le=\"1.0\",quantile=\"1\"} 1.0"),
      ("# TYPE a gauge\na{le=\"1\"} 1", "a{le=\"1\"} 1.0"), ("# TYPE a histogram\na{le=\"x\"} 1", "a{le=\"x\"} 1.0"),
      (" # HELP\n#HELP a\n \t\n\n#\n", ""), ("", ""),
    ])
  func prometheusText(page: String, expected: String) throws {
    #expect(try series(page, .prometheusText).joined(separator: "|") == expected)
  }

  @Test(
    "Malformed Prometheus text is refused at its place",
    arguments: [
      ("a", "line 1: expected a value after the series, found \"\\n\""),
      ("a 1\na{b} 2", "line 2: expected \"=\" after label name, found \"}\""),
      ("a{b=\"c\"", "line 1: expected a label name or \"}\", found \"\\n\""),
      ("a{,} 1", "line 1: expected a label name or \"}\", found \",}\""),
      ("a{b=\"c\",,} 1", "line 1: expected a label name or \"}\", found \",}\""),
      ("a{b=\"c} 1", "line 1: expected a quoted label value, found \"\\\"c}\""),
      ("a{b=\"\\", "line 1: expected a quoted label value, found \"\\\"\\\\\""),
      ("a{\"b\"} 1", "line 1: expected no second metric name, found \"\\\"b\\\"}\""),
      ("{b=\"c\"} 1", "line 1: expected a metric name, found \"{b=\\\"c\\\"}\""),
      ("a 1\r\n", "line 1: expected a value after the series, found \"1\\r\""),
      ("a 1e999", "line 1: expected a value after the series that a float64 can hold, found \"1e999\""),
      ("a 1 -5", "line 1: expected a timestamp in milliseconds or the line's end, found \"-5\""),
      ("a 1 9223372036854775808", "line 1: expected a timestamp in 64 bits, found \"9223372036854775808\""),
      ("a 1 2 3", "line 1: expected the line's end after the timestamp, found \"3\""),
      ("\n\n1a 1", "line 3: expected a metric name, \"{\" or \"#\", found \"1a\""),
      ("# TYPE a info", "line 1: expected counter, gauge, histogram, summary or untyped, found \"info\""),
      ("# TYPE \n", "line 1: expected a metric name, found \"\\n\""),
    ])
  func malformedPrometheusText(page: String, message: String) {
    let error = #expect(throws: ExpositionError.self) { try series(page, .prometheusText) }
    #expect(error.map { "\($0)" } == message)
  }

  @Test(
    "OpenMetrics is read",
    arguments: [
      ("# EOF", ""), ("# EOF\n", ""), ("a 1\n# EOF", "a{} 1.0"), ("a 1 1.5\n# EOF", "a{} 1.0 @1500"),
      ("a 1 0.0019\n# EOF", "a{} 1.0 @1"), ("a 1 -0.0019\n# EOF", "a{} 1.0 @-1"),
      ("a 1 1e300\n# EOF", "a{} 1.0 @-9223372036854775808"), ("a{b=\"c\",} 1\n# EOF", "a{b=\"c\"} 1.0"),
      ("{\"a.b\",c=\"d\"} 1\n# EOF", "a.b{c=\"d\"} 1.0"), ("# UNIT a_s s\na_s 1\n# EOF", "a_s{} 1.0"),
      ("# TYPE a histogram\na_bucket{le=\"5\"} 1\n# EOF", "a_bucket{le=\"5.0\"} 1.0"),
      ("# TYPE \"a b\" counter\na_total 1\n# EOF", "a_total{} 1.0"), ("# UNIT a \n# EOF", ""),
    ])
  func openMetrics(page: String, expected: String) throws {
    #expect(try series(page, .openMetrics).joined(separator: "|") == expected)
  }

  @Test(
    "Malformed OpenMetrics is refused",
    arguments: [
      "", "a 1\n", "a 1", "a 1\n# EOF\n\n", "a 1\n# EOF\nb 2\n", " a 1\n# EOF", "a  1\n# EOF", "a\t1\n# EOF",
      "a 1 \n# EOF", "a 1 nan\n# EOF", "a 1 inf\n# EOF", "\n# EOF", "# comment\n# EOF", "#EOF", "# EOF ", "# EO",
      "a{ b=\"c\"} 1\n# EOF", "a{b=\"c\" d=\"e\"} 1\n# EOF", "a{b=\"two\nlines\"} 1\n# EOF", "a {} 1\n# EOF",
      "# TYPE a untyped\n# EOF", "# TYPE a\n# EOF", "# UNIT a_s m\n# EOF", "# UNIT s s\n# EOF", "# UNIT as s\n# EOF",
      "a 1 # {} \n# EOF", "a 1 # {b} 1\n# EOF", "a 1 # {\"b\"} 1\n# EOF", "a 1 #{} 1\n# EOF", "a 1 # {} 1 nan\n# EOF",
      "a 1 # {} 1 2 3\n# EOF", "a 1 # {} 1 # {} 2\n# EOF", "a 1 # x\n# EOF",
    ])
  func malformedOpenMetrics(page: String) {
    #expect(throws: ExpositionError.self) { try series(page, .openMetrics) }
  }

  @Test(
    "A label name given twice, an empty name and a name that is not UTF-8 are told to the caller",
    arguments: ["a{b=\"1\",b=\"2\"} 1", "a{__name__=\"b\"} 1", "{\"\"} 1", "{\"a\",\"\"=\"b\"} 1"])
  func invalidLabels(page: String) throws {
    var parser = ExpositionParser(Array(page.utf8), format: .prometheusText)
    var labels = LabelSet()
    #expect(try parser.next() == .series)
    #expect(!parser.labels(into: &labels))

    parser = ExpositionParser([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x31], format: .prometheusText)
    #expect(try parser.next() == .series)
    #expect(!parser.labels(into: &labels))
  }

  @Test("An exemplar has labels, value and time")
  func exemplar() throws {
    let page = "a_total 3 9.5 # {trace_id=\"x\\\"y\",\"sp.an\"=\"z\"} NaN 1.25\nb 1\n# EOF"
    var parser = ExpositionParser(Array(page.utf8), format: .openMetrics)
    #expect(try parser.next() == .series)
    #expect(parser.hasExemplar && parser.timestampMs == 9_500)
    let exemplar = try #require(parser.exemplar())
    #expect(exemplar.labels == LabelSet(["trace_id": "x\"y", "sp.an": "z"]))
    #expect(exemplar.value.bitPattern == SpecialNaN.normal.bitPattern)
    #expect(exemplar.timestampMs == 1_250)
    #expect(try parser.next() == .series)
    #expect(!parser.hasExemplar && parser.exemplar() == nil)
    #expect(try parser.next() == nil)
    #expect(try parser.next() == nil)
  }

  @Test("A page cannot forge a stale marker")
  func staleMarker() throws {
    for spelling in ["NaN", "nan", "NAN"] {
      var parser = ExpositionParser(Array("a \(spelling)\n".utf8), format: .prometheusText)
      #expect(try parser.next() == .series)
      #expect(parser.value.bitPattern == SpecialNaN.normal.bitPattern)
    }
  }

  @Test("Metadata keeps its text; the formats differ in what they unescape")
  func metadata() throws {
    let line = #"# HELP a  x\\y\nz \"q\""#
    for (format, end, text) in [
      (ExpositionFormat.prometheusText, "\n", " x\\y\nz \\\"q\\\""), (.openMetrics, "\n# EOF", " x\\y\nz \"q\""),
    ] {
      var parser = ExpositionParser(Array((line + end).utf8), format: format)
      #expect(try parser.next() == .help)
      #expect(parser.metadataName.elementsEqual("a".utf8))
      #expect(parser.metadataText == text)
      #expect(try parser.next() == nil)
    }
  }
}
