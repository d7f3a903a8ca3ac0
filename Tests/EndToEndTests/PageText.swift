import Foundation

/// A page of plain samples, read in the plainest way: what a test compares with. It knows no timestamps.
struct PageText {
  private(set) var values: [(Labels, Double)] = []

  init(_ text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " "), let value = number(String(line[line.index(after: space)...])) else {
        continue
      }
      values.append((Self.labels(line[..<space]), value))
    }
  }

  /// Bounds and quantiles are stored as the numbers that they are: `1` as `1.0`.
  private static func stored(_ value: String, of name: String) -> String {
    ["le", "quantile"].contains(name) && Int(value) != nil ? value + ".0" : value
  }

  private static func labels(_ series: Substring) -> Labels {
    guard let brace = series.firstIndex(of: "{") else { return ["__name__": String(series)] }
    var labels = ["__name__": String(series[..<brace])]
    var rest = series[series.index(after: brace)...]
    while let equals = rest.firstIndex(of: "=") {
      let name = String(rest[..<equals])
      var value = ""
      var place = rest.index(equals, offsetBy: 2)
      while rest[place] != "\"" {
        if rest[place] == "\\" {
          place = rest.index(after: place)
          value.append(rest[place] == "n" ? "\n" : rest[place])
        } else {
          value.append(rest[place])
        }
        place = rest.index(after: place)
      }
      // A label without a value is no label.
      if !value.isEmpty { labels[name] = stored(value, of: name) }
      rest = rest[rest.index(after: place)...].drop { $0 == "," }
    }
    return labels
  }
}
