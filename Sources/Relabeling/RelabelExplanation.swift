public import MetricModel

/// What a program did to one label set, rule by rule.
public struct RelabelExplanation: Hashable, Sendable {
  /// False when a rule dropped the labels; it is the last of ``steps`` then.
  public var isKept: Bool
  /// The labels in the end; none when they were dropped.
  public var result: LabelSet
  /// One per rule that ran, in order.
  public var steps: [Step]

  /// What one rule did.
  public struct Step: Hashable, Sendable {
    /// The rule's place in its list, from 0.
    public var ruleIndex: Int
    public var action: RelabelAction
    /// The joined value of the source labels; nil for an action that looks at names.
    public var subject: String?
    public var before: LabelSet
    public var after: LabelSet
    /// Whether the rule's condition held: for `keepequal` and `dropequal` that the values were equal, for `labelmap`
    /// and `labeldrop` that any name matched, for `labelkeep` that all did; always true for `hashmod`, `lowercase`
    /// and `uppercase`.
    public var isMatch: Bool
    public var verdict: Verdict
  }

  public enum Verdict: Hashable, Sendable {
    /// The labels went on as they were.
    case unchanged
    /// The labels went on with a label set, given another value, or removed.
    case changed
    /// The labels were dropped and no further rule ran.
    case dropped
  }
}
