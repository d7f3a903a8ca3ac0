import DurableLog
import LogReview

/// Refused requests for people.
struct QuarantineView {
  private static let wordsMax = 100
  private static let namesMax = 3

  let paint: Paint

  /// What `godwit log quarantine` shows: for each request a line, the endpoint's words, and some series.
  func lines(of quarantines: [QuarantineReport]) -> [String] {
    var lines: [String] = []
    for quarantine in quarantines where !quarantine.entries.isEmpty {
      if !lines.isEmpty { lines.append("") }
      lines += [paint(quarantine.endpoint, .strong), paint(quarantine.path, .faint)]
      for entry in quarantine.entries { lines += block(entry) }
    }
    return lines
  }

  private func block(_ entry: QuarantineReport.Entry) -> [String] {
    guard let refusal = entry.refusal else {
      return ["", "\(entry.file.name)  \(Figure.bytes(entry.file.bytes))  " + paint("not readable", .bad)]
    }
    var lines = [
      "",
      "\(entry.file.name)  \(Figure.time(milliseconds: refusal.timeMs)) UTC  \(Self.verdict(refusal))  "
        + "\(Figure.grouped(refusal.refused)) of \(Figure.grouped(refusal.samples)) samples  "
        + Figure.bytes(entry.file.bytes),
    ]
    if !refusal.answer.isEmpty { lines.append("  " + paint(Self.oneLine(refusal.answer), .warning)) }
    let more = refusal.series.count - min(refusal.series.count, Self.namesMax)
    for name in refusal.series.prefix(Self.namesMax) { lines.append("  " + AnswerView.printable(name)) }
    if more > 0 { lines.append(paint("  and \(more) more named, others in the body", .faint)) }
    return lines
  }

  /// How the request fared. One without a status was not refused: its message could not carry what it holds.
  private static func verdict(_ refusal: Refusal) -> String {
    refusal.isUnsent ? "not sent" : "status \(refusal.status)"
  }

  /// What `godwit log drop` shows.
  func table(of entries: [QuarantineReport.Entry]) -> [String] {
    guard !entries.isEmpty else { return [] }
    var table = Table([("file", .left), ("refused", .left), ("status", .right), ("samples", .right), ("bytes", .right)])
    for entry in entries {
      table.add([
        entry.file.name, entry.refusal.map { Figure.time(milliseconds: $0.timeMs) } ?? "not readable",
        entry.refusal.map { $0.isUnsent ? "–" : "\($0.status)" } ?? "–",
        entry.refusal.map { Figure.grouped($0.refused) } ?? "–",
        Figure.bytes(entry.file.bytes),
      ])
    }
    return table.lines(paint)
  }

  /// What `godwit log resend` shows.
  func lines(of report: ResendReport) -> [String] {
    guard !report.attempts.isEmpty else { return [] }
    var table = Table([("file", .left), ("samples", .right), ("outcome", .left), ("answer", .left)])
    for attempt in report.attempts {
      let tone: Paint.Tone = attempt.outcome == .accepted ? .good : .warning
      table.add([
        attempt.entry.file.name, attempt.entry.refusal.map { Figure.grouped($0.refused) } ?? "–",
        paint(attempt.word, tone), Self.oneLine(attempt.words),
      ])
    }
    return table.lines(paint)
  }

  /// The beginning of somebody else's words, with nothing in it that a terminal would obey.
  static func oneLine(_ words: String) -> String {
    let text = AnswerView.printable(words)
    return text.count > wordsMax ? text.prefix(wordsMax - 1) + "…" : text
  }
}
