import ArgumentParser
import Diagnostics
import RelabelReview

struct RelabelProposeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "propose", abstract: "The smallest set of rules that reaches a goal, with what it saves and risks.",
    discussion: """
      The rules are YAML on standard output, ready to be pasted below metric_relabel_configs or write_relabel_configs; \
      everything else is on standard error. Savings are counted by running the rules over all series.

      For a budget, ids in paths are written as :id and labels are lost first, where that saves much; whole metrics are \
      dropped last. Both of the former give series the same labels, which is named as a danger: --no-merging leaves \
      them out. job, instance, le and quantile are never taken for a budget, nor are up and scrape_* dropped.

      Examples:
        godwit relabel propose --series series.jsonl --budget 10000
        godwit relabel propose --url http://localhost:9100/metrics --lose user_id
        godwit relabel propose --series page.txt --normalise path --normalise environment=env,Env

      \(AnswerFlags.exits)
      """)

  @OptionGroup var seriesFlags: SeriesFlags

  @Option(help: ArgumentHelp("Leave so many series at most.", valueName: "series"))
  var budget: Int?

  @Option(help: ArgumentHelp("Lose this label. May be given several times.", valueName: "label"))
  var lose: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Write the values of this label in one way: ids as :id, upper case as lower case. With =A,B: labels called A or B \
      become this one. May be given several times.
      """,
      valueName: "label"))
  var normalise: [String] = []

  @Option(help: ArgumentHelp("Rename a label. May be given several times.", valueName: "old=new"))
  var rename: [String] = []

  @Flag(help: "For a budget, never give different series the same labels: drop whole metrics only.")
  var noMerging = false

  @OptionGroup var answers: AnswerFlags

  func validate() throws {
    if budget == nil && lose.isEmpty && normalise.isEmpty && rename.isEmpty {
      throw ValidationError("give a goal: --budget, --lose, --normalise or --rename")
    }
    if let budget, budget < 1 { throw ValidationError("--budget has to be above zero") }
    if !seriesFlags.isGiven { throw ValidationError("give the series: --series FILE or --url URL") }
  }

  func run() async throws {
    var progress = ProgressLine()
    let report = try await Self.attempt {
      var goal = RelabelGoal()
      goal.budget = budget
      goal.lost = lose
      goal.mayMerge = !noMerging
      for text in normalise { try goal.addNormalisation(text) }
      for text in rename { try goal.addRenaming(text) }
      return try await RelabelProposal(goal).report(of: try await seriesFlags.input()) { progress.show($0, of: $1) }
    }
    progress.finish()
    try answers.giveBeside(report.answer, data: report.yaml) { RelabelView(paint: $0).lines(of: report) }
  }
}
