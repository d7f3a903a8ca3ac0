import AgentConfiguration

/// A credential stands where the Operator wants the name of a Secret
///
/// In the Operator's resources users and passwords are references: the `name` of a Secret and a `key` in it.
///
/// Wrong:
///
///     apiVersion: monitoring.coreos.com/v1
///     kind: Prometheus
///     spec:
///       remoteWrite:
///         - url: https://metrics.example.net/api/v1/write
///           basicAuth:
///             username: agent
///             password: {name: remote-write, key: password}
///
/// Right:
///
///     apiVersion: monitoring.coreos.com/v1
///     kind: Prometheus
///     spec:
///       remoteWrite:
///         - url: https://metrics.example.net/api/v1/write
///           basicAuth:
///             username: {name: remote-write, key: username}
///             password: {name: remote-write, key: password}
struct OperatorSecretReference: ReviewRule {
  let facts = RuleFacts(
    "GW431", .warning, why: "The cluster refuses the resource, and the credential is in its history.")

  private let references: [(section: String, keys: [String])] = [
    ("basic_auth", ["username", "password"]), ("authorization", ["credentials"]),
    ("oauth2", ["client_id", "client_secret"]), ("sigv4", ["access_key", "secret_key"]),
    ("tls_config", ["ca", "cert", "key_secret"]),
  ]

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.kind == .operator else { return [] }
    return file.endpoints.flatMap { endpoint in
      references.flatMap { name, keys in
        keys.compactMap { key in
          guard let text = endpoint.section.section(name)?.text(key) else { return nil }
          let title = "\(file.spelling(of: name)).\(file.spelling(of: key))"
          return Advice(
            text.place, "\(title) of \(endpoint.title) is a text", evidence: "a reference has name and key",
            fix: "put it into a Secret and write {name: …, key: …}")
        }
      }
    }
  }
}
