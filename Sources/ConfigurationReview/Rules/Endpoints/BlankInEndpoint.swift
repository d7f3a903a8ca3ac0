import AgentConfiguration

/// A blank that was not filled in
///
/// What guides write between angle brackets or begin with `YOUR_` is for the reader to replace.
///
/// Wrong:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         basic_auth:
///           username: <username>
///           password_file: /etc/godwit/password
///
/// Right:
///
///     remote_write:
///       - url: https://metrics.example.net/api/v1/write
///         basic_auth:
///           username: godwit
///           password_file: /etc/godwit/password
struct BlankInEndpoint: ReviewRule {
  let facts = RuleFacts("GW236", .warning, why: "The text is sent as it stands, and the endpoint does not know it.")

  func advice(on file: ReviewedFile, in context: ReviewContext) -> [Advice] {
    file.endpoints.flatMap { endpoint in
      endpoint.filledValues.compactMap { value in
        guard ValueShape.isBlank(value.text), ValueShape.variable(in: value.text) == nil else { return nil }
        return Advice(
          value.place, "\(value.title) of \(endpoint.title) still has to be filled in",
          evidence: "it looks like a blank of an example", fix: "write your own value there", confidence: 0.9)
      }
    }
  }
}
