import Agent
import ArgumentParser
import DurableLog
import LogReview

struct LogResend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resend", abstract: "Post refused requests again, with the endpoint's own settings.",
    discussion: """
      Oldest first. What the endpoint accepts now is removed from the quarantine; what it refuses again stays, and its \
      words are shown. When the endpoint is not available (no answer, 429, 5xx) it stops, and the rest stays. A request \
      is posted as it was refused, byte for byte; the samples stay counted as refused.

      \(AnswerFlags.exits)

      Examples:
        godwit log resend --endpoint mimir --config.file /etc/godwit/prometheus.yml
        godwit log resend --endpoint mimir --storage.agent.path /var/lib/godwit --format json
      """)

  @OptionGroup var flags: LogFlags
  @OptionGroup var answers: AnswerFlags

  @Option(
    name: .customLong("config.file"), help: "Prometheus configuration file that has the endpoint.",
    completion: .file(extensions: ["yml", "yaml"]))
  var configFile = "prometheus.yml"

  @Option(help: "The endpoint that refused them, by its name in the configuration.")
  var endpoint: String

  @Option(help: "Post this file only, by its name.")
  var file: String?

  func run() async throws {
    let report = try await Self.attempt {
      let quarantine = try QuarantineReport.all(in: flags.directory, endpoint: endpoint).first
      let entries = try quarantine?.chosen(file) ?? []
      let configured = try ConfiguredEndpoint(named: endpoint, configFile: configFile)
      let resend = try QuarantineResend(directory: flags.directory, endpoint: endpoint, courier: configured.courier)
      var progress = ProgressLine()
      defer { progress.finish() }
      var done: UInt64 = 0
      let total = entries.reduce(0 as UInt64) { $0 &+ $1.file.bytes }
      return try await ResendReport(endpoint: endpoint, entries: entries, by: resend) { attempt in
        done &+= attempt.entry.file.bytes
        progress.show(done, of: total)
      }
    }
    try answers.give(report.answer) { QuarantineView(paint: $0).lines(of: report) }
  }
}
