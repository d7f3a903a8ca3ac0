import Testing

@testable import ConfigurationReview

@Suite("The expression of an alert")
struct ExpressionTextTests {
  @Test("tells which functions a metric is within")
  func functions() throws {
    let text = ExpressionText("sum by (job) (rate(a_total{x=\"b(\"}[5m])) / (c) > 0 # rate(d)")
    #expect(text.functions(around: try #require(text.positions(of: "a_total").first)) == ["rate"])
    #expect(text.functions(around: try #require(text.positions(of: "c").first)) == [])
    #expect(text.positions(of: "d").isEmpty)
  }

  @Test("tells the labels of a selector")
  func labels() throws {
    let text = ExpressionText("a_total{reason!~\"x|y\", job='z'} or b")
    #expect(text.labels(after: try #require(text.positions(of: "a_total").first)) == ["reason", "job"])
    #expect(text.labels(after: try #require(text.positions(of: "b").first)) == [])
  }

  @Test(
    "tells what it compares with",
    arguments: [
      ("a > 0.8", [0.8]), ("a>=1e3 or b < 2", [1000, 2]), ("a > b", []), ("rate(a[5m]) > 0", [0]),
      ("a{b=\"> 5\"} > 1", [1]), ("a offset 5m == 3", [3]),
    ])
  func thresholds(text: String, expected: [Double]) {
    #expect(ExpressionText(text).thresholds == expected)
  }

  @Test("ends, however it is broken off", arguments: ["\"", "a{", "a{b=\"\\", "(((", "1e", "'\\'", "# x"])
  func broken(text: String) {
    #expect(ExpressionText(text).tokens.count <= text.count)
  }
}
