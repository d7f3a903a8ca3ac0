import AgentConfiguration

/// A secret in the configuration itself
///
/// A configuration is copied, committed, shown by `/api/v1/status/config` of older programs and mailed to colleagues. A
/// secret in a file of its own can have its own permissions, and is read again when it changes, without a reload.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         basic_auth:
///           username: godwit
///           password: hunter2hunter2
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         basic_auth:
///           username: godwit
///           password_file: /etc/godwit/password
struct InlineSecret: ReviewRule {
  let facts = RuleFacts(
    "GW203", .warning, why: "Whoever can read the configuration, its copies or its history has the secret.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.flatMap { endpoint in
      endpoint.inlineSecrets.map { secret in
        let length = secret.field.value.scalar?.text.count ?? 0
        return Advice(
          secret.field.valuePlace, "\(endpoint.title) has a secret in the configuration: \(secret.title)",
          evidence: "\(secret.title) is a text of \(length) characters", fix: fix(for: secret))
      }
    }
  }

  private func fix(for secret: EndpointSecret) -> String {
    guard let key = secret.fileKey else {
      return secret.title.hasPrefix("sigv4")
        ? "leave both keys out, and let AWS_SECRET_ACCESS_KEY, a profile or the role of the machine give them"
        : "use a managed or workload identity, which needs no secret"
    }
    if key == "bearer_token_file" {
      return "write the token into a file of mode 600 and name it in authorization.credentials_file"
    }
    return "write it into a file of mode 600 and name that in \(key)"
  }
}
