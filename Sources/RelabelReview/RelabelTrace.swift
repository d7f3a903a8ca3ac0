public import Diagnostics
public import MetricModel
public import Relabeling

/// What one list of rules did to one series, rule by rule.
public struct RelabelTrace: Sendable {
  /// One rule's turn.
  public struct Step: Sendable {
    /// From 0.
    public var rule: Int
    public var title: String
    /// In the file of the rules, from 1.
    public var place: (line: Int, column: Int)?
    public var subject: String?
    public var isMatch: Bool
    public var verdict: RelabelExplanation.Verdict
    public var changes: [LabelChange]
  }

  public let destination: String
  public let path: String
  public let series: LabelSet
  public let isKept: Bool
  public let result: LabelSet
  public let steps: [Step]
  /// What the agent adds before the rules.
  public let additions: [LabelChange]

  public init(_ series: LabelSet, by list: RuleList) {
    var labels = series
    list.addExternalLabels(to: &labels)
    let explanation = list.program.explain(labels)
    destination = list.name
    path = list.path
    self.series = series
    additions = LabelChange.between(series, labels)
    isKept = explanation.isKept
    result = explanation.result
    steps = explanation.steps.map { step in
      Step(
        rule: step.ruleIndex, title: list.title(of: step.ruleIndex), place: list.place(of: step.ruleIndex),
        subject: step.subject, isMatch: step.isMatch, verdict: step.verdict,
        changes: step.verdict == .changed ? LabelChange.between(step.before, step.after) : [])
    }
  }

  /// An answer of traces alone.
  public static func answer(_ traces: [RelabelTrace]) -> Answer {
    let verdicts = traces.map { trace in
      let name = traces.count > 1 ? "\(trace.destination): " : ""
      return name + (trace.isKept ? "kept as \(trace.result)" : "dropped by \(trace.steps.last?.title ?? "no rule")")
    }
    return Answer(summary: verdicts.joined(separator: "; ") + ".") { writer in
      writer.object { writer in
        writer.member("traces") { writer in
          writer.array { writer in for trace in traces { trace.write(to: &writer) } }
        }
      }
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("destination", destination)
      writer.member("series", series.description)
      writer.member("keep", isKept)
      writer.member("result", isKept ? result.description : "")
      writer.member("steps") { writer in
        writer.array { writer in for step in steps { Self.write(step, to: &writer) } }
      }
    }
  }

  private static func write(_ step: Step, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("rule", step.rule + 1)
      writer.member("title", step.title)
      if let place = step.place {
        writer.member("line", place.line)
        writer.member("column", place.column)
      }
      if let subject = step.subject { writer.member("subject", subject) }
      writer.member("matches", step.isMatch)
      writer.member("verdict", step.verdict.word)
      writer.member("changes") { writer in
        writer.array { writer in for change in step.changes { writer.value(change.description) } }
      }
    }
  }
}

extension RelabelExplanation.Verdict {
  /// `unchanged`, `changed` or `dropped`.
  public var word: String {
    switch self {
    case .unchanged: "unchanged"
    case .changed: "changed"
    case .dropped: "dropped"
    }
  }
}

/// One label that two label sets do not have in common.
public struct LabelChange: Hashable, Sendable, CustomStringConvertible {
  public var name: String
  /// nil where there was none.
  public var before: String?
  /// nil where there is none any more.
  public var after: String?

  public var description: String {
    switch (before, after) {
    case (let before?, let after?): "\(name): \(before.debugDescription) -> \(after.debugDescription)"
    case (nil, let after?): "\(name) set to \(after.debugDescription)"
    case (let before?, nil): "\(name) removed (was \(before.debugDescription))"
    case (nil, nil): name
    }
  }

  /// In the order of names.
  public static func between(_ before: LabelSet, _ after: LabelSet) -> [LabelChange] {
    var changes: [LabelChange] = []
    for (name, value) in before.pairs {
      let now = after[name]
      if now.map({ Array($0.utf8) }) != Array(value.utf8) {
        changes.append(LabelChange(name: name, before: value, after: now))
      }
    }
    for (name, value) in after.pairs where before[name] == nil {
      changes.append(LabelChange(name: name, before: nil, after: value))
    }
    return changes.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
