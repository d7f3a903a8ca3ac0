import Sizing

/// A report of `godwit tune` for people.
struct TuneView {
  private static let sparkWidth = 60

  let paint: Paint

  func lines(of report: SizingReport) -> [String] {
    var lines: [String] = []
    for endpoint in report.endpoints {
      let title = endpoint.name.isEmpty ? "queue" : endpoint.name
      let program = report.version.isEmpty ? report.program.rawValue : "\(report.program.rawValue) \(report.version)"
      lines += [lines.isEmpty ? "" : nil, paint(title, .strong) + paint("  \(program)  \(endpoint.url)", .faint)]
        .compactMap { $0 }
      if let cause = endpoint.diagnosis {
        lines.append("cause: " + paint(cause.cause.rawValue, cause.cause == .healthy ? .good : .warning))
      }
      lines += [""] + figures(of: endpoint) + [""] + course(of: endpoint)
      if report.diff.isEmpty && !endpoint.changes.isEmpty { lines += [""] + SizingReport.yaml(endpoint) }
    }
    if !report.diff.isEmpty { lines += [""] + diff(report.diff) }
    return lines
  }

  private func figures(of endpoint: EndpointSizing) -> [String] {
    var table = Table([("", .left), ("today", .right), ("proposed", .right), ("formula", .left)])
    for figure in endpoint.proposal.derivations {
      let isChanged = figure.today.map { $0 != figure.quantity } ?? false
      let value = isChanged ? paint(figure.quantity.text, .accent) : figure.quantity.text
      table.add([figure.name, figure.today?.text ?? "", value, figure.formula])
      table.add(["", "", "", paint(figure.inputsText, .faint)])
      if !figure.note.isEmpty { table.add(["", "", "", paint(figure.note, .faint)]) }
    }
    return table.lines(paint)
  }

  /// What waits over time, one row for each of the two settings, against one greatest.
  private func course(of endpoint: EndpointSizing) -> [String] {
    let trial = endpoint.trial
    let courses = [trial.today] + (trial.proposed.map { [$0] } ?? [])
    let most = courses.flatMap { $0.points.map(\.waiting) }.max() ?? 0
    var lines = [
      "samples waiting over \(Quantity(trial.today.seconds, .seconds).text), simulated: "
        + "\(Quantity(most, .samples).text) at most"
    ]
    for (index, course) in courses.enumerated() {
      // Two points for a block. The greatest of all goes in front and is cut off again, so that rows can be compared.
      let shown = stride(from: 0, to: course.points.count, by: 2).map { course.points[$0].waiting }
      let scaled = ([most] + shown).map { UInt64(most > 0 ? $0 / most * 1000 : 0) }
      let row = Sparkline.text(scaled, width: scaled.count).dropFirst()
      let name = index == 0 ? "today    " : "proposed "
      lines.append(name + paint(String(row.prefix(Self.sparkWidth + 1)), index == 0 ? .warning : .accent))
    }
    return lines + trial.sentences.map { paint($0, .faint) } + [paint("verdict: \(trial.verdict.rawValue)", .faint)]
  }

  private func diff(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
      paint(String(line), line.hasPrefix("+") ? .good : line.hasPrefix("-") ? .bad : nil)
    }
  }
}
