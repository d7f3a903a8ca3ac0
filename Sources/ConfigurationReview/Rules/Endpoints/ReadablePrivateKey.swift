import AgentConfiguration

/// Everybody on the machine may read a private key
///
/// The key is what the endpoint knows this sender by. Certificates may be read by all, the key by its owner alone.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           cert_file: /etc/godwit/client.pem
///           key_file: /etc/godwit/world-readable.key
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         tls_config:
///           cert_file: /etc/godwit/client.pem
///           key_file: /etc/godwit/client.key
struct ReadablePrivateKey: ReviewRule {
  let facts = RuleFacts("GW208", .warning, why: "Every process and user of the machine can pass for this sender.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    guard file.namesLocalFiles else { return [] }
    return file.endpoints.flatMap { endpoint in
      endpoint.files.filter { $0.role == .privateKey }.compactMap { key in
        let path = file.absolute(key.path)
        guard let fact = context.disk.fact(ofPath: path), fact.permissions & 0o004 != 0 else { return nil }
        return Advice(
          key.place, "everybody may read the private key of \(endpoint.title)",
          evidence: "\(path) has mode \(String(fact.permissions & 0o777, radix: 8))",
          fix: "chmod 600 \(path), and chown it to the user that sends; think of the key as known")
      }
    }
  }
}
