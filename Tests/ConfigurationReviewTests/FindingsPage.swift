import Foundation
import Testing

/// docs/findings.md, made of the documentation of what can be found.
enum FindingsPage {
  static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/findings.md")

  static var text: String {
    let sections: [(title: String, rules: [DocumentedRule])] = [
      ("What the reference refuses, and what an agent cannot do", DocumentedRule.verdicts),
      ("Advice: endpoints", within(201...239) + within(290...299)), ("Advice: queues", within(240...269)),
      ("Advice: labels and metadata", within(270...289)), ("Advice: relabelling", within(301...349)),
      ("Advice: scraping", within(350...399)), ("Advice: other files and versions", within(400...449)),
      ("Advice: commands and code", within(450...469)),
    ]
    var lines = [
      "# Findings", "",
      "What `godwit check` finds, by the stable id of each. This page is generated from the comments of the source by",
      "`make findings`; every example on it is a test: the wrong one draws its finding and no other, the right one none.",
      "Errors are what Prometheus's own checker refuses. Everything else is advice: a warning or an information.", "",
    ]
    for section in sections where !section.rules.isEmpty {
      lines += ["- [\(section.title)](#\(anchor(section.title))): \(section.rules.count)"]
    }
    for section in sections where !section.rules.isEmpty {
      lines += ["", "## \(section.title)"]
      for rule in section.rules { lines += entry(rule) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func within(_ numbers: ClosedRange<Int>) -> [DocumentedRule] {
    DocumentedRule.all.filter { rule in Int(rule.id.dropFirst(2)).map { numbers.contains($0) } ?? false }
  }

  private static func entry(_ rule: DocumentedRule) -> [String] {
    var lines = ["", "### \(rule.id) \(rule.title)"]
    for paragraph in rule.text { lines += ["", wrapped(paragraph)] }
    for (title, example) in [("Wrong", rule.wrong), ("Right", rule.right)] {
      guard let example else { continue }
      let flags = example.flags.isEmpty ? "" : " (`\(example.flags.joined(separator: " "))`)"
      lines += [
        "", "\(title)\(flags):", "", rule.id >= "GW450" ? "```" : "```yaml",
        example.files.joined(separator: "---\n") + "```",
      ]
    }
    return lines
  }

  /// Lines of at most 120 columns.
  private static func wrapped(_ text: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= 120 {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func anchor(_ title: String) -> String {
    title.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }.replacing(" ", with: "-")
  }
}

@Suite("The page of findings")
struct FindingsPageTests {
  @Test("docs/findings.md says what the comments of the source say; make findings writes it")
  func page() throws {
    if ProcessInfo.processInfo.environment["WRITE_FINDINGS"] != nil {
      try FindingsPage.text.write(to: FindingsPage.url, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: FindingsPage.url, encoding: .utf8) == FindingsPage.text)
  }
}
