import AgentConfiguration
import ConfigurationReview
import GodwitTesting
import MetricModel
import Relabeling
import Testing

/// Random lists of rules, and what their safe edits make of them, by the program that runs them.
@Suite("A safe edit of a relabelling rule")
struct SafeEditTests {
  @Test("changes nothing that comes out", arguments: SeededRandom.seeds)
  func changesNothing(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var editCount = 0
    for _ in 0..<600 {
      let text = list(&random)
      let file = FileReading(path: "rules.yml", directory: "/etc").file(text)
      let rules = try #require(file.relabelLists.first).rules
      guard let before = try? RelabelProgram(rules.map(\.rule)) else { continue }
      let context = ReviewContext(disk: DocumentedFiles())
      let advice = RuleCatalogue.all.flatMap { $0.advice(on: file, in: context) }.filter(\.isSafe)
      for one in advice {
        let edited = try one.edits.reduce(rules) { try applied($1, to: $0) }
        let after = try RelabelProgram(edited.map(\.rule))
        editCount += 1
        for _ in 0..<40 {
          let labels = labels(&random)
          let (left, right) = (result(of: before, labels), result(of: after, labels))
          #expect(left == right, "seed \(seed): \(one.message) in\n\(text)for \(labels)")
        }
      }
    }
    #expect(editCount > 20, "seed \(seed): there was hardly anything to edit")
  }

  private func result(of program: RelabelProgram, _ labels: LabelSet) -> LabelSet? {
    var labels = labels
    return program.apply(to: &labels) ? labels : nil
  }

  private struct Unexpected: Error {}

  private func applied(_ edit: TextEdit, to rules: [ReviewedFile.Rule]) throws -> [ReviewedFile.Rule] {
    switch edit {
    case .removeElement(let node): return rules.filter { $0.place != node.place }
    case .setValue(let field, let text):
      guard field.key.scalar?.text == "regex", text.hasPrefix("'"), text.hasSuffix("'") else { throw Unexpected() }
      return rules.map { rule in
        guard rule.regex?.place == field.value.place else { return rule }
        var rule = rule
        rule.rule.regex = String(text.dropFirst().dropLast()).replacing("''", with: "'")
        return rule
      }
    default: throw Unexpected()
    }
  }

  // MARK: Rules and labels

  private let names = ["__name__", "env", "team", "id"]
  private let values = ["", "a", "b", "prod", "prod-1", "a.b", "A"]
  private let expressions = [
    "a", "a|b", "^a$", "a|b|a", "prod.*", ".*", "(.*)", "(.+)", "^prod|a$", "a.b", "a\\.b", "", "(a|b)", "env|team",
    "team", "env", "a|(?i)B|a", "[^a]*", ".{0,3}", "\\Qa|b\\E|a",
  ]

  /// Some rules come twice, since that is what several edits are about.
  private func list(_ random: inout SeededRandom) -> String {
    var rules: [String] = []
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let repeated = random.oneIn(3) ? rules.randomElement(using: &random) : nil
      rules.append(repeated ?? rule(&random))
    }
    return rules.joined()
  }

  private func rule(_ random: inout SeededRandom) -> String {
    func pick(_ texts: [String]) -> String { texts[Int.random(in: 0..<texts.count, using: &random)] }
    let action = pick(["keep", "drop", "drop", "keep", "replace", "labelmap", "labeldrop", "labelkeep", "hashmod"])
    var fields = ["action: \(action)"]
    if !["labelmap", "labeldrop", "labelkeep"].contains(action) {
      let sources = (0...Int.random(in: 0...1, using: &random)).map { _ in pick(names) }
      fields.append("source_labels: [\(sources.joined(separator: ", "))]")
    }
    if ["replace", "hashmod"].contains(action) { fields.append("target_label: \(pick(names))") }
    if action == "hashmod" { fields.append("modulus: 2") }
    if !random.oneIn(4) { fields.append("regex: '\(pick(expressions))'") }
    if ["replace", "labelmap"].contains(action), random.oneIn(2) {
      fields.append("replacement: '\(pick(["$1", "$0", "${1}", "team", ""]))'")
    }
    return "- {\(fields.joined(separator: ", "))}\n"
  }

  private func labels(_ random: inout SeededRandom) -> LabelSet {
    var labels = LabelSet()
    for name in names where !random.oneIn(4) {
      labels.set(name, values[Int.random(in: 0..<values.count, using: &random)])
    }
    return labels
  }
}
