import Relabeling

/// What earlier rules have left of the values of some labels.
struct KnownValues: Sendable {
  var rule: ReviewedFile.Rule
  var values: [String]
}

extension ReviewedFile.RelabelList {
  /// How many rules before one are looked at: in a list of thousands, not each with each.
  private static let lookBackMax = 64

  /// The keeps before `index` on the same labels as `rule` that leave a list of values, where nothing in between could
  /// change these labels.
  func keepsKnown(before index: Int, ofSame rule: ReviewedFile.Rule) -> [KnownValues] {
    known(.keep, before: index, ofSame: rule).compactMap { earlier in
      earlier.literals.map { KnownValues(rule: earlier, values: $0) }
    }
  }

  /// The rules of this action before `index` that look at the same as `rule`, where nothing in between could change it.
  func known(_ action: RelabelAction, before index: Int, ofSame rule: ReviewedFile.Rule) -> [ReviewedFile.Rule] {
    guard !rule.sourceLabels.isEmpty else { return [] }
    var found: [ReviewedFile.Rule] = []
    for earlier in rules[..<index].suffix(Self.lookBackMax).reversed() {
      if rule.sourceLabels.contains(where: { earlier.maySet($0) || earlier.removes($0) }) { break }
      let isSame = earlier.sourceLabels == rule.sourceLabels && earlier.separatorText == rule.separatorText
      if earlier.action == action, isSame, earlier.program != nil { found.append(earlier) }
    }
    return found
  }
}
