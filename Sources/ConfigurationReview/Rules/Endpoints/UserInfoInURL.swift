import AgentConfiguration

/// User and password in the URL
///
/// URLs are written into logs, metrics and error messages; the label `url` of a sender's own metrics is one of them.
///
/// Wrong:
///
///     remote_write:
///       - url: https://godwit:hunter2hunter2@metrics.example.net/api/v1/write
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         basic_auth:
///           username: godwit
///           password_file: /etc/godwit/password
struct UserInfoInURL: ReviewRule {
  let facts = RuleFacts(
    "GW204", .warning, why: "URLs appear in logs, metrics and messages, and the password with them.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.compactMap { endpoint in
      guard let url = endpoint.url, let parts = EndpointURL(url.value), parts.hasUserInfo,
        !ValueShape.isFilledInLater(url.value)
      else { return nil }
      return Advice(
        url.place, "\(endpoint.title) has its credentials in the URL", evidence: "user info before \(parts.host)",
        fix: "move the user to basic_auth.username and the password to a file named in basic_auth.password_file")
    }
  }
}
