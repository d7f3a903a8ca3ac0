/// Draws a ``DemoReport`` as lines of text. Pure: the same report, width and paint give the same lines.
struct DemoView {
  /// Columns of the screen; longer lines are cut.
  var width: Int
  var paint: Paint

  private static let labelWidth = 15
  private static let numberWidth = 13
  private static let sparklineWidthMax = 40

  // MARK: - The live picture

  /// The picture that is redrawn once a second.
  func lines(_ report: DemoReport) -> [String] {
    var lines = [
      "", title(report), "", row("targets", targets(report)), row("samples/s", rate(report)), "",
      count("taken", report.taken, .strong),
      count("acknowledged", report.acknowledged, .good),
      count("waiting", report.waiting, report.waiting > 0 ? .warning : nil, note: age(report)),
      count("refused", report.refused, report.refused > 0 ? .bad : nil),
    ]
    if report.dropped > 0 { lines.append(count("dropped", report.dropped, .warning)) }
    if report.expired > 0 { lines.append(count("expired", report.expired, .bad)) }
    if report.damaged > 0 { lines.append(count("damaged", report.damaged, .bad)) }
    lines += [
      "", count("received", report.received, .good, note: receiver(report)), row("requests", requests(report)),
      row("bytes/sample", right(Figure.tenths(report.bytesPerSample))), "",
    ]
    lines += hints(report)
    return lines.map { Paint.fitting($0, width: width) }
  }

  private func title(_ report: DemoReport) -> String {
    let time = Figure.clock(seconds: report.elapsedSeconds)
    return "  " + paint("godwit demo", .strong)
      + paint("   \(report.message), a scrape every 2 s, running for \(time)", .faint)
  }

  private func targets(_ report: DemoReport) -> String {
    if report.targets.isEmpty { return paint("none yet", .faint) }
    return report.targets.map { target in
      switch target.isUp {
      case nil: paint("\(target.job) …", .faint)
      case true?: paint("\(target.job) up", .good)
      case false?: paint("\(target.job) down", .bad)
      }
    }.joined(separator: "   ")
  }

  private func rate(_ report: DemoReport) -> String {
    let width = max(0, min(Self.sparklineWidthMax, width - Self.labelWidth - 20))
    let text = Sparkline.text(report.history, width: width)
    return right(Figure.grouped(UInt64(report.samplesPerSecond.rounded()))) + "  " + paint(text, .accent)
  }

  private func age(_ report: DemoReport) -> String {
    report.waiting > 0 ? "the oldest for \(Figure.tenths(report.oldestWaitingSeconds)) s" : ""
  }

  private func receiver(_ report: DemoReport) -> String {
    "in \(Figure.grouped(report.series)) series, \(Figure.grouped(report.duplicates)) twice, "
      + "\(Figure.grouped(report.outOfOrder)) out of order"
  }

  private func requests(_ report: DemoReport) -> String {
    if report.requests.isEmpty { return paint("none yet", .faint) }
    return report.requests.map { request in
      let isGood = (200..<300).contains(request.status)
      return paint("\(Self.word(request.status)) × \(Figure.grouped(request.count))", isGood ? .good : .bad)
    }.joined(separator: "   ")
  }

  private func hints(_ report: DemoReport) -> [String] {
    var lines = [
      paint("  agent     http://\(report.agentAddress)/metrics", .faint),
      paint("  receiver  http://\(report.receiverAddress)/api/v1/receive/status", .faint),
      paint("  Make the endpoint fail for ten seconds and watch nothing get lost:", .faint),
      "  curl -X POST '\(Self.outage(report))'",
      paint("  Ctrl-C delivers what waits and shows the balance.", .faint),
    ]
    if let notice = report.notice { lines += ["", paint("  \(notice)", .warning)] }
    return lines
  }

  private static func outage(_ report: DemoReport) -> String {
    "http://\(report.receiverAddress)/api/v1/receive/misbehave?status=503&for=10s"
  }

  // MARK: - Plain lines

  /// One line for where there is no terminal.
  func line(_ report: DemoReport) -> String {
    var line =
      "\(Figure.clock(seconds: report.elapsedSeconds))  taken \(report.taken)  acknowledged "
      + "\(report.acknowledged)  waiting \(report.waiting)  refused \(report.refused)  "
      + "\(Figure.grouped(UInt64(report.samplesPerSecond.rounded()))) samples/s"
    for request in report.requests { line += "  \(Self.word(request.status)) × \(request.count)" }
    if report.bytesPerSample > 0 { line += "  \(Figure.tenths(report.bytesPerSample)) bytes/sample" }
    let down = report.targets.filter { $0.isUp == false }.map(\.job)
    if !down.isEmpty { line += "  down: \(down.joined(separator: ", "))" }
    return line
  }

  /// What is printed at the end: the balance with its numbers, what the receiver has, and the verdict.
  func balance(_ report: DemoReport) -> [String] {
    var terms: [(String, UInt64)] = [
      ("acknowledged", report.acknowledged), ("waiting", report.waiting), ("refused", report.refused),
      ("dropped", report.dropped), ("expired", report.expired),
    ]
    if report.damaged > 0 { terms.append(("damaged", report.damaged)) }
    let sign = report.isBalanced ? "=" : "≠"
    let flaws = report.flaws
    return [
      "taken \(sign) " + terms.map(\.0).joined(separator: " + "),
      "\(report.taken) \(sign) " + terms.map { String($0.1) }.joined(separator: " + "),
      "The receiver has \(report.received) samples in \(report.series) series, \(report.duplicates) twice, "
        + "\(report.outOfOrder) out of order; \(Figure.tenths(report.bytesPerSample)) bytes a sample.",
      flaws.isEmpty
        ? paint("Every sample taken arrived, once.", .good)
        : paint("Not right: \(flaws.joined(separator: "; ")).", .bad),
    ]
  }

  // MARK: - Pieces

  private static func word(_ status: Int) -> String { status == 0 ? "no answer" : "\(status)" }

  private func row(_ label: String, _ text: String) -> String {
    "  " + label + String(repeating: " ", count: max(1, Self.labelWidth - label.count)) + text
  }

  private func right(_ text: String) -> String {
    String(repeating: " ", count: max(0, Self.numberWidth - text.count)) + text
  }

  private func count(_ label: String, _ number: UInt64, _ tone: Paint.Tone?, note: String = "") -> String {
    row(label, paint(right(Figure.grouped(number)), tone) + (note.isEmpty ? "" : "  " + paint(note, .faint)))
  }
}
