import ArgumentParser
import ConfigurationReview
import Diagnostics
import Foundation
import Settings

/// `godwit check`: is this configuration right, and is it good?
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say whether configurations are right, and whether they are good.",
    discussion: """
      Reads prometheus.yml (of a server or an agent), files of scrape_config_files, web configurations, alerting and \
      recording rules, resources of the Prometheus Operator, lists of relabelling rules and of targets, and tells which \
      is which by what they hold. Errors are what Prometheus's own checker refuses; everything else is advice. \
      Expressions of PromQL are not parsed.

      --diff shows what --fix would change. With a baseline, --ci tells only what is new.

      Examples:
        godwit check prometheus.yml
        godwit check --diff prometheus.yml
        godwit check --for prometheus:2.42 prometheus.yml rules.yml
        godwit check --rate 200000 --latency 150ms prometheus.yml
        godwit check --write-baseline prometheus.yml
        godwit check --ci --strict prometheus.yml

      \(AnswerFlags.exits)
      """)

  @Argument(help: "The files; - is standard input.")
  var files: [String]

  @Option(help: "How to answer: text, json, sarif.")
  var format: CheckFormat = .text

  @Flag(help: "End with 1 for a warning too.")
  var strict = false

  @Flag(help: "Make the changes that are safe, in the files. Comments and layout stay.")
  var fix = false

  @Flag(help: "Show what --fix would change, and change nothing.")
  var diff = false

  @Flag(
    name: .customLong("unsafe"),
    help: "With --fix or --diff: also what changes which samples arrive, or under which labels.")
  var includesUnsafe = false

  @Flag(help: "Tell only what the baseline does not know.")
  var ci = false

  @Option(help: "The file with the findings that are known.")
  var baseline = ".godwit-baseline.json"

  @Flag(help: "Write what is found now as the baseline, and end with 0.")
  var writeBaseline = false

  @Option(
    name: .customLong("for"),
    help: "The program that reads them, with its version: godwit, prometheus:2.42, vmagent, alloy.")
  var program: ProgramArgument?

  @Option(help: "How many samples a second have to be sent.")
  var rate: Double?

  @Option(help: "How long an endpoint takes to answer: 150ms.")
  var latency: DurationArgument?

  @Option(
    help: "What the files are, where that cannot be told: \(FileKind.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var kind: FileKind?

  @Flag(help: "Go by the rules of agent mode, whatever the files hold; as --kind agent.")
  var agent = false

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name a file, or - for standard input") }
    if fix && diff { throw ValidationError("--fix changes the files, --diff only shows how: choose one") }
    if fix && files.contains("-") {
      throw ValidationError("standard input cannot be changed; --diff shows the changes")
    }
  }

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let review = ConfigurationReview(options: options) { environment[$0] }
    var inputs = try await Self.attempt { try files.map { try CheckInput.read($0) } }
    var fixings: [String: Fixing] = [:]
    if fix || diff {
      for index in inputs.indices {
        let fixing = Fixing(inputs[index], with: review, includesUnsafe: includesUnsafe)
        fixings[inputs[index].path] = fixing
        guard fix, !fixing.diff.isEmpty else { continue }
        try await Self.attempt { try CheckInput.write(fixing.text, to: inputs[index].path) }
        inputs[index].text = fixing.text
      }
    }
    let report = review.report(on: inputs)
    if writeBaseline {
      try await Self.attempt { try CheckInput.write(Baseline(report.findings).json, to: baseline) }
      Screen().write(line: "\(baseline): \(report.findings.count) findings are known now")
      return
    }
    let known = ci ? try await Self.attempt { try CheckInput.baseline(baseline) } : nil
    try give(report, known, fixings)
  }

  private var options: ConfigurationReview.Options {
    var options = ConfigurationReview.Options()
    options.program = program?.program
    options.kind = agent ? .agent : kind
    options.samplesPerSecond = rate
    options.latencySeconds = latency.map { $0.duration / .seconds(1) }
    return options
  }

  private func give(_ report: ReviewReport, _ known: Baseline?, _ fixings: [String: Fixing]) throws {
    let answer = report.answer(known: known, fixed: fixings)
    let screen = Screen()
    switch format {
    case .json: screen.write(line: answer.json(isStrict: strict))
    case .sarif:
      let shown = Set(answer.findings)
      screen.write(line: report.sarif(version: Godwit.version) { shown.contains($0) })
    case .text:
      for file in files { show(fixings[file], screen) }
      for line in AnswerView(paint: screen.paint).lines(of: answer) { screen.write(line: line) }
    }
    let code = answer.exitCode(isStrict: strict)
    if code != 0 { throw ExitCode(code) }
  }

  private func show(_ fixing: Fixing?, _ screen: Screen) {
    guard let fixing else { return }
    for line in fixing.diff {
      let tone: Paint.Tone? = line.hasPrefix("+") ? .good : line.hasPrefix("-") ? .bad : nil
      screen.write(line: screen.paint(AnswerView.printable(line), tone))
    }
    for title in fixing.done { screen.write(line: (fix ? "fixed " : "would fix ") + AnswerView.printable(title)) }
  }
}

/// `--format`
enum CheckFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, sarif
}

/// `--for`
struct ProgramArgument: ExpressibleByArgument {
  var program: ReviewedProgram

  init?(argument: String) {
    guard let program = ReviewedProgram(argument) else { return nil }
    self.program = program
  }
}
