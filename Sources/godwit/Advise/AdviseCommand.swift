import Advice
import ArgumentParser
import Diagnostics

/// `godwit advise`: which way for metrics fits what a folder holds.
struct AdviseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "Say whether Remote Write, a Pushgateway, federation, an agent or OTLP fits what is in a folder.",
    discussion: """
      Reads configurations of Prometheus, agents and collectors, manifests, compose files, units, tables of cron, lists \
      of dependencies and code, and weighs what it finds: each piece of evidence is shown with its file and line, each \
      way with what it brings and costs. Where the evidence does not decide, it says so and what would.

      Nothing is run and nothing leaves the machine. No more than 5,000 files and 256 KiB of each are read, symbolic \
      links are not followed, and nothing from a file is shown but words that are known beforehand.

      Examples:
        godwit advise .
        godwit advise --evidence all services/billing
        godwit advise --format json . | jq .data.winner

      \(AnswerFlags.exits) A folder that does not decide is no error.
      """)

  enum Extent: String, ExpressibleByArgument, CaseIterable { case surest, all }

  @Argument(help: "The folder to read.", completion: .directory)
  var directory = "."

  @Option(help: "Which evidence to list: surest, the first of each kind; all. JSON always has all.")
  var evidence = Extent.surest

  @OptionGroup var answers: AnswerFlags

  func run() async throws {
    let advice = try await Self.attempt { ExportAdvice(try FolderReading(directory: directory)) }
    let showsAll = evidence == .all
    try answers.give(advice.answer) { paint in
      AdviceView(paint: paint, width: Screen().size.columns, showsAll: showsAll).lines(of: advice)
    }
  }
}
