import MetricModel

/// One rule, ready to run.
///
/// A class, so that walking a program copies one reference and not the arrays of each rule.
final class CompiledRule: Sendable {
  let action: RelabelAction
  private let sourceNames: [[UInt8]]
  private let separator: [UInt8]
  private let pattern: Pattern
  private let target: [UInt8]
  private let targetTemplate: ReplacementTemplate
  private let replacement: ReplacementTemplate
  private let modulus: UInt64
  private let nameScheme: LabelNameScheme

  /// What a rule did.
  struct Outcome {
    /// Whether the rule's condition held: the expression matched, the values were equal, any name matched.
    var isMatch: Bool
    /// False when the rule dropped the labels.
    var keeps = true
  }

  /// Reads the fields each for itself; whether they fit together is ``RelabelRule/validate(for:nameScheme:)``.
  init(_ rule: RelabelRule, nameScheme: LabelNameScheme) throws(RelabelRule.Fault) {
    action = try rule.parsedAction()
    try rule.validateSourceLabels(nameScheme: nameScheme)
    pattern = try rule.parsedPattern()
    let groupNames = pattern.expression.groupNames
    sourceNames = rule.sourceLabels.map(\.utf8Array)
    separator = (rule.separator ?? RelabelRule.separatorByDefault).utf8Array
    target = (rule.targetLabel ?? "").utf8Array
    targetTemplate = ReplacementTemplate(rule.targetLabel ?? "", groupNames: groupNames)
    replacement = ReplacementTemplate(
      rule.replacement ?? RelabelRule.replacementByDefault, groupNames: groupNames)
    modulus = rule.modulus ?? 0
    self.nameScheme = nameScheme
  }

  /// Whether the rule may give labels new values.
  var sets: Bool {
    switch action {
    case .replace, .hashMod, .labelMap, .lowercase, .uppercase: true
    case .keep, .drop, .keepEqual, .dropEqual, .labelDrop, .labelKeep: false
    }
  }

  /// Whether the rule looks at the values of ``RelabelRule/sourceLabels``.
  var readsSubject: Bool {
    switch action {
    case .labelMap, .labelDrop, .labelKeep: false
    case .replace, .keep, .drop, .keepEqual, .dropEqual, .hashMod, .lowercase, .uppercase: true
    }
  }

  func run(on labels: inout LabelSet, _ scratch: inout RelabelScratch) -> Outcome {
    switch action {
    case .keep:
      let isMatch = subjectMatches(labels, &scratch)
      return Outcome(isMatch: isMatch, keeps: isMatch)
    case .drop:
      let isMatch = subjectMatches(labels, &scratch)
      return Outcome(isMatch: isMatch, keeps: !isMatch)
    case .keepEqual:
      let isEqual = subjectEqualsTarget(labels, &scratch)
      return Outcome(isMatch: isEqual, keeps: isEqual)
    case .dropEqual:
      let isEqual = subjectEqualsTarget(labels, &scratch)
      return Outcome(isMatch: isEqual, keeps: !isEqual)
    case .replace: return Outcome(isMatch: replace(in: &labels, &scratch))
    case .hashMod:
      loadSubject(of: labels, into: &scratch.subject)
      let share = MD5.finalHalf(of: scratch.subject) % modulus
      scratch.value.removeAll(keepingCapacity: true)
      appendDecimal(share, to: &scratch.value)
      scratch.assignValue(to: target, in: &labels)
      return Outcome(isMatch: true)
    case .lowercase: return changeCase(.lower, in: &labels, &scratch)
    case .uppercase: return changeCase(.upper, in: &labels, &scratch)
    case .labelMap: return Outcome(isMatch: mapNames(in: &labels, &scratch))
    case .labelDrop: return Outcome(isMatch: removeNames(matching: true, from: &labels, &scratch))
    case .labelKeep: return Outcome(isMatch: !removeNames(matching: false, from: &labels, &scratch))
    }
  }

  // MARK: The joined value

  /// Puts the source labels' values, joined, into `buffer`.
  func loadSubject(of labels: LabelSet, into buffer: inout [UInt8]) {
    buffer.removeAll(keepingCapacity: true)
    for position in sourceNames.indices {
      if position > 0 { buffer.append(contentsOf: separator) }
      if let index = labels.index(ofName: sourceNames[position]) { labels.appendValue(at: index, to: &buffer) }
    }
  }

  private func subjectMatches(_ labels: LabelSet, _ scratch: inout RelabelScratch) -> Bool {
    // The value of a single label is looked at where it lies.
    if sourceNames.count == 1, let index = labels.index(ofName: sourceNames[0]) {
      return labels.valueSatisfies(at: index) { pattern.matches($0) }
    }
    loadSubject(of: labels, into: &scratch.subject)
    return pattern.matches(scratch.subject)
  }

