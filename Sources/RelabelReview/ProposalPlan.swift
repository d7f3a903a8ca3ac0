import Relabeling

/// Rules chosen so far, and what they leave.
struct ProposalPlan {
  /// What was chosen, with the series that are left behind it.
  struct Choice {
    var candidate: RuleCandidate
    var seriesBefore: Int
    var seriesAfter: Int
  }

  /// The series before any rule.
  private let original: SeriesStock
  /// The series that are left.
  private(set) var stock: SeriesStock
  private(set) var chosen: [Choice] = []
  /// What the goal names and the series do not have.
  var misses: [String] = []
  /// How many choices the goal named itself; they come first.
  var namedCount = 0
  /// What no rule reaches.
  var unreached: [String] = []

  init(_ stock: SeriesStock) {
    original = stock
    self.stock = stock
  }

  var rules: [RelabelRule] { chosen.flatMap(\.candidate.rules) }

  mutating func choose(_ candidate: RuleCandidate) throws(RelabelRuleError) {
    let before = stock.count
    stock = stock.applying(try RelabelProgram(candidate.rules))
    chosen.append(Choice(candidate: candidate, seriesBefore: before, seriesAfter: stock.count))
  }

  /// The candidate to choose next; nil when none saves enough.
  ///
  /// Where several reach the budget alone, the one that takes least away; ids before labels. Otherwise the one that
  /// saves most.
  func best(
    of candidates: [RuleCandidate], budget: Int, shareMin: Double
  ) throws(RelabelRuleError) -> RuleCandidate? {
    let excess = stock.count - budget
    var measured: [(candidate: RuleCandidate, saving: Int)] = []
    for candidate in candidates {
      let saving = stock.count - stock.count(after: try RelabelProgram(candidate.rules))
      if Double(saving) >= max(1, Double(excess) * shareMin) { measured.append((candidate, saving)) }
    }
    let sufficient = measured.filter { $0.saving >= excess }
    if let ids = sufficient.filter({ $0.candidate.kind == .ids }).min(by: { $0.saving < $1.saving }) {
      return ids.candidate
    }
    return sufficient.min { $0.saving < $1.saving }?.candidate ?? measured.max { $0.saving < $1.saving }?.candidate
  }

  /// Makes one rule of all that lose labels for the budget: they do not look at each other.
  mutating func uniteLosses() throws(RelabelRuleError) {
    let losses = chosen.indices.filter { $0 >= namedCount && chosen[$0].candidate.kind == .lose }
    guard losses.count > 1, let first = losses.first else { return }
    var candidates = chosen.map(\.candidate)
    candidates[first] = .lose(losses.map { candidates[$0].subject })
    for index in losses.dropFirst().reversed() { candidates.remove(at: index) }
    try restart(with: candidates)
  }

  /// Leaves out choices without which the budget is met all the same, the first ones first.
  mutating func takeBackUnnecessary(_ budget: Int) throws(RelabelRuleError) {
    guard stock.count <= budget, chosen.count > 1 else { return }
    var index = 0
    while index < chosen.count {
      // What was asked for by name stays: only a budget chooses these.
      guard chosen.count > 1, index >= namedCount, chosen[index].candidate.kind != .dropMetrics else {
        index += 1
        continue
      }
      var fewer = chosen.map(\.candidate)
      fewer.remove(at: index)
      if original.count(after: try RelabelProgram(fewer.flatMap(\.rules))) <= budget {
        try restart(with: fewer)
      } else {
        index += 1
      }
    }
  }

  private mutating func restart(with candidates: [RuleCandidate]) throws(RelabelRuleError) {
    stock = original
    chosen = []
    for candidate in candidates { try choose(candidate) }
  }
}
