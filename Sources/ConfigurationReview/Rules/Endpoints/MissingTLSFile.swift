import AgentConfiguration

/// A certificate or key is not there
///
/// Without it there is no connection, so every request fails. Where its folder is missing too, the configuration is
/// most likely reviewed on another machine than it is for, and nothing is said.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           ca_file: missing-ca.pem
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           ca_file: ca.pem
struct MissingTLSFile: ReviewRule {
  let facts = RuleFacts("GW210", .warning, why: "No connection is made while certificates and keys cannot be read.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.absentFiles(of: [.certificate, .privateKey], context).map { owner, absent, path in
      Advice(
        absent.place, "\(owner.title): the file of \(absent.title) is not there", evidence: "there is no \(path)",
        fix: "put it there, or correct the path; it starts at the folder of the configuration", confidence: 0.8)
    }
  }
}
