/// What can be found while rules are tried. The raw value is the stable id of the finding.
public enum RelabelFinding: String, CaseIterable, Sendable {
  /// A line of the series cannot be read: not JSON, a label that is no text, a label twice. It counts for nothing, and
  /// all other lines are read.
  case unreadableSeries = "GW501"
  /// Series that differ before the rules have the same labels after them. An endpoint then gets several values for one
  /// series and one time: it keeps one of them and refuses or forgets the others.
  case collision = "GW502"
  /// The rule's condition held for none of the series that came to it: a mistyped label or expression, or a section in
  /// which the label does not exist yet or any more.
  case neverMatches = "GW503"
  /// No series came to the rule, because the rules before it dropped all of them.
  case neverRuns = "GW504"
  /// The rule drops every series that comes to it.
  case dropsEverything = "GW505"
  /// The rules throw away `up` or another of the series in which a scrape reports about itself.
  case losesReports = "GW506"
  /// The rule's condition held for every series that came to it, so that it dropped none.
  case dropsNothing = "GW507"
  /// The rules leave series without a name, which no endpoint can store.
  case losesName = "GW508"
  /// A case of a test file came out otherwise than it says.
  case failedCase = "GW510"
  /// A test file has no cases, so that it tests nothing.
  case noCases = "GW511"
  /// The proposed rules give series the same labels that had different ones: they have to be aggregated first.
  case proposalMerges = "GW520"
  /// The proposed rules drop whole metrics: whatever asks for them finds nothing.
  case proposalDropsMetrics = "GW521"
  /// No set of rules that may be proposed reaches the goal.
  case goalNotReached = "GW522"
  /// What the goal names is not among the series.
  case goalWithoutSeries = "GW523"
  /// The proposed rules keep one of several values that a series has under several spellings of a label.
  case proposalLosesValues = "GW524"
  /// The label is part of what a series means to whoever asks for it, so that a series without it is damaged.
  case proposalLosesMeaning = "GW525"
}
