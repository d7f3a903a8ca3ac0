import AgentConfiguration

/// Everybody on the machine may read a file with a secret
///
/// A token that any process can read is a token that any process has.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         authorization:
///           credentials_file: /etc/godwit/world-readable-token
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         authorization:
///           credentials_file: /etc/godwit/token
struct ReadableSecret: ReviewRule {
  let facts = RuleFacts("GW207", .warning, why: "Every process and user of the machine has the secret.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.namesLocalFiles else { return [] }
    return file.endpoints.flatMap { endpoint in
      endpoint.files.filter { $0.role == .secret }.compactMap { secret in
        let path = file.absolute(secret.path)
        guard let fact = context.disk.fact(ofPath: path), fact.permissions & 0o004 != 0 else { return nil }
        return Advice(
          secret.place, "everybody may read the file of \(secret.title)",
          evidence: "\(path) has mode \(String(fact.permissions & 0o777, radix: 8))",
          fix: "chmod 600 \(path), and chown it to the user that sends")
      }
    }
  }
}
