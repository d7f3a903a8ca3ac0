import AgentConfiguration
import Diagnostics
import Settings
import Testing

/// YAML in which `▸` stands right before each place that a finding must point at.
struct MarkedText {
  var text = ""
  var places: [String] = []

  init(_ marked: String) {
    var (line, column) = (1, 1)
    for scalar in marked.unicodeScalars {
      if scalar == "▸" {
        places.append("\(line):\(column)")
        continue
      }
      text.unicodeScalars.append(scalar)
      if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
    }
  }
}

/// A file that has to be refused, in one line of a table.
struct RefusedCase: Sendable, CustomTestStringConvertible {
  var id: String
  var marked: String
  var message: String
  var fix: String
  var testDescription: String { message }

  init(_ id: String, _ marked: String, _ message: String, fix: String = "") {
    self.id = id
    self.marked = marked
    self.message = message
    self.fix = fix
  }
}

/// Files that exist only in a test.
struct ImaginedFiles: ConfigurationFiles {
  struct Missing: Error {}
  var texts: [String: String] = [:]
  var matches: [String: [String]] = [:]

  func text(atPath path: String) throws -> String {
    guard let text = texts[path] else { throw Missing() }
    return text
  }
  func paths(matching pattern: String) -> [String] { matches[pattern] ?? [] }
}

func read(
  _ text: String, files: ImaginedFiles = ImaginedFiles(), environment: [String: String] = [:]
) -> ConfigurationResult {
  ConfigurationReader(directory: "/etc/p", environment: { environment[$0] }, files: files)
    .read(text: text, path: "prometheus.yml")
}

/// The settings of a file that has to be right.
func settings(
  _ text: String, environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) throws -> AgentSettings {
  let result = read(text, environment: environment)
  #expect(result.errors.isEmpty, "\(result.errors.text)", sourceLocation: sourceLocation)
  return try #require(result.settings, sourceLocation: sourceLocation)
}

func places(_ findings: [Finding]) -> [String] { findings.map { "\($0.line ?? 0):\($0.column ?? 0)" } }
