import ConfigurationReview
import Foundation
import Settings
import Testing

/// A rule as its documentation comment describes it.
struct DocumentedRule: Sendable, CustomTestStringConvertible {
  /// A file, or several with `---` between them, and the flags that it is reviewed with.
  struct Example: Sendable {
    var flags: [String]
    var files: [String]
  }

  var id: String
  var typeName: String
  /// Below Sources, for the reader of a failure.
  var path: String
  var title: String
  /// Paragraphs.
  var text: [String]
  var wrong: Example?
  var right: Example?

  var testDescription: String { "\(id) \(typeName)" }

  /// What the reference refuses, and what this agent cannot do: the cases of `ConfigurationFinding`.
  static let verdicts: [DocumentedRule] = {
    let url = root.appending(path: "Sources/AgentConfiguration/ConfigurationFinding.swift")
    let lines = ((try? String(contentsOf: url, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    return lines.indices.compactMap { index in
      guard let match = lines[index].firstMatch(of: #/case (\w+) = "(GW\d{3})"/#) else { return nil }
      let start = lines[..<index].lastIndex { !$0.hasPrefix("  ///") }.map { $0 + 1 } ?? 0
      return DocumentedRule(
        id: String(match.2), typeName: String(match.1), path: "ConfigurationFinding.swift",
        comment: lines[start..<index].map { String($0.dropFirst(2)) })
    }
  }()

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Of every file below Sources/ConfigurationReview/Rules.
  static let all: [DocumentedRule] = {
    let folder = root.appending(path: "Sources/ConfigurationReview/Rules")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".swift") }.sorted()
      .compactMap { name in
        (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)).flatMap { rule(in: $0, path: name) }
      }
      .sorted { $0.id < $1.id }
  }()

  private static func rule(in source: String, path: String) -> DocumentedRule? {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard
      let declaration = lines.firstIndex(where: { $0.contains(#/struct \w+: (?:ReviewRule|StatementRule)\b/#) }),
      let typeName = lines[declaration].firstMatch(of: #/struct (\w+):/#)?.1,
      let id = source.firstMatch(of: #/RuleFacts\(\s*"(GW\d{3})"/#)?.1
    else { return nil }
    let start = lines[..<declaration].lastIndex { !$0.hasPrefix("///") }.map { $0 + 1 } ?? 0
    return DocumentedRule(
      id: String(id), typeName: String(typeName), path: path, comment: Array(lines[start..<declaration]))
  }

  private init(id: String, typeName: String, path: String, comment lines: [String]) {
    let comment = lines.map { String($0.dropFirst($0.hasPrefix("/// ") ? 4 : 3)) }
    (self.id, self.typeName, self.path) = (id, typeName, path)
    (title, text) = (comment.first ?? "", [])
    read(comment.dropFirst())
  }

  private mutating func read(_ comment: ArraySlice<String>) {
    var paragraph: [String] = []
    var example: (isWrong: Bool, flags: [String], lines: [String])?
    func close(_ rule: inout DocumentedRule) {
      if let done = example {
        var lines = done.lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        let files = lines.split(separator: "---", omittingEmptySubsequences: false)
          .map { $0.joined(separator: "\n") + "\n" }
        let value = Example(flags: done.flags, files: files)
        if done.isWrong { rule.wrong = value } else { rule.right = value }
      } else if !paragraph.isEmpty {
        rule.text.append(paragraph.joined(separator: " "))
      }
      paragraph = []
    }
    for line in comment {
      if let match = line.firstMatch(of: #/^(Wrong|Right)(?: \((.*)\))?:$/#) {
        close(&self)
        example = (match.1 == "Wrong", match.2?.split(separator: " ").map(String.init) ?? [], [])
      } else if example != nil {
        example?.lines.append(line.hasPrefix("    ") ? String(line.dropFirst(4)) : line)
      } else if line.isEmpty {
        close(&self)
      } else {
        paragraph.append(line)
      }
    }
    close(&self)
  }
}

extension DocumentedRule.Example {
  /// What a review of the example finds. Files that it names are there, readable by their owner alone, unless their
  /// names say otherwise.
  var report: ReviewReport {
    var options = ConfigurationReview.Options()
    for (flag, value) in zip(flags, flags.dropFirst()) {
      switch flag {
      case "--for": options.program = ReviewedProgram(value)
      case "--rate": options.samplesPerSecond = Double(value)
      case "--kind": options.kind = FileKind(rawValue: value)
      case "--latency": options.latencySeconds = (try? DurationText.parse(value)).map { $0 / .seconds(1) }
      default: break
      }
    }
    let review = ConfigurationReview(options: options, files: NoFiles(), disk: DocumentedFiles())
    return review.report(
      on: files.enumerated().map {
        ConfigurationReview.Input(path: "file\($0.offset + 1).yml", directory: "/etc/example", text: $0.element)
      })
  }
}
