import Diagnostics
public import MetricModel
public import Relabeling

/// What one list of rules did to all series of an input.
public struct DestinationReport: Sendable {
  /// Series and what sending them costs.
  public struct Totals: Hashable, Sendable {
    /// Different label sets.
    public var series = 0
    /// With one sample of each series, as the agent encodes and compresses them.
    public var bytes = 0
    /// nil where the interval is not known.
    public var samplesPerSecond: Double?
    public var bytesPerSecond: Double?
  }

  /// Series that differ before the rules and have the same labels after them.
  public struct Merge: Hashable, Sendable {
    public var after: LabelSet
    /// Some of them.
    public var before: [LabelSet]
  }

  public let list: RuleList
  public private(set) var before = Totals()
  public private(set) var after = Totals()
  /// How often each rule ran and matched.
  public let tally: RelabelTally
  /// How many series merge, and into how many.
  public let merging: Int
  public let mergedInto: Int
  /// Some of those into which others merge, in the order of the input.
  public private(set) var merges: [Merge] = []
  /// What became of each series, as pieces of a JSON array; empty unless asked for.
  let results: [[UInt8]]
  private let taken: Int
  private let kept: Int
  private let nameless: Int
  private let mergeOrdinals: [[UInt32]]
  private let lost: [(name: String, count: Int, ordinal: UInt32)]
  private let firstNameless: UInt32?
  private let seenReports: Bool
  private var lostExamples: [(name: String, count: Int, labels: LabelSet)] = []
  private var namelessExample: LabelSet?

  init(_ run: consuming BlockRun, intervalSeconds: Double?) {
    list = run.list
    tally = run.tally
    results = run.results
    (taken, kept, nameless, firstNameless) = (run.taken, run.kept, run.nameless, run.firstNameless)
    seenReports = run.seenReports
    let counted = run.lostReports
    lost = ReportName.all.indices.compactMap { index in
      run.firstLost[index].map { (ReportName.all[index], counted[index], $0) }
    }
    let (bytesBefore, bytesAfter) = (run.wireBefore.bytes, run.wireAfter.bytes)
    var identities = run.identities
    run.identities = []
    let count = MergeCount(&identities, groupsMax: RelabelTest.groupsMax, membersMax: RelabelTest.membersMax)
    (merging, mergedInto, mergeOrdinals) = (count.merging, count.groups, count.examples)
    before = Self.totals(count.before, bytesBefore, intervalSeconds)
    after = Self.totals(count.after, bytesAfter, intervalSeconds)
  }

  private static func totals(_ series: Int, _ bytes: Int, _ interval: Double?) -> Totals {
    Totals(
      series: series, bytes: bytes, samplesPerSecond: interval.map { Double(series) / $0 },
      bytesPerSecond: interval.map { Double(bytes) / $0 })
  }

  // MARK: - Examples

  /// The numbers of the series that findings show.
  var wantedOrdinals: [UInt32] {
    mergeOrdinals.flatMap { $0 } + lost.map(\.ordinal) + [firstNameless].compactMap { $0 }
  }

  mutating func fillExamples(_ series: [UInt32: LabelSet]) {
    merges = mergeOrdinals.compactMap { ordinals in
      let before = ordinals.compactMap { series[$0] }
      return before.first.map { Merge(after: explain($0).result, before: before) }
    }
    lostExamples = lost.compactMap { one in series[one.ordinal].map { (one.name, one.count, $0) } }
    namelessExample = firstNameless.flatMap { series[$0] }
  }

  func explain(_ labels: LabelSet) -> RelabelExplanation {
    var labels = labels
    list.addExternalLabels(to: &labels)
    return list.program.explain(labels)
  }

  // MARK: - Findings

  var findings: [Finding] { collisions + rulesWithoutMatch + lostReports + lostNames }

  private var collisions: [Finding] {
    guard mergedInto > 0 else { return [] }
    // What discovery finds are targets; two with the same labels are scraped twice.
    let isTarget = list.section == .target
    let shown = merges.map { merge in
      "\(merge.before.map(\.description).joined(separator: " and ")) become \(merge.after)"
    }
    let rule = merges.first.flatMap { mergingRule($0) }
    return [
      list.finding(
        .collision, .error, rule: rule,
        "\(merging) different \(isTarget ? "targets" : "series") become \(mergedInto): their labels are the same after "
          + (rule.map { list.title(of: $0) } ?? "the rules"),
        why: isTarget
          ? "The same labels stand for several targets, whose samples contradict each other."
          : "An endpoint gets several values for one series and one time; it keeps one and refuses the others, "
            + "and a counter made of several jumps.",
        evidence: shown.joined(separator: "; ") + (mergedInto > shown.count ? "; …" : ""),
        fix:
          "keep a label that tells them apart, or aggregate first: a recording rule with sum without (LABEL) (METRIC), "
          + "and send its result")
    ]
  }

