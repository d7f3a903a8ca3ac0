import Foundation

/// `ConformanceTable EVENTS PAGE`: writes the page from the events of a test run, and fails if a row is not shown.
@main
enum ConformanceTable {
  static func main() throws {
    guard CommandLine.arguments.count == 3 else {
      FileHandle.standardError.write(Data("usage: ConformanceTable EVENTS PAGE\n".utf8))
      exit(2)
    }
    let events = try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
    let page = ConformancePage(run: try TestRun(events: events))
    try page.text.write(toFile: CommandLine.arguments[2], atomically: true, encoding: .utf8)
    if !page.missing.isEmpty {
      FileHandle.standardError.write(Data("not shown: \(page.missing.joined(separator: ", "))\n".utf8))
      exit(1)
    }
  }
}