  private func subjectEqualsTarget(_ labels: LabelSet, _ scratch: inout RelabelScratch) -> Bool {
    loadSubject(of: labels, into: &scratch.subject)
    guard let index = labels.index(ofName: target) else { return scratch.subject.isEmpty }
    return labels.valueSatisfies(at: index) { bytesEqual($0, scratch.subject) }
  }

  // MARK: Actions that set values

  private func replace(in labels: inout LabelSet, _ scratch: inout RelabelScratch) -> Bool {
    if targetTemplate.constant != nil && replacement.constant != nil {
      guard subjectMatches(labels, &scratch) else { return false }
      scratch.groups.removeAll(keepingCapacity: true)
    } else {
      loadSubject(of: labels, into: &scratch.subject)
      let highestGroup = max(targetTemplate.highestGroup, replacement.highestGroup)
      let isMatch = pattern.capture(scratch.subject, highestGroup: highestGroup, groups: &scratch.groups)
      guard isMatch else { return false }
    }
    scratch.value.removeAll(keepingCapacity: true)
    replacement.append(scratch.subject, scratch.groups, to: &scratch.value)
    if let name = targetTemplate.constant {
      if nameScheme.accepts(name) { scratch.assignValue(to: name, in: &labels) }
      return true
    }
    scratch.name.removeAll(keepingCapacity: true)
    targetTemplate.append(scratch.subject, scratch.groups, to: &scratch.name)
    // Names come from outside here, so a wrong one is passed over and not an error.
    if nameScheme.accepts(scratch.name) { scratch.assignValue(to: scratch.name, in: &labels) }
    return true
  }

  private func changeCase(
    _ letterCase: LetterCase, in labels: inout LabelSet, _ scratch: inout RelabelScratch
  ) -> Outcome {
    loadSubject(of: labels, into: &scratch.subject)
    scratch.value.removeAll(keepingCapacity: true)
    letterCase.append(scratch.subject, to: &scratch.value)
    scratch.assignValue(to: target, in: &labels)
    return Outcome(isMatch: true)
  }

  private func appendDecimal(_ number: UInt64, to buffer: inout [UInt8]) {
    let start = buffer.count
    var rest = number
    repeat {
      buffer.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    buffer[start...].reverse()
  }

  // MARK: Actions on names

  /// Copies are decided on before the first is made: a mapped label is not mapped again by the same rule.
  private func mapNames(in labels: inout LabelSet, _ scratch: inout RelabelScratch) -> Bool {
    // Most label sets have nothing to map; finding that out allocates nothing.
    guard hasMatchingName(labels) else { return false }
    var copies: [(name: [UInt8], value: [UInt8])] = []
    for index in mappingOrder(of: labels, scratch) {
      guard labels.nameSatisfies(at: index, { pattern.matches($0) }) else { continue }
      let oldName = Array(labels.name(at: index))
      var name: [UInt8] = []
      pattern.replaceAll(in: oldName, with: replacement, groups: &scratch.groups, into: &name)
      copies.append((name, Array(labels.value(at: index))))
    }
    for copy in copies {
      scratch.value = copy.value
      scratch.assignValue(to: copy.name, in: &labels)
    }
    return true
  }

  private func hasMatchingName(_ labels: LabelSet) -> Bool {
    for index in 0..<labels.count where labels.nameSatisfies(at: index, { pattern.matches($0) }) { return true }
    return false
  }

  /// Where two labels map to one name the later wins, so the order is part of the result: by name, except that labels
  /// set by rules come last in the order of their setting.
  private func mappingOrder(of labels: LabelSet, _ scratch: RelabelScratch) -> [Int] {
    let additions = scratch.additions.compactMap { labels.index(ofName: $0) }
    return (0..<labels.count).filter { !additions.contains($0) } + additions
  }

  /// Removes the labels whose names match, or those that do not; true if any was removed.
  private func removeNames(
    matching isMatchRemoved: Bool, from labels: inout LabelSet, _ scratch: inout RelabelScratch
  ) -> Bool {
    var isAnyRemoved = false
    var index = labels.count
    while index > 0 {
      index -= 1
      guard labels.nameSatisfies(at: index, { pattern.matches($0) == isMatchRemoved }) else { continue }
      if scratch.tracksAdditions { scratch.additions.removeAll { $0[...] == labels.name(at: index) } }
      labels.remove(at: index)
      isAnyRemoved = true
    }
    return isAnyRemoved
  }
}
