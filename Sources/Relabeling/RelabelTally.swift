/// How often each rule of a program ran, and how often its condition held, over many label sets.
///
///     var tally = RelabelTally(of: program)
///     for var labels in series { _ = program.apply(to: &labels, scratch: &scratch, tally: &tally) }
///     tally.rules[3].matched
public struct RelabelTally: Hashable, Sendable {
  /// The counts of one rule.
  public struct Counts: Hashable, Sendable {
    /// How many label sets came to the rule: all but those that a rule before it dropped.
    public var ran = 0
    /// For how many of them the condition held, as ``RelabelExplanation/Step/isMatch`` has it.
    public var matched = 0

    public init(ran: Int = 0, matched: Int = 0) {
      self.ran = ran
      self.matched = matched
    }
  }

  /// In the order of the rules.
  public internal(set) var rules: [Counts]

  public init(of program: RelabelProgram) { rules = [Counts](repeating: Counts(), count: program.ruleCount) }

  /// Adds the counts of the same program over other label sets.
  public mutating func add(_ other: RelabelTally) {
    for index in rules.indices where index < other.rules.count {
      rules[index].ran += other.rules[index].ran
      rules[index].matched += other.rules[index].matched
    }
  }
}
