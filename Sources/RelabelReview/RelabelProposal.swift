import Diagnostics
import MetricModel
import Relabeling

/// Finds the smallest set of rules that reaches a goal.
///
///     var goal = RelabelGoal()
///     goal.budget = 10_000
///     let report = try await RelabelProposal(goal).report(of: input)
///
/// Every saving that is named was counted by running the rules over all series with the agent's own program. For a
/// budget the choice is greedy: ids in values and labels first, whole metrics last; what turned out to be needless is
/// taken back. All different series are held meanwhile.
public struct RelabelProposal: Sendable {
  /// Labels that are part of what a series means; a budget never takes them.
  static let meaningful = ["__name__", "job", "instance", "le", "quantile"]
  /// A label or an id that saves less of what there is too much is not worth its danger.
  private static let shareMin = 0.05
  /// Values with ids that make normalising them worth a rule.
  private static let idValuesMin = 10

  public let goal: RelabelGoal

  public init(_ goal: RelabelGoal) { self.goal = goal }

  public func report(
    of input: SeriesInput, progress: @escaping (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> ProposalReport {
    var stock = SeriesStock()
    var pass = SeriesPass(input, progress: progress)
    try await pass.run(
      begin: { _, _ in [LabelSet]() },
      take: { sets, labels, _, isSeries in if isSeries { sets.append(labels) } },
      end: { _ in },
      absorb: { sets, _ in for labels in sets { stock.add(labels) } })
    var plan = ProposalPlan(stock)
    try chooseNamed(&plan)
    plan.namedCount = plan.chosen.count
    if let budget = goal.budget { try chooseFor(budget, &plan) }
    return try ProposalReport(plan, of: stock, goal: goal, inputName: input.name, inputFindings: pass.findings)
  }

  // MARK: - What was asked for by name

  private func chooseNamed(_ plan: inout ProposalPlan) throws {
    let labels = plan.stock.census().labels
    for renaming in goal.renamings {
      let known = renaming.from.filter { labels[$0] != nil }
      if known.isEmpty {
        plan.misses.append("no series has a label \(renaming.from.joined(separator: " or "))")
        continue
      }
      try plan.choose(.rename(RelabelGoal.Renaming(to: renaming.to, from: known)))
    }
    for label in goal.normalised {
      guard let values = labels[label] else {
        plan.misses.append("no series has a label \(label)")
        continue
      }
      let known = plan.chosen.count
      if let ids = try RuleCandidate.ids(in: label, values, takesWhole: true, valuesMin: 1) { try plan.choose(ids) }
      if try SpelledValues.differInCase(values, of: label) { try plan.choose(.lowercase(label)) }
      if plan.chosen.count == known {
        plan.unreached.append("the values of \(label) hold no ids, and no two of them differ in case alone")
      }
    }
    let known = goal.lost.filter { labels[$0] != nil }
    for label in goal.lost where labels[label] == nil { plan.misses.append("no series has a label \(label)") }
    if !known.isEmpty { try plan.choose(.lose(known)) }
  }

  // MARK: - A budget

  private func chooseFor(_ budget: Int, _ plan: inout ProposalPlan) throws {
    if goal.mayMerge {
      while plan.stock.count > budget {
        let options = try mergingCandidates(plan.stock)
        guard let best = try plan.best(of: options, budget: budget, shareMin: Self.shareMin) else { break }
        try plan.choose(best)
      }
    }
    try dropMetrics(to: budget, &plan)
    try plan.takeBackUnnecessary(budget)
    try plan.uniteLosses()
    if plan.stock.count > budget {
      plan.unreached.append("\(plan.stock.count) series are left, \(budget) were asked for")
    }
  }

  private func mergingCandidates(_ stock: SeriesStock) throws -> [RuleCandidate] {
    var options: [RuleCandidate] = []
    for (label, values) in stock.census().labels.sorted(by: { $0.key < $1.key })
    where !Self.meaningful.contains(label) && values.count > 1 {
      if let ids = try RuleCandidate.ids(in: label, values, takesWhole: false, valuesMin: Self.idValuesMin) {
        options.append(ids)
      }
      options.append(.lose([label]))
    }
    return options
  }

  /// Drops the metrics with the most series, until the rest fits; of those that suffice alone the smallest.
  private func dropMetrics(to budget: Int, _ plan: inout ProposalPlan) throws {
    var excess = plan.stock.count - budget
    guard excess > 0 else { return }
    var rest = plan.stock.census().metrics.filter { !ReportName.all.contains($0.key) }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var names: [String] = []
    while excess > 0, !rest.isEmpty {
      let index = rest.lastIndex { $0.value >= excess } ?? 0
      let metric = rest.remove(at: index)
      names.append(metric.key)
      excess -= metric.value
    }
    if !names.isEmpty { try plan.choose(.dropMetrics(names.sorted())) }
  }
}
