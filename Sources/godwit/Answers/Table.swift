/// Columns below each other, as wide as they have to be.
struct Table {
  enum Side { case left, right }

  private let sides: [Side]
  private var rows: [[String]]

  init(_ columns: [(title: String, side: Side)]) {
    sides = columns.map(\.side)
    rows = [columns.map(\.title)]
  }

  /// - Parameter cells: one for each column; escape sequences in them take no room.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The first line holds the titles.
  func lines(_ paint: Paint) -> [String] {
    let widths = sides.indices.map { column in
      rows.map { column < $0.count ? Paint.width(of: $0[column]) : 0 }.max() ?? 0
    }
    return rows.enumerated().map { index, row in
      var line = ""
      for (column, cell) in row.enumerated() where column < sides.count {
        let gap = String(repeating: " ", count: widths[column] - Paint.width(of: cell))
        let isLast = column == row.count - 1
        line += (column > 0 ? "  " : "") + (sides[column] == .right ? gap + cell : isLast ? cell : cell + gap)
      }
      return index == 0 ? paint(line, .faint) : line
    }
  }
}
