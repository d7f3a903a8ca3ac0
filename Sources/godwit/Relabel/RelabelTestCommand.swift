import ArgumentParser
import Diagnostics
import MetricModel
import RelabelReview
import Settings

struct RelabelTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "What these rules do to these series; or whether a test file holds.",
    discussion: """
      For machines, --format json has in data.results for each line of the series in order \
      {"keep": true, "labels": {}}, without labels for a series that is dropped and null for a line that holds none. \
      Empty lines are passed over. With several endpoints each element of data.destinations has results of its own.

      Errors are: rules that Prometheus refuses, lines that hold no series, different series that become one, and cases \
      of a test file that fail. Rules that never match, or throw away up, are warnings.

      Examples:
        godwit relabel test --rules rules.yml --series series.jsonl
        godwit relabel test --config.file prometheus.yml --url http://localhost:9100/metrics --interval 15s
        godwit relabel test --rules rules.yml --trace 'http_requests_total{code="200"}'
        godwit relabel test --spec rules_test.yml

      \(AnswerFlags.exits)
      """)

  @OptionGroup var ruleFlags: RuleFlags
  @OptionGroup var seriesFlags: SeriesFlags

  @Option(help: ArgumentHelp("A test file with cases; see docs/relabel.md.", valueName: "file"))
  var spec: String?

  @Option(
    defaultAsFlag: "",
    help: ArgumentHelp(
      "Show rule by rule what becomes of this series, or of the first three.", valueName: "series"))
  var trace: String?

  @Option(help: "How often a series is sent, for rates: 15s, 1m.")
  var interval: DurationArgument?

  @OptionGroup var answers: AnswerFlags

  func validate() throws {
    if spec != nil {
      if ruleFlags.rules != nil || ruleFlags.configFile != nil || seriesFlags.isGiven || trace != nil {
        throw ValidationError("a test file names its rules and series itself: give --spec alone")
      }
      return
    }
    if ruleFlags.rules == nil && ruleFlags.configFile == nil {
      throw ValidationError("give the rules: --rules FILE, or --config.file FILE; or a test file: --spec FILE")
    }
    if !seriesFlags.isGiven && trace ?? "" == "" {
      throw ValidationError("give the series: --series FILE, --url URL, or --trace SERIES")
    }
    if ruleFlags.rules == "-" && seriesFlags.series == "-" {
      throw ValidationError("standard input cannot hold both the rules and the series")
    }
    if let interval, interval.duration <= .zero { throw ValidationError("--interval has to be above zero") }
  }

  func run() async throws {
    if let spec {
      let report = try await Self.attempt { try RelabelSpec.report(file: spec) }
      try answers.give(report.answer) { RelabelView(paint: $0).lines(of: report) }
      return
    }
    let reading = try await Self.attempt { try ruleFlags.reading() }
    guard reading.findings.isEmpty else {
      try answers.give(reading.refusal)
      return
    }
    guard seriesFlags.isGiven else {
      let series = try await Self.attempt { try RelabelTest.series(trace ?? "") }
      let traces = reading.lists.map { RelabelTrace(series, by: $0) }
      try answers.give(RelabelTrace.answer(traces)) { RelabelView(paint: $0).lines(of: traces) }
      return
    }
    var progress = ProgressLine()
    let report = try await Self.attempt {
      let input = try await seriesFlags.input()
      var test = RelabelTest(reading.lists)
      test.keepsResults = answers.format == .json
      test.intervalSeconds = interval.map { $0.duration / .seconds(1) }
      var report = try await test.report(of: input) { progress.show($0, of: $1) }
      if let trace {
        let series = trace.isEmpty ? try RelabelTest.firstSeries(of: input) : [try RelabelTest.series(trace)]
        report.traces = reading.lists.flatMap { list in series.map { RelabelTrace($0, by: list) } }
      }
      return report
    }
    progress.finish()
    try answers.give(report.answer) { RelabelView(paint: $0).lines(of: report) }
  }
}
