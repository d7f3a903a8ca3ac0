import Foundation

/// A table of what a bench measured: shown, and kept as Markdown in `.build/figures` of the package.
struct FigureTable {
  var title: String
  var columns: [String]
  private(set) var rows: [[String]] = []

  init(_ title: String, columns: [String]) {
    self.title = title
    self.columns = columns
  }

  mutating func add(_ row: String...) { rows.append(row) }
  mutating func add(_ name: String, _ values: [String]) { rows.append([name] + values) }

  var markdown: String {
    let all = [columns] + rows
    let widths = columns.indices.map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      return "| \(padded.joined(separator: " | ")) |\n"
    }
    let rule = "|\(widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|"))|\n"
    return "\(title)\n\n" + line(columns) + rule + rows.map(line).joined()
  }

  /// Shows the table and writes it to `.build/figures/<name>.md`.
  func publish(as name: String) throws {
    FileHandle.standardError.write(Data("\n\(markdown)\n".utf8))
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appending(path: ".build/figures")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(markdown.utf8).write(to: folder.appending(path: "\(name).md"), options: .atomic)
  }
}

/// Which benches were asked for, by the word in `GODWIT_BENCH`: they take minutes and are no part of `make e2e`.
enum Bench {
  static func isAskedFor(_ name: String) -> Bool { ProcessInfo.processInfo.environment["GODWIT_BENCH"] == name }

  /// A size that the environment may set.
  static func number(_ name: String, _ standard: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
  }

  /// The load of the machine over the last minute, which says how quiet it was.
  static var load: String {
    let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
    return String(text.split(separator: " ").first ?? "unknown")
  }
}

extension Double {
  func rounded(to digits: Int) -> String { String(format: "%.\(digits)f", self) }
}

extension Int {
  /// With a comma before every three digits.
  var grouped: String {
    var digits = String(magnitude)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return self < 0 ? "-" + digits : digits
  }
}

extension Duration {
  var inSeconds: Double { self / .seconds(1) }
}