  /// The rule after which the labels of two series are the same for the first time.
  private func mergingRule(_ merge: Merge) -> Int? {
    guard merge.before.count > 1 else { return nil }
    let (first, second) = (explain(merge.before[0]).steps, explain(merge.before[1]).steps)
    return zip(first, second).first { $0.after == $1.after }?.0.ruleIndex
  }

  private var rulesWithoutMatch: [Finding] {
    guard taken > 0 else { return [] }
    var findings: [Finding] = []
    for (index, counts) in tally.rules.enumerated() {
      if let finding = ineffective(index, counts) { findings.append(finding) }
      // All that follows is the same news again.
      if counts.ran == 0 { break }
    }
    return findings
  }

  private func ineffective(_ index: Int, _ counts: RelabelTally.Counts) -> Finding? {
    let rule = list.rules[index]
    let action = (rule.action ?? "replace").lowercased()
    let seen = "ran for \(counts.ran) series, matched \(counts.matched)"
    let labels = rule.sourceLabels.joined(separator: ", ")
    if counts.ran == 0 {
      return list.finding(
        .neverRuns, .warning, rule: index, "\(list.title(of: index)) never runs, nor does any behind it",
        why: "The rules before it drop every series.", evidence: "\(taken) series came, none to this rule")
    }
    switch action {
    case "keep" where counts.matched == 0, "keepequal" where counts.matched == 0,
      "drop" where counts.matched == counts.ran, "dropequal" where counts.matched == counts.ran:
      return list.finding(
        .dropsEverything, .warning, rule: index, "\(list.title(of: index)) drops every series that comes to it",
        why: "Nothing is left to send.", evidence: seen,
        fix: "check source_labels and the expression, which has to match the whole value")
    case "keep", "keepequal", "labelkeep":
      guard counts.matched == counts.ran else { return nil }
      return list.finding(
        .dropsNothing, .info, rule: index,
        "\(list.title(of: index)) \(action == "labelkeep" ? "removes no label" : "drops none of these series")",
        evidence: seen)
    default:
      guard counts.matched == 0 else { return nil }
      return list.finding(
        .neverMatches, .warning, rule: index, "\(list.title(of: index)) never matches",
        why: "It costs time for each series and changes none.",
        evidence: seen + (labels.isEmpty ? "" : " by \(labels)")
          + (rule.regex.map { "; regex \($0.debugDescription)" } ?? ""),
        fix: "check the names of the labels, and that the expression matches the whole value: it is anchored")
    }
  }

  private var lostReports: [Finding] {
    if list.section == .write && !seenReports && taken > 0 { return probedReport }
    return lostExamples.map { one in
      let rule = explain(one.labels).steps.last?.ruleIndex
      return lostReport(rule, "\(one.count) series of \(one.name)", evidence: one.labels.description, confidence: 1)
    }
  }

  /// Every job has `up`, be it among the series or not.
  private var probedReport: [Finding] {
    let probe = LabelSet(["__name__": "up", "instance": "a:9100", "job": "node"])
    let explanation = explain(probe)
    if explanation.isKept { return [] }
    return [
      lostReport(explanation.steps.last?.ruleIndex, "up", evidence: "tried with \(probe)", confidence: 0.8)
    ]
  }

  private func lostReport(_ rule: Int?, _ what: String, evidence: String, confidence: Double) -> Finding {
    list.finding(
      .losesReports, .warning, rule: rule, "\(rule.map { list.title(of: $0) } ?? "the rules") throws away \(what)",
      why: "Without it nobody can tell a target that is down from one that has nothing to say.", evidence: evidence,
      fix: "let it pass: add up|scrape_.* to what is kept, or take it out of what is dropped", confidence: confidence)
  }

  private var lostNames: [Finding] {
    guard nameless > 0, list.section != .target, taken > 0, let example = namelessExample,
      example[ReportName.label] != nil
    else { return [] }
    let steps = explain(example).steps
    let rule = steps.first { $0.after[ReportName.label] == nil }?.ruleIndex
    return [
      list.finding(
        .losesName, .warning, rule: rule,
        "\(nameless) series have no name after \(rule.map { list.title(of: $0) } ?? "the rules")",
        why: "Endpoints refuse a series without __name__.", evidence: example.description,
        fix: "leave __name__ out of labeldrop, and name it in labelkeep")
    ]
  }
}
