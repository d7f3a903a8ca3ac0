import MetricModel
import RelabelReview
import Relabeling

/// What rules do, for people.
struct RelabelView {
  /// Rules that are listed one by one.
  private static let rulesMax = 50

  let paint: Paint

  func lines(of report: RelabelTestReport) -> [String] {
    var lines: [String] = ["\(report.form.rawValue) of \(report.inputName)"]
    for destination in report.destinations {
      lines += ["", paint(title(of: destination.list), .strong)]
      lines += totals(destination) + [""] + rules(destination)
    }
    lines += ["", paint("bytes: \(RelabelTestReport.bytesAre)", .faint)]
    return lines + (report.traces.isEmpty ? [] : [""] + self.lines(of: report.traces))
  }

  private func title(of list: RuleList) -> String {
    guard let section = list.section, list.name != list.path else { return list.name }
    return "\(list.name) \(section.rawValue)"
  }

  private func totals(_ destination: DestinationReport) -> [String] {
    let (before, after) = (destination.before, destination.after)
    var table = Table([("", .left), ("before", .right), ("after", .right), ("saved", .right)])
    func row(_ name: String, _ first: Double?, _ second: Double?, _ text: (Double) -> String) {
      guard let first, let second else { return }
      let saved = first > 0 ? "\(Figure.tenths((first - second) / first * 100)) %" : "–"
      table.add([name, text(first), text(second), saved])
    }
    func grouped(_ number: Double) -> String { Figure.grouped(UInt64(max(0, number))) }
    func bytes(_ number: Double) -> String { Figure.bytes(UInt64(max(0, number))) }
    row("series", Double(before.series), Double(after.series), grouped)
    row("bytes of a sample each", Double(before.bytes), Double(after.bytes), bytes)
    row("samples/s", before.samplesPerSecond, after.samplesPerSecond, Figure.tenths)
    row("bytes/s", before.bytesPerSecond, after.bytesPerSecond, bytes)
    return table.lines(paint)
  }

  private func rules(_ destination: DestinationReport) -> [String] {
    let counts = destination.tally.rules
    guard !counts.isEmpty else { return [paint("no rules", .faint)] }
    var table = Table([("rule", .left), ("line", .right), ("ran", .right), ("matched", .right)])
    for (index, one) in counts.prefix(Self.rulesMax).enumerated() {
      let line = destination.list.place(of: index).map { "\($0.line)" } ?? "–"
      table.add([
        destination.list.title(of: index), line, Figure.grouped(one.ran),
        paint(Figure.grouped(one.matched), one.matched == 0 ? .warning : nil),
      ])
    }
    let more = counts.count - min(counts.count, Self.rulesMax)
    return table.lines(paint) + (more > 0 ? [paint("and \(more) more", .faint)] : [])
  }

  // MARK: - Test files, differences, proposals

  func lines(of report: RelabelSpecReport) -> [String] {
    report.outcomes.map { outcome in
      paint(outcome.failure == nil ? "holds " : "fails ", outcome.failure == nil ? .good : .bad)
        + AnswerView.printable(outcome.name)
    } + report.outcomes.filter { $0.failure != nil }.flatMap { [""] + lines(of: $0.trace) }
  }

  func lines(of report: RelabelDiffReport) -> [String] {
    var table = Table([("", .left), ("series", .right)])
    for change in RelabelDiff.Change.allCases { table.add([change.word, Figure.grouped(report.count(of: change))]) }
    table.add(["series after the first", Figure.grouped(report.first.after.series)])
    table.add(["series after the second", Figure.grouped(report.second.after.series)])
    var lines = table.lines(paint)
    for example in report.examples {
      lines += ["", paint(example.change.word, .accent), "  " + AnswerView.printable(example.series.description)]
      for (name, labels) in [("first ", example.first), ("second", example.second)] {
        lines.append("  \(name)  " + (labels.map { AnswerView.printable($0.description) } ?? paint("dropped", .bad)))
      }
    }
    return lines
  }

  func lines(of report: ProposalReport) -> [String] {
    var lines: [String] = []
    for choice in report.choices {
      lines.append(
        "\(choice.ruleCount) \(choice.ruleCount == 1 ? "rule" : "rules"): \(AnswerView.printable(choice.why)); "
          + "\(Figure.grouped(choice.seriesBefore)) series become \(Figure.grouped(choice.seriesAfter))")
    }
    return lines + [""] + totals(report.destination)
      + ["", paint("bytes: \(RelabelTestReport.bytesAre)", .faint)]
  }

  // MARK: - Step by step

  func lines(of traces: [RelabelTrace]) -> [String] {
    traces.enumerated().flatMap { index, trace in (index > 0 ? [""] : []) + lines(of: trace) }
  }

  private func lines(of trace: RelabelTrace) -> [String] {
    var lines = [paint(AnswerView.printable(trace.series.description), .strong)]
    if trace.destination != trace.path { lines.append(paint("to \(trace.destination)", .faint)) }
    for change in trace.additions { lines.append("  external label  " + AnswerView.printable("\(change)")) }
    for step in trace.steps {
      let place = step.place.map { " \(trace.path):\($0.line)" } ?? ""
      let subject = step.subject.map { "  sees " + AnswerView.printable($0.debugDescription) } ?? ""
      let tone: Paint.Tone? = step.verdict == .dropped ? .bad : step.verdict == .changed ? .accent : .faint
      lines.append(
        "  \(step.title)\(paint(place, .faint))\(subject)  \(step.isMatch ? "matches" : "does not match"): "
          + paint(step.verdict.word, tone))
      for change in step.changes { lines.append("      " + AnswerView.printable("\(change)")) }
    }
    lines.append(
      trace.isKept
        ? "  " + paint("kept as ", .good) + AnswerView.printable(trace.result.description)
        : "  " + paint("dropped", .bad))
    return lines
  }
}
