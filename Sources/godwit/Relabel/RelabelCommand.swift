import ArgumentParser
import Diagnostics
import RelabelReview

/// `godwit relabel`: what rules do to series, which rules reach a goal, and what two lists of rules do differently.
struct RelabelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relabel", abstract: "Try relabelling rules over series, propose rules, compare two lists of them.",
    discussion: """
      The rules are run by the program that the agent runs. Nothing is sent and nothing is changed.

      Examples:
        godwit relabel test --rules rules.yml --series series.jsonl
        godwit relabel propose --series series.jsonl --budget 10000
        godwit relabel diff --rules old.yml --against new.yml --series series.jsonl

      \(AnswerFlags.exits)
      """,
    subcommands: [RelabelTestCommand.self, RelabelProposeCommand.self, RelabelDiffCommand.self])
}

/// Where the series come from.
struct SeriesFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Series: JSON lines, series notation, a page of metrics, or the body of a remote write request; - is standard \
      input.
      """,
      valueName: "file"))
  var series: String?

  @Option(help: ArgumentHelp("Series of a page of metrics, fetched once.", valueName: "url"))
  var url: String?

  var isGiven: Bool { series != nil || url != nil }

  func validate() throws {
    if series != nil && url != nil { throw ValidationError("give --series or --url, not both") }
  }

  /// What was named, ready to be read.
  func input() async throws -> SeriesInput {
    if let url { return try SeriesInput(try await PageDownload.bytes(of: url), named: PageDownload.name(of: url)) }
    return try SeriesInput(path: series ?? "-")
  }
}

/// Where the rules come from.
struct RuleFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Rules: a YAML list of relabel configs, or a mapping with one of the keys they stand under.", valueName: "file"))
  var rules: String?

  @Option(
    name: .customLong("config.file"),
    help: ArgumentHelp(
      """
      A Prometheus configuration. Without --section the way to each remote_write endpoint is tried: external labels, \
      then its write_relabel_configs.
      """,
      valueName: "file"))
  var configFile: String?

  @Option(
    help: ArgumentHelp(
      """
      The rules of one section: job=NAME/metric_relabel_configs, job=NAME/relabel_configs or \
      remote_write=NAME/write_relabel_configs. An endpoint without a name goes by the name the agent gives it; a wrong \
      name lists what there is.
      """,
      valueName: "section"))
  var section: String?

  func validate() throws {
    if rules != nil && configFile != nil { throw ValidationError("give --rules or --config.file, not both") }
    if section != nil && configFile == nil { throw ValidationError("--section needs --config.file") }
  }

  func reading() throws -> RuleReading {
    if let configFile { return try RuleReading(configuration: configFile, section: section) }
    return try RuleReading(file: rules ?? "-")
  }
}
