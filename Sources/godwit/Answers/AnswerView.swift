import Diagnostics

/// What follows the figures of every verb: what was found, the sentence, and what could be done now.
struct AnswerView {
  let paint: Paint

  func lines(of answer: Answer) -> [String] {
    var lines: [String] = []
    for finding in answer.findings {
      let tone: Paint.Tone = finding.severity == .error ? .bad : finding.severity == .warning ? .warning : .faint
      // The words of an endpoint may be among the evidence.
      let pieces = finding.text.split(separator: "\n").map { Self.printable(String($0)) }
      lines += ["", paint(pieces.first ?? "", tone)] + pieces.dropFirst()
    }
    lines += ["", paint(answer.summary, answer.isOK() ? .good : .bad)]
    for step in answer.next { lines += [paint("next: ", .faint) + step.command, paint("      \(step.why)", .faint)] }
    return lines
  }

  static func printable(_ words: String) -> String {
    String(
      String.UnicodeScalarView(
        words.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
