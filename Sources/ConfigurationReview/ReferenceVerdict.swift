import AgentConfiguration
import Diagnostics
import Settings

/// The first pass: what the reference's own checker refuses in a file of this kind, and what an agent cannot do.
struct ReferenceVerdict {
  var files: any ConfigurationFiles
  var environment: @Sendable (String) -> String?

  func findings(on file: ReviewedFile) -> [Finding] {
    let text = file.text.text
    switch file.kind {
    case .agent, .server, .unknown:
      let reader = ConfigurationReader(directory: file.directory, environment: environment, files: files)
      let result = reader.read(text: text, path: file.path)
      return result.errors + Self.asWarnings(result.notBuilt) + result.warnings
    case .web: return WebConfigFile.read(text: text, path: file.path, directory: file.directory).errors
    case .targets: return TargetFile.read(text: text, path: file.path).errors
    case .delivery, .rules, .operator, .relabelRules: return syntax(of: file)
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
