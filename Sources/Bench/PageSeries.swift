/// A family of the pages: what stands in its `HELP` and `TYPE` lines.
public struct PageFamily: Hashable, Sendable {
  public enum Kind: String, Sendable { case counter, gauge, histogram }

  public var name: String
  public var kind: Kind
  public var help: String
}

/// One series of a page, and how its number grows from scrape to scrape.
public struct PageSeries: Sendable {
  public var family: PageFamily
  /// With `_bucket`, `_sum` or `_count` where the family is a histogram.
  public var name: String
  public var labels: [(name: String, value: String)]
  /// The number in units of its last decimal. It has exactly `digits` digits, and is far enough from one more.
  var base: Int
  /// What each scrape adds; 0 stands still.
  var step: Int
  var digits: Int
  /// How many of the digits follow a point.
  var decimals = 0
  /// What makes it another series when it is replaced: parts of its labels; empty for those that stay.
  var identity: [String] = []

  /// The number at scrape `number`, counted from 1.
  public func value(at number: Int) -> Double {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return Double(base &+ step &* number) / scale
  }
}
