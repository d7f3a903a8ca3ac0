import PipelineStages

/// Measurements as lines of a table, printed as they come.
struct StageTable {
  enum Form {
    case text, markdown, plain
  }

  private static let columns = [
    "stage", "series", "ns/sample", "MB/s", "bytes/sample", "allocations/sample", "allocated B/sample", "growth",
  ]
  private static let widths = [15, 9, 11, 9, 14, 20, 20, 8]

  let form: Form
  /// The stage of the line before, and what its first line said.
  private var first: (name: StageName, nanoseconds: Double)?

  init(form: Form) { self.form = form }

  func begin() {
    switch form {
    case .plain: break
    case .markdown:
      printCells(Self.columns)
      print("|---|" + String(repeating: "---:|", count: Self.columns.count - 1))
    case .text: printCells(Self.columns)
    }
  }

  mutating func add(_ name: StageName, _ series: Int, _ measurement: Measurement) {
    let nanoseconds = measurement.nanosecondsPerSample
    if first?.name != name { first = (name, nanoseconds) }
    let growth = nanoseconds / (first?.nanoseconds ?? nanoseconds)
    let digits = form == .plain ? 6 : 1
    printCells([
      name.rawValue, "\(series)", nanoseconds.text(digits), measurement.megabytesPerSecond.text(digits),
      measurement.bytesPerSample.text(digits), measurement.allocationsPerSample.text(form == .plain ? 6 : 4),
      measurement.allocatedBytesPerSample.text(digits), growth.text(2) + "×",
    ])
  }

  private func printCells(_ cells: [String]) {
    switch form {
    case .plain: print(cells.joined(separator: "\t"))
    case .markdown: print("| " + cells.joined(separator: " | ") + " |")
    case .text:
      let padded = zip(cells, Self.widths).enumerated().map { index, cell in
        let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index == 0 ? cell.0 + space : space + cell.0
      }
      print(padded.joined())
    }
  }
}

extension Double {
  /// The number with so many digits behind the point.
  func text(_ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
    let scaled = UInt64((self * scale).rounded())
    if digits == 0 { return "\(scaled)" }
    let fraction = String(scaled % UInt64(scale))
    return "\(scaled / UInt64(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }
}
