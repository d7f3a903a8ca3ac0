/// The same alternative twice in an expression
///
/// Long lists grow by pasting, and a name comes in twice.
///
/// Wrong:
///
///     - source_labels: [env]
///       regex: test|staging|test
///       action: drop
///
/// Right:
///
///     - source_labels: [env]
///       regex: test|staging
///       action: drop
struct RepeatedAlternative: ReviewRule {
  let facts = RuleFacts("GW327", .info, why: "It changes nothing; another name was perhaps meant.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.advice { _, _, rule in
      let alternatives = RegexText(rule.regexText).alternatives
      var seen = Set<String>()
      let unique = alternatives.filter { seen.insert($0).inserted }
      // A group that goes away would renumber the others.
      guard unique.count < alternatives.count, RegexText(rule.regexText).groupCount == 0,
        !RegexText(rule.regexText).hasFlags
      else { return nil }
      let repeated = alternatives.first { one in alternatives.count { $0 == one } > 1 } ?? ""
      return Advice(
        rule.regexPlace, "\(repeated) stands in the expression more than once", evidence: rule.regexText,
        fix: "write \(unique.joined(separator: "|"))", edits: rule.settingRegex(to: unique.joined(separator: "|")),
        isSafe: true)
    }
  }
}
