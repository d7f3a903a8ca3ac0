import ArgumentParser
import Diagnostics
import Observability

struct GenerateAlerts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts", abstract: "Alert and recording rules that watch the program which ships the metrics.",
    discussion: """
      Loss is told from intended drops by the label reason: what write_relabel_configs drop never calls anybody. With \
      --tests it prints the unit tests that go with the same flags; --out writes both.

      Examples:
        godwit generate alerts > godwit-alerts.yml
        godwit generate alerts --for prometheus --job agents --lag 5m --keep 4h
        godwit generate alerts --log-cap 20GiB --out rules/
        promtool test rules rules/godwit-alerts.test.yml

      The rules are for whoever evaluates rules over what arrives: Prometheus, Mimir, Thanos, vmalert. Exits 0, or 2 \
      when the flags contradict each other or a file cannot be written.
      """)

  @Option(name: .customLong("for"), help: "Whose metrics: godwit, prometheus, vmagent, alloy.")
  var program = WatchedProgram.godwit

  @Option(help: "The job under which the program itself is scraped; its name unless said.")
  var job: String?

  @Option(help: "How far an endpoint may be behind.")
  var lag = DurationArgument(.seconds(120), "2m")

  @Option(help: "How long something must be wrong before somebody is told; warnings take a multiple of it.")
  var patience = DurationArgument(.seconds(300), "5m")

  @Option(help: "How far back a loss is told.")
  var lossWindow = DurationArgument(.seconds(600), "10m")

  @Option(
    help: """
      How long unsent samples are kept, 0 for without end: 2h for prometheus and alloy, which truncate their WAL; for \
      godwit what --storage.agent.retention.max-time says. (default: by program)
      """)
  var keep: DurationArgument?

  @Option(
    help: """
      Disk that the log may take (--storage.log.max-bytes of godwit, -remoteWrite.maxDiskUsagePerURL of vmagent), so \
      that its growth is watched. (default: not watched)
      """)
  var logCap: SizeArgument?

  @Option(help: "How long before the log is full somebody is told.")
  var capAhead = DurationArgument(.seconds(4 * 3600), "4h")

  @Option(help: "How many percent of a job's targets may be down.")
  var targetsDown = 10

  @Flag(help: "Print the tests for promtool test rules instead of the rules.")
  var tests = false

  @Option(help: ArgumentHelp("Where the tests find the rules.", valueName: "file"))
  var ruleFile: String?

  @OptionGroup(title: "What is written") var output: GenerationFlags

  func run() async throws {
    try await Self.attempt {
      let options = try WatchOptions(
        for: program, job: job, lag: lag.duration, patience: patience.duration, lossWindow: lossWindow.duration,
        keep: keep?.duration, logCapBytes: logCap?.bytes, capAhead: capAhead.duration,
        targetsDownPercent: targetsDown)
      let rules = RuleFile(program: program, options: options)
      let name = ruleFile ?? output.name(ofFirst: RuleFile.usualName(for: program))
      let ruleTests = RuleTests(of: rules, in: name)
      let testName = RuleTests.usualName(for: program)
      let files = [
        GeneratedFile(name: RuleFile.usualName(for: program), text: rules.text),
        GeneratedFile(name: testName, text: ruleTests.text),
      ]
      try output.give(
        GeneratedFiles(
          output.out == nil ? [files[tests ? 1 : 0]] : files,
          summary: tests
            ? "\(ruleTests.count) tests of the rules for \(program.title)."
            : "\(rules.alertNames.count) alerts for \(program.title), job \(options.job).", next: next(name, testName)))
    }
  }

  private func next(_ name: String, _ testName: String) -> [Answer.Step] {
    let folder = output.folder.map { "\($0)/" } ?? ""
    return [
      Answer.Step(command: "promtool check rules \(folder)\(name)", why: "the reference's own check of the rules"),
      Answer.Step(
        command: "promtool test rules \(folder)\(testName)",
        why: "fires on loss, silent on intended drops" + (tests || output.out != nil ? "" : "; --tests prints it")),
    ]
  }
}
