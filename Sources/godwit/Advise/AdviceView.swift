import Advice

/// The advice for people: what fits, what it is seen by, what it costs, and what stood next to it.
struct AdviceView {
  /// Below this, lines are not folded any narrower; above, they are no longer pleasant to read.
  private static let widths = 60...110

  let paint: Paint
  let width: Int
  let showsAll: Bool

  init(paint: Paint, width: Int, showsAll: Bool) {
    self.paint = paint
    self.width = min(max(width, Self.widths.lowerBound), Self.widths.upperBound)
    self.showsAll = showsAll
  }

  func lines(of advice: ExportAdvice) -> [String] {
    var lines = [paint(AnswerView.printable(advice.reading.directory), .strong)]
    lines.append("\(advice.reading.filesRead) files read, \(Figure.bytes(UInt64(max(0, advice.reading.bytesRead))))")
    lines += evidence(advice)
    if !advice.evidence.isEmpty { lines += standings(advice) }
    if let winner = advice.decision.winner {
      lines += ["", paint(winner.title, .strong)] + marks(winner)
    }
    let next = advice.decision.winner == nil ? "it could be" : "next best:"
    for standing in advice.runnersUp {
      lines += ["", paint("\(next) \(standing.method.title)", .strong)] + reasons(standing)
      lines += marks(standing.method)
    }
    if !advice.deciders.isEmpty {
      lines += ["", paint("what would decide", .strong)]
      for question in advice.deciders { lines += folded(question, first: "  ? ", rest: "    ") }
    }
    return lines
  }

  private func evidence(_ advice: ExportAdvice) -> [String] {
    guard !advice.evidence.isEmpty else { return [] }
    var table = Table([("evidence", .left), ("seen", .left), ("says that it", .left)])
    if showsAll {
      for piece in advice.evidence { table.add([AnswerView.printable(piece.place), piece.seen, piece.says]) }
    } else {
      for (piece, others) in advice.counted {
        let more = others > 0 ? paint("  and \(others) more", .faint) : ""
        table.add([AnswerView.printable(piece.place), piece.seen, piece.says + more])
      }
    }
    return [""] + table.lines(paint)
  }

  private func standings(_ advice: ExportAdvice) -> [String] {
    var table = Table([("way", .left), ("points", .right), ("for", .left)])
    for standing in advice.decision.standings where !standing.reasons.isEmpty {
      let best = standing.reasons.first { $0.points > 0 }?.words ?? "nothing"
      let isWinner = standing.method == advice.decision.winner
      table.add([
        paint(standing.method.title, isWinner ? .good : nil), Figure.tenths(standing.points),
        isWinner ? best : paint(best, .faint),
      ])
    }
    return [""] + table.lines(paint)
  }

  private func reasons(_ standing: Decision.Standing) -> [String] {
    standing.reasons.filter { $0.points < 0 }.flatMap { folded("not: \($0.words)", first: "  ", rest: "    ") }
  }

  private func marks(_ method: ExportMethod) -> [String] {
    method.gains.flatMap { folded($0, first: paint("  + ", .good), rest: "    ") }
      + method.costs.flatMap { folded($0, first: paint("  - ", .warning), rest: "    ") }
  }

  /// A sentence over as many lines as it needs.
  private func folded(_ text: String, first: String, rest: String) -> [String] {
    var lines: [String] = []
    var line = first
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty && Paint.width(of: line) + 1 + word.count > width {
        lines.append(line)
        (line, isEmpty) = (rest, true)
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return lines + [line]
  }
}
