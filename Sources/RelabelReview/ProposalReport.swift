public import Diagnostics
import MetricModel
import Relabeling

/// Rules that reach a goal, what they save, and what is dangerous about them.
public struct ProposalReport: Sendable {
  /// One of the choices, in the order of the rules.
  public struct Choice: Sendable {
    public var why: String
    public var ruleCount: Int
    public var seriesBefore: Int
    public var seriesAfter: Int
  }

  public let inputName: String
  public let choices: [Choice]
  /// YAML, a list of relabel configs.
  public let yaml: String
  /// The same rules, read from ``yaml`` and run over all series.
  public let destination: DestinationReport
  private let goal: RelabelGoal
  private let inputFindings: [Finding]
  private let misses: [String]
  private let unreached: [String]
  private let droppedMetrics: [(name: String, series: Int)]
  /// Series that have several spellings of one label with different values.
  private let contradictions: [(to: String, count: Int, example: LabelSet)]

  init(
    _ plan: ProposalPlan, of stock: SeriesStock, goal: RelabelGoal, inputName: String, inputFindings: [Finding]
  ) throws {
    self.goal = goal
    self.inputName = inputName
    self.inputFindings = inputFindings
    (misses, unreached) = (plan.misses, plan.unreached)
    choices = plan.chosen.map { choice in
      Choice(
        why: choice.candidate.why, ruleCount: choice.candidate.rules.count, seriesBefore: choice.seriesBefore,
        seriesAfter: choice.seriesAfter)
    }
    yaml = RuleText.yaml(plan.rules)
    // What is shown is what was tried: the rules are read again from their text.
    let reading = try RuleReading(text: yaml, path: "the proposed rules")
    guard let list = reading.lists.first else {
      throw RelabelReviewError.argument("the proposed rules cannot be read: \(reading.findings.text)")
    }
    destination = Self.run(list, over: stock)
    droppedMetrics = Self.metrics(droppedBy: list, of: stock)
    contradictions = Self.contradictions(goal.renamings, in: stock)
  }

  // MARK: - Running them

  private static func run(_ list: RuleList, over stock: SeriesStock) -> DestinationReport {
    var run = BlockRun(list, keepsResults: false)
    stock.forEach { index, labels in run.take(&labels, ordinal: UInt32(truncatingIfNeeded: index)) }
    run.finish()
    var report = DestinationReport(run, intervalSeconds: nil)
    var examples: [UInt32: LabelSet] = [:]
    for ordinal in report.wantedOrdinals { examples[ordinal] = stock[Int(ordinal)] }
    report.fillExamples(examples)
    return report
  }

  private static func metrics(droppedBy list: RuleList, of stock: SeriesStock) -> [(name: String, series: Int)] {
    let before = stock.census().metrics
    let after = stock.applying(list.program).census().metrics
    return before.filter { after[$0.key] == nil }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { (name: $0.key, series: $0.value) }
  }

  private static func contradictions(
    _ renamings: [RelabelGoal.Renaming], in stock: SeriesStock
  ) -> [(to: String, count: Int, example: LabelSet)] {
    renamings.compactMap { renaming in
      let names = ([renaming.to] + renaming.from).map { Array($0.utf8) }
      var (count, example) = (0, nil as LabelSet?)
      stock.forEach { _, labels in
        let indexes = names.compactMap { labels.index(ofName: $0) }
        guard let first = indexes.first,
          indexes.contains(where: { labels.value(at: $0) != labels.value(at: first) })
        else { return }
        count += 1
        if example == nil { example = labels }
      }
      return example.map { (renaming.to, count, $0) }
    }
  }

  // MARK: - What is dangerous

  public var findings: [Finding] {
    inputFindings + misses.map { finding(.goalWithoutSeries, .error, $0, fix: "check the name") }
      + unreached.map { finding(.goalNotReached, .error, $0) } + dangers
  }

