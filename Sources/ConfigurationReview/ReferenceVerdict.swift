import AgentConfiguration
import Diagnostics
import Settings

/// The first pass: what the reference's own checker refuses in a file of this kind, and what an agent cannot do.
struct ReferenceVerdict {
  var files: any ConfigurationFiles
  var environment: @Sendable (String) -> String?

  func findings(on file: ReviewedFile) -> [Finding] {
    guard let flattened = file.flattened else { return findings(in: file.text.text, of: file) }
    let findings = FindingCollector(path: file.path)
    _ = YAMLParsing.document(in: flattened.text, findings: findings)
    let place = findings.errors.first.map { Place(line: $0.line ?? 1, column: $0.column ?? 1) } ?? .start
    let lost = FindingCollector(path: file.path)
    lost.error(
      .flattened, at: place, "the text has lost its indentation, as when it is copied from a web page",
      evidence: "every line begins in the first two columns",
      fix: "indent what belongs to a section below it; --fix does")
    // The lines are the same, so what else is wrong can be said at once.
    return lost.errors
      + self.findings(in: file.text.text, of: file).map { finding in
        var finding = finding
        if let line = finding.line, let column = finding.column {
          finding.column = file.original(Place(line: line, column: column)).column
        }
        return finding
      }
  }

  private func findings(in text: String, of file: ReviewedFile) -> [Finding] {
    switch file.kind {
    case .agent, .server, .unknown:
      var reader = ConfigurationReader(directory: file.directory, environment: environment, files: files)
      reader.isServer = file.kind == .server
      let result = reader.read(text: text, path: file.path)
      // What an agent cannot do or has no use for is nothing to a server.
      return reader.isServer ? result.errors : result.errors + Self.asWarnings(result.notBuilt) + result.warnings
    case .web: return WebConfigFile.read(text: text, path: file.path, directory: file.directory).errors
    case .targets: return TargetFile.read(text: text, path: file.path).errors
    case .rules: return RuleFile.errors(in: text, path: file.path)
    case .relabelRules: return RelabelRuleFile.read(text: text, path: file.path).errors
    case .delivery, .operator: return syntax(of: file)
    // Nobody's checker reads these.
    case .script, .queries: return []
    }
  }

  private func syntax(of file: ReviewedFile) -> [Finding] {
    let findings = FindingCollector(path: file.path)
    _ = YAMLParsing.document(in: file.text.text, findings: findings)
    return findings.errors
  }

  /// The reference accepts these, so the check does.
  private static func asWarnings(_ findings: [Finding]) -> [Finding] {
    findings.map { finding in
      var finding = finding
      finding.severity = .warning
      return finding
    }
  }
}
