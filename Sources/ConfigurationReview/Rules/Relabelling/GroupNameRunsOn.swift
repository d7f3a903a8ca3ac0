import AgentConfiguration

/// A reference to a group that takes in the letters behind it
///
/// A name in a replacement takes every letter, digit and underscore that follows: `$1abc` is a group that is called
/// `1abc`, which no expression has. With brackets it ends where it should.
///
/// Wrong:
///
///     - source_labels: [host]
///       regex: ([a-z]+)-\d+
///       target_label: pool
///       replacement: $1_pool
///
/// Right:
///
///     - source_labels: [host]
///       regex: ([a-z]+)-\d+
///       target_label: pool
///       replacement: ${1}_pool
struct GroupNameRunsOn: ReviewRule {
  let facts = RuleFacts(
    "GW313", .warning, why: "The reference stands for nothing, so the value is empty or lacks a part.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.relabelLists.flatMap(\.rules).filter { $0.program != nil }.flatMap { rule in
      ["replacement", "target_label"].compactMap { key in
        rule.section[key].flatMap { advice(on: $0) }
      }
    }
  }

  private func advice(on field: YAMLField) -> Advice? {
    guard let text = field.value.scalar?.text else { return nil }
    let wrong = ReplacementText(text).references.filter { reference in
      !reference.isBraced && reference.number == nil && reference.name.first?.isNumber == true
    }
    guard let first = wrong.first else { return nil }
    var corrected = text
    for reference in wrong.reversed() { corrected.replaceSubrange(reference.range, with: braced(reference.name)) }
    return Advice(
      field.valuePlace, "$\(first.name) is a group called \"\(first.name)\", which there is not",
      evidence: "in \(text)", fix: "write \(corrected)", edits: [.setValue(field, text: corrected.inSingleQuotes)])
  }

  private func braced(_ name: String) -> String {
    let digits = name.prefix { $0.isNumber }
    return "${\(digits)}" + name.dropFirst(digits.count)
  }
}