  private var dangers: [Finding] {
    var dangers: [Finding] = []
    if destination.mergedInto > 0 { dangers.append(mergeDanger) }
    if !droppedMetrics.isEmpty {
      let names = droppedMetrics.prefix(10).map { "\($0.name) (\($0.series))" }.joined(separator: ", ")
      dangers.append(
        finding(
          .proposalDropsMetrics, .warning,
          "\(droppedMetrics.count) whole \(droppedMetrics.count == 1 ? "metric is" : "metrics are") dropped",
          why: "Dashboards, alerts and recording rules that ask for them find nothing, without an error.",
          evidence: names + (droppedMetrics.count > 10 ? ", …" : ""),
          fix: "search the rules and dashboards for these names first"))
    }
    for one in contradictions {
      dangers.append(
        finding(
          .proposalLosesValues, .warning,
          "\(one.count) series have several spellings of \(one.to) with different values; one of the values is lost",
          evidence: one.example.description, fix: "decide which spelling is right before they are made one"))
    }
    for label in goal.lost where RelabelProposal.meaningful.contains(label) {
      dangers.append(
        finding(
          .proposalLosesMeaning, .warning, "\(label) is lost, which tells what a series is",
          why: label == "le" || label == "quantile"
            ? "The buckets of a histogram or the quantiles of a summary are one series then, and no query can use it."
            : "Series of different origin cannot be told apart any more.",
          fix: "drop the whole metric, or aggregate it, instead"))
    }
    return dangers
      + destination.findings.filter { [RelabelFinding.losesReports.rawValue].contains($0.id) }
  }

  private var mergeDanger: Finding {
    let shown = destination.merges.map { merge in
      "\(merge.before.map(\.description).joined(separator: " and ")) become \(merge.after)"
    }
    return finding(
      .proposalMerges, .warning,
      "\(destination.merging) series become \(destination.mergedInto) with labels that several of them share",
      why: "Rules cannot add up: an endpoint gets the samples of all of them for one series and refuses most. "
        + "Writing a hash in place of an id would keep as many series as there are ids.",
      evidence: shown.joined(separator: "; ") + (destination.mergedInto > shown.count ? "; …" : ""),
      fix: "aggregate first: a recording rule such as sum without (\(mergedLabels)) (METRIC), sent in place of METRIC; "
        + "or leave the label out where the program is instrumented")
  }

  private var mergedLabels: String {
    var names = Set<String>()
    for merge in destination.merges {
      for series in merge.before { names.formUnion(LabelChange.between(series, merge.after).map(\.name)) }
    }
    return names.isEmpty ? "LABEL" : names.sorted().joined(separator: ", ")
  }

  private func finding(
    _ kind: RelabelFinding, _ severity: Finding.Severity, _ message: String, why: String = "", evidence: String = "",
    fix: String = ""
  ) -> Finding {
    Finding(id: kind.rawValue, severity: severity, message: message, why: why, evidence: evidence, fix: fix)
  }

  // MARK: - The answer

  public var answer: Answer {
    Answer(summary: summary, findings: findings, next: next) { writer in
      writer.object { writer in
        writer.member("series", inputName)
        writer.member("rules", yaml)
        writer.member("ruleCount", destination.list.ruleCount)
        writer.member("before", destination.before.series)
        writer.member("after", destination.after.series)
        writer.member("bytesBefore", destination.before.bytes)
        writer.member("bytesAfter", destination.after.bytes)
        writer.member("bytesAre", RelabelTestReport.bytesAre)
        writer.member("merging", destination.merging)
        writer.member("choices") { writer in
          writer.array { writer in
            for choice in choices {
              writer.object { writer in
                writer.member("why", choice.why)
                writer.member("rules", choice.ruleCount)
                writer.member("seriesBefore", choice.seriesBefore)
                writer.member("seriesAfter", choice.seriesAfter)
              }
            }
          }
        }
      }
    }
  }

  private var summary: String {
    let (before, after) = (destination.before.series, destination.after.series)
    let count = destination.list.ruleCount
    if count == 0 { return "No rule is needed or none helps: there are \(before) series." }
    return "\(count) \(count == 1 ? "rule leaves" : "rules leave") \(after) of \(before) series."
  }

  private var next: [Answer.Step] {
    guard destination.list.ruleCount > 0 else { return [] }
    return [
      Answer.Step(
        command: "godwit relabel test --rules rules.yml --series …",
        why: "Tries the rules again, once they are in rules.yml, over other series."),
      Answer.Step(
        command: "godwit relabel diff --rules OLD --against rules.yml --series …",
        why: "Shows what changes beside the rules that are there."),
    ]
  }
}
