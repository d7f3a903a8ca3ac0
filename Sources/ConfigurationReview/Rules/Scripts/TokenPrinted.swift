/// A command that prints the token
///
/// The header goes to the terminal, its history, and whoever reads along.
///
/// Wrong:
///
///     curl -v -H "Authorization: Bearer $T" https://metrics.example.net/api/v1/write 2>&1 | grep Authorization
///
/// Right:
///
///     curl -sS -H "Authorization: Bearer $T" -w "%{http_code}" https://metrics.example.net/api/v1/write
struct TokenPrinted: StatementRule {
  let facts = RuleFacts("GW453", .warning, why: "Whoever sees the screen, or the log of the job, has the token.")

  func advice(on statement: String) -> (message: String, evidence: String, fix: String)? {
    let isVerbose = statement.contains(#/(?:^|\s)(?:-v|--verbose|--trace\S*)(?:\s|$)/#)
    guard statement.contains("curl"), statement.contains("Authorization"), isVerbose else { return nil }
    return (
      "the token is printed", "a verbose curl writes the headers that it sends",
      "leave -v out; -w '%{http_code}' and the body say what the endpoint thinks"
    )
  }
}
