public import MetricModel

/// A list of relabelling rules, checked and compiled.
///
///     let program = try RelabelProgram(settings.metricRelabelRules)
///     var scratch = RelabelScratch()
///     for var labels in series where program.apply(to: &labels, scratch: &scratch) { send(labels) }
///
/// A value that can be shared by any number of threads; each brings its own ``RelabelScratch``. Compile once per
/// configuration: an expression costs microseconds to milliseconds to compile.
public struct RelabelProgram: Sendable {
  private let rules: [CompiledRule]
  /// Whether the order in which rules set labels has to be remembered: only `labelmap` asks for it.
  private let tracksAdditions: Bool

  /// - Parameter nameScheme: which names a rule may set.
  /// - Throws: ``RelabelRuleError`` for the first rule that Prometheus would refuse too.
  public init(_ rules: [RelabelRule], nameScheme: LabelNameScheme = .utf8) throws(RelabelRuleError) {
    var compiled: [CompiledRule] = []
    try Self.forEach(rules) { rule throws(RelabelRule.Fault) in
      compiled.append(try CompiledRule(rule, nameScheme: nameScheme))
    }
    // After all have been read: the reference reports a word it cannot read before fields that do not fit.
    try Self.forEach(rules) { rule throws(RelabelRule.Fault) in
      try rule.validate(for: rule.parsedAction(), nameScheme: nameScheme)
    }
    self.rules = compiled
    let firstSetter = compiled.firstIndex(where: \.sets) ?? compiled.endIndex
    tracksAdditions = compiled.dropFirst(firstSetter + 1).contains { $0.action == .labelMap }
  }

  private static func forEach(
    _ rules: [RelabelRule], _ body: (RelabelRule) throws(RelabelRule.Fault) -> Void
  ) throws(RelabelRuleError) {
    for (index, rule) in rules.enumerated() {
      do throws(RelabelRule.Fault) {
        try body(rule)
      } catch {
        throw RelabelRuleError(ruleIndex: index, field: error.field, message: error.message)
      }
    }
  }

  public var isEmpty: Bool { rules.isEmpty }
  public var ruleCount: Int { rules.count }

  /// Runs the rules in order, up to the first that drops.
  ///
  /// - Returns: false when the labels were dropped; what is in `labels` is then of no meaning.
  /// - Complexity: O(rules × labels) and the expressions', each linear in the value. With a scratch that has been
  ///   used before, rules that change nothing allocate nothing.
  public func apply(to labels: inout LabelSet, scratch: inout RelabelScratch) -> Bool {
    run(on: &labels, &scratch) { _, _, _ in }
  }

  /// As ``apply(to:scratch:)``, with a scratch of its own.
  public func apply(to labels: inout LabelSet) -> Bool {
    var scratch = RelabelScratch()
    return apply(to: &labels, scratch: &scratch)
  }

  /// As ``apply(to:scratch:)``, and counts in `tally` which rules ran and which of them matched.
  ///
  /// - Parameter tally: made of this program.
  public func apply(to labels: inout LabelSet, scratch: inout RelabelScratch, tally: inout RelabelTally) -> Bool {
    run(on: &labels, &scratch) { index, outcome, _ in
      tally.rules[index].ran += 1
      if outcome.isMatch { tally.rules[index].matched += 1 }
    }
  }

  /// Runs the rules on a copy and tells what each did, by the same loop as ``apply(to:scratch:)``.
  public func explain(_ labels: LabelSet) -> RelabelExplanation {
    var result = labels
    var before = labels
    var scratch = RelabelScratch()
    var steps: [RelabelExplanation.Step] = []
    let isKept = run(on: &result, &scratch) { index, outcome, after in
      var subject: [UInt8] = []
      rules[index].loadSubject(of: before, into: &subject)
      steps.append(
        RelabelExplanation.Step(
          ruleIndex: index, action: rules[index].action,
          subject: rules[index].readsSubject ? String(decoding: subject, as: UTF8.self) : nil,
          before: before, after: after, isMatch: outcome.isMatch,
          verdict: !outcome.keeps ? .dropped : before == after ? .unchanged : .changed))
      before = after
    }
    return RelabelExplanation(isKept: isKept, result: isKept ? result : LabelSet(), steps: steps)
  }

  @inline(__always)
  private func run(
    on labels: inout LabelSet, _ scratch: inout RelabelScratch,
    observing observe: (Int, CompiledRule.Outcome, LabelSet) -> Void
  ) -> Bool {
    scratch.additions.removeAll(keepingCapacity: true)
    scratch.tracksAdditions = tracksAdditions
    for index in rules.indices {
      let outcome = rules[index].run(on: &labels, &scratch)
      observe(index, outcome, labels)
      if !outcome.keeps { return false }
    }
    return true
  }
}
