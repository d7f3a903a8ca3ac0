import ArgumentParser
import Diagnostics
import Observability

struct GenerateDashboard: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard", abstract: "A Grafana dashboard of the program which ships the metrics.",
    discussion: """
      What comes in and goes out, what waits and for how long, loss beside intended drops, shards, requests, the log, \
      targets, processor and memory; with variables for data source, job, instance and endpoint. The same flags give \
      the same bytes.

      Examples:
        godwit generate dashboard > godwit-dashboard.json
        godwit generate dashboard --for vmagent --out dashboards/

      Exits 0, or 2 when a file cannot be written.
      """)

  @Option(name: .customLong("for"), help: "Whose metrics: godwit, prometheus, vmagent, alloy.")
  var program = WatchedProgram.godwit

  @OptionGroup(title: "What is written") var output: GenerationFlags

  func run() async throws {
    try await Self.attempt {
      let dashboard = Dashboard(program: program)
      let file = GeneratedFile(name: dashboard.usualName, text: dashboard.json)
      let alerts = Answer.Step(
        command: "godwit generate alerts --for \(program.rawValue)",
        why: "a dashboard is looked at when an alert has fired")
      try output.give(
        GeneratedFiles([file], summary: "\(dashboard.panelCount) panels for \(program.title).", next: [alerts]))
    }
  }
}
