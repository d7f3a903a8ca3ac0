import Foundation
import Observability

/// What the programs show of themselves, and what an expression reads.
enum MetricNames {
  /// Names that stand on the page of a program.
  static func shown(by program: WatchedProgram) throws -> Set<String> {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Fixtures/\(program.rawValue).names")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    return Set(lines.filter { !$0.hasPrefix("#") }.map(String.init))
  }

  /// Names of metrics in an expression of PromQL: what stands before a brace. All that this package writes have braces.
  static func read(by expression: String) -> Set<String> {
    Set(expression.matches(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)\{/).map { String($0.1) })
  }

  /// Words of an expression that are neither names with braces nor the language's own; there should be none.
  static func unknownWords(in expression: String) -> [String] {
    let known: Set = [
      "absent", "and", "bool", "by", "changes", "clamp_min", "count", "deriv", "group_right", "histogram_quantile",
      "ignoring", "increase", "last_over_time", "max_over_time", "offset", "or", "rate", "sum", "time", "unless",
      "without", "instance", "job", "path", "reason", "remote_name", "url", "consumer", "scrape_job", "status",
      "status_code",
    ]
    // Literals, selectors and ranges away; what is left are words of the language and labels of groupings.
    let bare = expression.replacing(/"(?:[^"\\]|\\.)*"/, with: "").replacing(
      /[a-zA-Z_:][a-zA-Z0-9_:]*\{[^}]*\}/, with: ""
    )
    .replacing(/\[[^\]]*\]/, with: "").replacing(/offset \w+/, with: "")
    return bare.matches(of: /[a-zA-Z_][a-zA-Z0-9_:]*/).map { String($0.0) }.filter { !known.contains($0) }
  }
}
