import ArgumentParser
import Diagnostics
import RelabelReview

struct RelabelDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Which series two lists of rules treat differently.",
    discussion: """
      That the rules differ is no error; that the second ones make more series the same is.

      Examples:
        godwit relabel diff --rules old.yml --against new.yml --series series.jsonl

      \(AnswerFlags.exits)
      """)

  @Option(help: ArgumentHelp("The rules as they are.", valueName: "file"))
  var rules: String

  @Option(help: ArgumentHelp("The rules that are to take their place.", valueName: "file"))
  var against: String

  @OptionGroup var seriesFlags: SeriesFlags
  @OptionGroup var answers: AnswerFlags

  func validate() throws {
    if !seriesFlags.isGiven { throw ValidationError("give the series: --series FILE or --url URL") }
    if [rules, against, seriesFlags.series ?? ""].count(where: { $0 == "-" }) > 1 {
      throw ValidationError("standard input cannot be read twice")
    }
  }

  func run() async throws {
    let readings = try await Self.attempt { try [RuleReading(file: rules), RuleReading(file: against)] }
    if let refused = readings.first(where: { !$0.findings.isEmpty }) {
      try answers.give(refused.refusal)
      return
    }
    var progress = ProgressLine()
    let report = try await Self.attempt {
      let input = try await seriesFlags.input()
      return try await RelabelDiff(readings[0].lists[0], against: readings[1].lists[0]).report(of: input) {
        progress.show($0, of: $1)
      }
    }
    progress.finish()
    try answers.give(report.answer) { RelabelView(paint: $0).lines(of: report) }
  }
}
