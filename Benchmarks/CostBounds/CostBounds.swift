/// The bounds as a table in a document: `| stage | instructions | allocations |`, all else is left as it is.
///
///     var bounds = try CostBounds(reading: text)
///     bounds["parser"]?.instructions
///     bounds.document(with: measured)     // the same text with these rows
public struct CostBounds: Sendable {
  /// Why a document has no bounds that hold.
  public enum Fault: Error, Hashable, CustomStringConvertible {
    case noTable
    /// A row that cannot be read, or whose stage has one already; lines are counted from 1.
    case row(line: Int)

    public var description: String {
      switch self {
      case .noTable: "there is no table of bounds"
      case .row(let line): "line \(line): a row needs a stage of its own, instructions and allocations"
      }
    }
  }

  private let lines: [String]
  /// The lines of the rows, below the rule; they stand together.
  private let rowLines: Range<Int>
  private let costs: [String: Cost]

  /// The first table of a document.
  public init(reading document: String) throws(Fault) {
    lines = document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let rule = lines.firstIndex(where: { $0.hasPrefix("|-") }) else { throw .noTable }
    let first = rule + 1
    let end = lines[first...].firstIndex { !$0.hasPrefix("|") } ?? lines.count
    var costs: [String: Cost] = [:]
    for line in first..<end {
      let cells = lines[line].split(separator: "|").map { $0.filter { $0 != " " } }
      guard cells.count == 3, costs[cells[0]] == nil, let instructions = Self.number(cells[1]),
        let allocations = Self.number(cells[2])
      else { throw .row(line: line + 1) }
      costs[cells[0]] = Cost(instructions: instructions, allocations: allocations)
    }
    rowLines = first..<end
    self.costs = costs
  }

  public subscript(stage: String) -> Cost? { costs[stage] }

  /// Stages with a bound, sorted.
  public var stages: [String] { costs.keys.sorted() }

  /// The document with these rows instead of those it has.
  public func document(with rows: [(stage: String, cost: Cost)]) -> String {
    var lines = lines
    lines.replaceSubrange(
      rowLines,
      with: rows.map { row in
        "| \(row.stage) | \(row.cost.instructions.rounded(to: 1)) | \(row.cost.allocations.rounded(to: 4)) |"
      })
    return lines.joined(separator: "\n")
  }

  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
  }
}

extension Double {
  /// The number rounded to so many digits behind the point.
  public func rounded(to digits: Int) -> Double {
    let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
    return (self * scale).rounded() / scale
  }
}
