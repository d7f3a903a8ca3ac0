import Bench

/// The result of a bench as tables: one for each workload, an agent a line.
struct BenchTable {
  private static let columns = [
    "agent", "rounds", "samples/s", "samples/CPU s", "godwit ×", "MiB", "godwit ×", "bytes/sample", "samples/request",
    "delay p50 ms", "p99 ms", "balance",
  ]

  private let standings: [Standing]
  private let workloads: [Workload]

  init(_ measurements: [Measurement], _ workloads: [Workload]) {
    standings = Standing.of(measurements)
    self.workloads = workloads
  }

  /// For a terminal.
  var text: String { sections { "\($0.name): \($0.summary)\n" } }

  /// For a page.
  var markdown: String { sections { "### \($0.summary)\n\n`\($0.name)`\n\n" } }

  private func sections(_ title: (Workload) -> String) -> String {
    var text = ""
    for workload in workloads {
      let mine = standings.filter { $0.workload == workload.name }
      if mine.isEmpty { continue }
      text += title(workload) + Self.table([Self.columns] + mine.map(Self.cells)) + "\n"
    }
    return text
  }

  static func cells(_ standing: Standing) -> [String] {
    [
      standing.agent, "\(standing.rounds)", Figure.grouped(whole(standing.samplesPerSecond)),
      Figure.grouped(whole(standing.samplesPerCPUSecond)), times(standing.godwitIsFaster, standing),
      Figure.tenths(standing.residentMebibytes), times(standing.godwitIsSmaller, standing),
      Figure.tenths(standing.bytesPerSample), Figure.grouped(whole(standing.samplesPerRequest)),
      Figure.grouped(whole(standing.delayP50Ms)), Figure.grouped(whole(standing.delayP99Ms)),
      standing.isBalanced ? "holds" : "differs",
    ]
  }

  private static func times(_ ratio: Double?, _ standing: Standing) -> String {
    guard standing.agent != "godwit", let ratio else { return "" }
    return Figure.times(ratio)
  }

  private static func whole(_ number: Double) -> Int {
    number.isFinite && number > 0 && number < 1e15 ? Int(number.rounded()) : 0
  }

  /// Rows of equal length with their columns aligned; the first is the head.
  static func table(_ rows: [[String]]) -> String {
    guard let head = rows.first else { return "" }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).enumerated().map { index, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + space : space + cell.0
      }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    let rule = widths.enumerated().map {
      $0 == 0 ? String(repeating: "-", count: $1 + 2) : String(repeating: "-", count: $1 + 1) + ":"
    }
    return line(head) + "|" + rule.joined(separator: "|") + "|\n" + rows.dropFirst().map(line).joined()
  }
}
